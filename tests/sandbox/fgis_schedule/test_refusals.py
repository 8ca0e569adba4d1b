"""Who may not ask, what is not there, asking only for what changed, and faults in the service's own words."""

from __future__ import annotations

import pytest

from sandbox.fgis_schedule.state import CALLS_A_MINUTE, State
from sandbox.fgis_schedule.wire.errors import OUTCOMES, Outcome
from tests.sandbox.fgis_schedule.conftest import Federal
from tests.sandbox.stand import NOW


async def test_without_a_token_or_with_a_strange_one(federal: Federal) -> None:
    for headers, code in (
        ({"Authorization": ""}, "login"),
        ({"Authorization": "Basic eDp5"}, "login"),
        ({"Authorization": "Bearer x"}, "expired"),
    ):
        answer = await federal.get(headers=headers)
        assert (answer.status_code, answer.json()["issue"][0]["code"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_an_unknown_pupil_and_one_of_another_diary_are_the_same(federal: Federal) -> None:
    other = next(
        str(who.esia.oid) for who in federal.stand.town.people.values() if who.esia and who.role == "pupil" and "fgis" not in who.accounts
    )
    answers = [await federal.get(esia_id) for esia_id in ("999", other)]
    shapes = [{**answer.json(), "id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404] and shapes[0] == shapes[1]
    assert shapes[0]["issue"][0]["code"] == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/fgis/Schedule/1", 405, "not-supported"),
        ("GET", "/fgis/token", 405, "not-supported"),
        ("GET", "/fgis/Patient/1", 404, "not-found"),
        ("GET", "/fgis", 404, "not-found"),
        ("GET", "/fgis/Schedule", 404, "not-found"),
        ("GET", "/fgis/Schedule/1/2", 404, "not-found"),
    ],
)
async def test_a_wrong_address_or_method_is_an_outcome(federal: Federal, method: str, path: str, status: int, code: str) -> None:
    answer = await federal.http.request(method, path)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("application/fhir+json;q=0.5", 200),
        ("application/xml, text/html", 406),
        ("application/json;q=0", 406),
    ],
)
async def test_only_json_can_be_had(federal: Federal, accept: str, status: int) -> None:
    answer = await federal.get(headers={"Accept": accept})
    assert answer.status_code == status
    assert status == 200 or answer.json()["issue"][0]["code"] == "not-supported"


async def test_nothing_new_is_304_and_a_new_mark_is_not(federal: Federal) -> None:
    first = await federal.get(start="2026-11-09", end="2026-11-14")
    etag, updated = first.headers["etag"], first.json()["meta"]["lastUpdated"]
    for sent in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = await federal.get(start="2026-11-09", end="2026-11-14", headers={"If-None-Match": sent})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    await federal.stand.later(minutes=1)
    again = await federal.get(start="2026-11-09", end="2026-11-14", headers={"If-None-Match": '"other"'})
    assert (again.status_code, again.json()["meta"]["lastUpdated"]) == (200, updated)
    await federal.stand.control(
        "world/marks", {"pupil": federal.child.id, "subject": "Химия", "date": "2026-11-14", "number": 1, "value": "5"}
    )
    changed = await federal.get(start="2026-11-09", end="2026-11-14", headers={"If-None-Match": etag})
    assert changed.status_code == 200 and changed.headers["etag"] != etag
    assert changed.json()["meta"]["lastUpdated"] == "2026-11-20T11:01:00+02:00"


async def test_a_change_without_a_time_of_its_own_moves_last_updated_too(federal: Federal) -> None:
    before = (await federal.get(start="2026-11-09", end="2026-11-14")).json()["meta"]["lastUpdated"]
    await federal.stand.control(
        "world/lessons", {"pupil": federal.child.id, "date": "2026-11-14", "number": 1, "subject": "Химия", "status": "cancelled"}
    )
    after = (await federal.get(start="2026-11-09", end="2026-11-14")).json()["meta"]["lastUpdated"]
    assert before < after == "2026-11-20T11:00:00+02:00"


@pytest.mark.parametrize("code", sorted(OUTCOMES))
async def test_an_error_fault_answers_its_code(federal: Federal, code: str) -> None:
    await federal.stand.fault("error", value=code)
    answer = await federal.http.get("/fgis/Schedule/1")
    issue = answer.json()["issue"][0]
    assert (answer.status_code, issue["code"]) == (OUTCOMES[code][0], code)
    assert issue["severity"] == ("fatal" if answer.status_code >= 500 else "error")


@pytest.mark.parametrize(
    ("kind", "value", "at_token", "at_schedule"),
    [
        ("rate_limit", 7, (429, "temporarily_unavailable"), (429, "throttled")),
        ("auth_expired", None, (401, "invalid_client"), (401, "expired")),
        ("error", "E-1", (500, "server_error"), (500, "exception")),
        ("error", "invalid_scope", (400, "invalid_scope"), (500, "exception")),
    ],
)
async def test_a_fault_is_in_the_words_of_the_address(
    federal: Federal, kind: str, value: object, at_token: tuple[int, str], at_schedule: tuple[int, str]
) -> None:
    await federal.get()
    await federal.stand.fault(kind, value=value)
    granted, found = await federal.grant(), await federal.get()
    assert ((granted.status_code, granted.json()["error"]), (found.status_code, found.json()["issue"][0]["code"])) == (
        at_token,
        at_schedule,
    )
    assert kind != "rate_limit" or (granted.headers["retry-after"], found.headers["retry-after"]) == ("7", "7")


async def test_drift_renames_required_fields(federal: Federal) -> None:
    await federal.get()
    await federal.stand.fault("drift")
    assert "resourceType_v2" in (await federal.get()).json() and "access_token_v2" in (await federal.grant()).json()


def test_too_many_calls_in_a_minute_wait() -> None:
    state = State()
    state.register("A", "x", True)
    key = state.grant("A", "x", NOW)
    for _ in range(CALLS_A_MINUTE):
        state.use(key, NOW)
    with pytest.raises(Outcome, match="throttled"):
        state.use(key, NOW)

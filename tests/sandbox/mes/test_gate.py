"""The gate of the data: one token three ways, the subsystem, the profile, foreign objects, refusals and faults."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.mes.family import WEEK, Family

PROFILE = "api/family/mobile/v1/profile"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer {}"},
        {"Authorization": "{}"},
        {"Auth-Token": "{}"},
        {"Auth-Token": "Bearer {}"},
        {"Cookie": "aupd_token={}"},
        {"Cookie": "auth_token={}; student_id=1"},
        {"Authorization": "Bearer {}", "Auth-Token": "{}", "Cookie": "aupdtoken={}; aupd_token={}"},
    ],
)
async def test_one_of_the_three_places_of_the_token_is_enough(either: Family, headers: dict[str, str]) -> None:
    sent = {name: text.replace("{}", either.token) for name, text in headers.items()}
    answer = await either.stand.http.get(f"{either.base}/{PROFILE}", headers={"x-mes-subsystem": "familymp", **sent})
    assert answer.status_code == 200


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
async def test_no_token_and_a_bad_one_are_401_in_the_envelope(either: Family, token: str) -> None:
    answer = await either.stand.http.get(f"{either.base}/{PROFILE}", headers={"Auth-Token": token, "x-mes-subsystem": "f"})
    assert answer.status_code == 401
    assert answer.json() == {"type": "unauthorized", "description": "Сессия завершена. Войдите заново", "details": None}


async def test_a_token_opens_its_own_node_only(family: Family) -> None:
    headers = {"Auth-Token": family.token, "x-mes-subsystem": "f"}
    for prefix in ("/mes-mo", "/mes-mo-auth"):
        assert (await family.stand.http.get(f"{prefix}/{PROFILE}", headers=headers)).status_code == 401


async def test_the_subsystem_must_be_named_where_the_family_api_or_the_calendar_is(either: Family) -> None:
    for path in (PROFILE, "api/eventcalendar/v1/api/events"):
        answer = await either.ask(path, headers={"x-mes-subsystem": ""})
        assert (answer.status_code, answer.json()["type"]) == (400, "bad_request")
    assert (await either.ask("acl/api/users/profile_info", headers={"x-mes-subsystem": ""})).status_code == 200


@pytest.mark.parametrize(("profile", "status"), [("own", 200), ("child", 200), ("1", 403), ("null", 403)])
async def test_a_profile_that_is_named_must_be_of_the_family(either: Family, profile: str, status: int) -> None:
    known = {"own": str(35_000_000 + either.stand.parent.number), "child": either.student}
    answer = await either.ask(PROFILE, headers={"profile-id": known.get(profile, profile)})
    assert answer.status_code == status


def foreign(family: Family) -> dict[str, str]:
    """Another family's child on the same node, or one that nobody has."""
    parent, child = family.stand.families[-1]
    assert parent is not family.stand.parent
    account = child.accounts[family.stand.prefix]
    own = next(it for it in family.stand.town.classes.values() if it.id != family.stand.child.class_id)
    return {
        "student_id": str(account["student_id"]),
        "guid": str(account["person_guid"]),
        "contract": str(13_000_000 + child.number),
        "unit": str(600_000 + own.number),
    }


UNKNOWN = {"student_id": "99999999", "guid": "00000000-0000-4000-a000-000000000000", "contract": "99999999", "unit": "999999"}
OF_CHILD = (
    "marks", "marks/1", "homeworks/short", "homeworks", "subject_marks", "subject_marks/short", "notifications/search", "periods_schedules",
    "subjects/list", "attendance", "schedule", "programs/parallel_curriculum/2100005", "lesson_schedule_items/1",
)  # fmt: skip


@pytest.mark.security("7")
@pytest.mark.parametrize("path", OF_CHILD)
async def test_a_foreign_child_and_an_unknown_one_are_refused_alike(either: Family, path: str) -> None:
    answers = []
    for ids in (foreign(either), UNKNOWN):
        params = {**WEEK, "date": "2026-11-10", "student_id": ids["student_id"]}
        answers.append(await either.ask(f"api/family/mobile/v1/{path}", params=params))
    assert [it.status_code for it in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("api/eventcalendar/v1/api/events", {"person_ids": "guid", "begin_date": "2026-11-09", "end_date": "2026-11-14"}),
        ("api/ej/rating/v1/rank/class", {"personId": "guid", "date": "2026-11-20"}),
        ("api/ej/rating/v1/rank/rankShort", {"personId": "guid", "beginDate": "2026-11-09", "endDate": "2026-11-14"}),
        ("api/ej/rating/v1/rank/subjects", {"personId": "guid", "date": "2026-11-20"}),
        ("api/meals/v1/clients", {"contractId": "contract"}),
        ("api/family/mobile/v1/day_balance_info", {"contract_id": "contract"}),
        ("api/family/mobile/v1/status", {"contract_ids": "contract"}),
        ("core/api/profiles", {"class_unit_id": "unit"}),
    ],
)
async def test_other_keys_of_a_foreign_child_open_nothing_either(either: Family, path: str, params: dict[str, str]) -> None:
    answers = []
    for ids in (foreign(either), UNKNOWN):
        asked = {name: ids.get(value, value) for name, value in params.items()}
        answers.append(await either.ask(path, params=asked))
    assert [it.status_code for it in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("marks", {}, "from"),
        ("marks", {"from": "10.11.2026", "to": "2026-11-14"}, "from"),
        ("marks", {"from": "2026-13-01", "to": "2026-11-14"}, "from"),
        ("marks", {"from": "2026-11-14", "to": "2026-11-09"}, "to"),
        ("marks", {"from": "2020-01-01", "to": "2026-11-09"}, "to"),
        ("marks", {"from": "0001-01-01", "to": "2026-11-09"}, "from"),
        ("schedule", {"date": "tomorrow"}, "date"),
        ("schedule/short", {"dates": "2026-11-10,x"}, "dates"),
        ("schedule/short", {"dates": ","}, "dates"),
        ("subject_marks/for_subject", {}, "subject_name"),
    ],
)
async def test_a_wrong_parameter_is_named(either: Family, path: str, params: dict[str, str], field: str) -> None:
    answer = await either.ask(f"api/family/mobile/v1/{path}", params={"student_id": either.student, **params})
    assert (answer.status_code, answer.json()["details"]) == (400, {"field": field})


@pytest.mark.parametrize("student", ["", "abc", "²", "9" * 40, "-1", "1.5", "' or 1=1"])
async def test_a_number_that_is_none_is_a_bad_request(either: Family, student: str) -> None:
    answer = await either.ask("api/family/mobile/v1/subject_marks", params={"student_id": student})
    assert (answer.status_code, answer.json()["details"]) == (400, {"field": "student_id"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nope", 404),
        ("GET", "api/family/mobile/v1/nope", 404),
        ("GET", "", 404),
        ("POST", PROFILE, 405),
        ("DELETE", "acl/api/users/profile_info", 405),
        ("GET", f"api/family/mobile/v1/lesson_schedule_items/{'9' * 30}", 404),
        ("GET", "/api//family/mobile/v1//profile/", 200),
    ],
)
async def test_addresses_and_methods_that_are_not_there(either: Family, method: str, path: str, status: int) -> None:
    assert (await either.ask(path, method)).status_code == status


async def test_a_wrong_body_is_a_bad_request(either: Family) -> None:
    answer = await either.ask("api/family/mobile/v1/attendance", "POST", content=b"{")
    assert (answer.status_code, answer.json()["details"]) == (400, {"field": "body"})


async def test_the_regions_calendar_lies_on_its_own_host(regional: Family) -> None:
    path = f"api/eventcalendar/v1/api/events?person_ids={regional.guid}&begin_date=2026-11-09&end_date=2026-11-14"
    assert (await regional.ask(path)).status_code == 200
    headers = {"Auth-Token": regional.token, "x-mes-subsystem": "f"}
    assert (await regional.stand.http.get(f"/mes-mo/{path}", headers=headers)).status_code == 404


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("school.mos.ru", "/api/family/mobile/v1/profile", 200),
        ("dnevnik.mos.ru", "/acl/api/users/profile_info", 200),
        ("login.mos.ru", "/sps/oauth/ae", 400),
    ],
)
async def test_the_real_names_lead_to_their_prefixes(family: Family, host: str, path: str, status: int) -> None:
    headers = {"Auth-Token": family.token, "x-mes-subsystem": "f"}
    assert (await family.stand.http.get(f"https://{host}{path}", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("kind", "value", "status", "type_"),
    [
        ("auth_expired", None, 401, "unauthorized"),
        ("rate_limit", 30, 429, "too_many_requests"),
        ("error", "503", 503, "server_error"),
        ("error", "JSONError", 400, "JSONError"),
        ("error", None, 500, "server_error"),
    ],
)
async def test_faults_come_in_the_platforms_envelope(either: Family, kind: str, value: Any, status: int, type_: str) -> None:
    await either.stand.fault(kind, value=value)
    answer = await either.ask(PROFILE)
    assert (answer.status_code, answer.json()["type"]) == (status, type_)
    assert answer.json().keys() == {"type", "description", "details"}
    if kind == "rate_limit":
        assert answer.headers["retry-after"] == "30"


@pytest.mark.parametrize(
    ("value", "status", "kind"), [("403", 403, "text/html"), ("499", 499, "text/html"), ("401", 401, "application/json")]
)
async def test_a_lost_session_shows_in_three_ways(either: Family, value: str, status: int, kind: str) -> None:
    await either.stand.fault("auth_expired", value=value)
    answer = await either.ask(PROFILE)
    assert answer.status_code == status and answer.headers["content-type"].startswith(kind)
    assert bool(answer.content) is (status != 499)


async def test_an_expired_sign_in_refuses_every_door(family: Family, regional: Family) -> None:
    async def post(path: str, **more: Any) -> httpx.Response:
        return await family.stand.http.post(path, **more)

    await family.stand.fault("auth_expired")
    await regional.stand.control("faults", {"system": "mes-mo", "kind": "auth_expired"})
    password = await post("/mes-auth/sps/login/methods/headless/password", json={})
    assert password.json() == {"errors": [{"code": "invalid_credentials"}]}
    assert (await post("/mes-auth/sps/oauth/te")).json()["error"] == "invalid_grant"
    for path in ("/mes/v3/auth/sudir/auth", "/mes-mo-auth/lms/api/sessions"):
        assert (await post(path)).status_code == 401
    for path in ("/mes-mo-auth/v3/auth/token", "/mes-mo-auth/v2/token/refresh", "/mes/v2/token/refresh"):
        assert (await family.stand.http.get(path)).status_code == 401


async def test_sessions_of_a_sign_in_can_be_ended_and_the_listed_tokens_live(regional: Family) -> None:
    stand = regional.stand
    await stand.control("mes-mo-auth/sign_in_as", {"person": stand.parent.id})
    back = await stand.http.get("/mes-mo-auth/v3/auth/esia/login", params={"redirect_url": "dnevnik-mes://authRegionRedirect"})
    code = back.headers["location"].partition("code=")[2]
    tokens = (await stand.http.get("/mes-mo-auth/v3/auth/token", params={"code": code, "state": ""})).json()
    assert await stand.control("mes/sessions/end", {"how": "403"}) == {"ended": 1}
    for token in tokens.values():
        lost = await Family(stand, token=token).ask("v2/token/refresh")
        assert lost.status_code == 403 and "<h1>" in lost.text
    assert (await regional.ask(PROFILE)).status_code == 200


async def test_drift_renames_what_every_answer_needs(either: Family) -> None:
    await either.stand.fault("drift")
    paths = ("acl/api/users/profile_info", PROFILE, f"api/family/mobile/v1/subject_marks?student_id={either.student}")
    assert [next(iter(_keys(await either.ask(path)))) for path in paths] == ["id_v2", "children_v2", "payload_v2"]


def _keys(answer: httpx.Response) -> list[str]:
    body = answer.json()
    row = body[0] if isinstance(body, list) else body
    return [key for key in row if key.endswith("_v2")]

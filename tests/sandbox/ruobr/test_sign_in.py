"""Two headers on every request, one refusal for unknown and wrong, and the protection in front."""

from __future__ import annotations

import pytest

from tests.sandbox.ruobr.account import Account
from tests.sandbox.ruobr.values import coded
from tests.sandbox.stand import Stand


async def test_a_parent_is_an_applicant_with_children(platform: Stand) -> None:
    shown = (await Account(platform).ask("user")).json()
    assert (shown["status"], shown["success"], [it["id"] for it in shown["childs"]]) == (
        "applicant", True, [platform.account(platform.child)["id"]],
    )  # fmt: skip
    child, person = shown["childs"][0], platform.child
    assert (child["last_name"], child["first_name"], child["birth_date"]) == (
        person.last_name, person.first_name, person.birth_date.isoformat(),
    )  # fmt: skip
    assert (child["gender"], child["group"], child["readonly"], child["school_is_food"]) == (1, "4А", 0, 5)
    assert all(type(value) is int for value in child["push_settings"].values())


async def test_a_pupil_is_a_child_and_needs_not_name_himself(platform: Stand) -> None:
    own = Account(platform, platform.child)
    assert (await own.ask("user")).json()["status"] == "child"
    assert (await own.ask("timetable2", start="2026-11-16", end="2026-11-20")).json()["lessons"]


@pytest.mark.parametrize("spelling", [str.upper, str.lower, str.title])
async def test_the_login_is_read_in_any_case(platform: Stand, spelling: object) -> None:
    account = platform.account()
    headers = {"username": coded(spelling(account["login"])), "password": coded(account["password"])}  # type: ignore[operator]  # a method of str
    assert (await platform.http.get("/ruobr/user/", headers=headers)).json()["status"] == "applicant"


@pytest.mark.parametrize("path", ["user", "api/user"])
async def test_unknown_and_wrong_get_the_same_false(platform: Stand, path: str) -> None:
    good = Account(platform).headers
    tries = [
        {}, {**good, "password": coded("wrong")}, {**good, "username": coded("NOBODY")}, {**good, "password": "not base64!"},
        {"username": good["username"]}, {**good, "password": ""}, {"username": "", "password": ""},
    ]  # fmt: skip
    answers = [await platform.http.get(f"/ruobr/{path}/", headers=headers) for headers in tries]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "false")}


@pytest.mark.parametrize("path", ["mail", "controlmark", "timetable2", "api/attendance", "mail/1", "all_marks/1/1"])
async def test_elsewhere_the_refusal_names_its_type(platform: Stand, path: str) -> None:
    answer = await platform.http.get(f"/ruobr/{path}/", headers={"username": coded("X"), "password": coded("x")})
    assert (answer.status_code, answer.json()) == (200, {"success": False, "error_type": "auth"})


async def test_a_foreign_child_and_an_unknown_one_are_refused_alike(platform: Stand) -> None:
    own, theirs = Account(platform), platform.account(platform.families[1][1])["id"]
    span = {"start": "2026-11-16", "end": "2026-11-20"}
    answers = [await own.ask("timetable2", child=child, **span) for child in (str(theirs), "999", "x")]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json() == {"success": False, "error": "Нет доступа к данным ребёнка"}
    assert (await own.ask("timetable2", **span)).json()["error"] == "Не указан ребёнок"


@pytest.mark.parametrize("start", ["16.11.2026", "2026-02-30", "", "2026-11-16T00:00:00", "2026-11-1६"])
async def test_a_date_that_is_none_is_refused_with_200(platform: Stand, start: str) -> None:
    own = Account(platform)
    answer = await own.ask("timetable2", child=own.child, start=start, end="2026-11-20")
    assert (answer.status_code, answer.json()["success"]) == (200, False)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "nowhere", 404), ("POST", "user", 405), ("GET", "mail/x", 404)])
async def test_the_web_server_answers_pages(platform: Stand, method: str, path: str, status: int) -> None:
    answer = await platform.http.request(method, f"/ruobr/{path}/", headers=Account(platform).headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")


@pytest.mark.parametrize(
    ("agent", "status"), [("python-httpx/0.28.1", 403), ("python-requests/2.34", 403), ("", 403), ("Mozilla/5.0 Chrome/120.0", 200)]
)
async def test_the_protection_refuses_libraries_when_it_is_on(platform: Stand, agent: str, status: int) -> None:
    headers = {**Account(platform).headers, "User-Agent": agent}
    assert (await platform.http.get("/ruobr/user/", headers=headers)).status_code == 200
    await platform.control("ruobr/switches", {"block_user_agents": True})
    assert (await platform.http.get("/ruobr/user/", headers=headers)).status_code == status


async def test_the_older_api_can_be_dead_as_in_the_field(platform: Stand) -> None:
    await platform.control("ruobr/switches", {"legacy": False})
    answer = await Account(platform).ask("api/user")
    assert (answer.status_code, "nginx" in answer.text) == (403, True)
    assert (await Account(platform).ask("user")).status_code == 200


async def test_an_unknown_switch_is_refused(platform: Stand) -> None:
    for body in ({"quiet": True}, {"legacy": "no"}):
        assert (await platform.http.post("/_sandbox/ruobr/switches", json=body)).status_code == 400


async def test_the_request_log_hides_both_headers(platform: Stand) -> None:
    await Account(platform).ask("user")
    [record] = await platform.log()
    assert (record["headers"]["username"], record["headers"]["password"], record["verdicts"]) == ("***", "***", {"sign_in": "ok"})


@pytest.mark.parametrize(
    ("kind", "value", "status", "text"),
    [
        ("error", "Сервис недоступен", 200, '"error": "Сервис недоступен"'), ("error", None, 200, '"success": false'),
        ("error", "auth", 200, '"error_type": "auth"'), ("error", "502", 502, "502 Bad Gateway"), ("error", 403, 403, "403 Forbidden"),
        ("rate_limit", 9, 429, "429"), ("auth_expired", None, 200, "false"),
    ],
)  # fmt: skip
async def test_faults_speak_the_platforms_words(platform: Stand, kind: str, value: object, status: int, text: str) -> None:
    await platform.fault(kind, value=value)
    answer = await Account(platform).ask("user")
    assert (answer.status_code, text in answer.text) == (status, True)
    assert answer.headers.get("retry-after") == ("9" if kind == "rate_limit" else None)


@pytest.mark.parametrize("path", ["user", "timetable2", "controlmark", "mail", "food/calendary", "guide", "api/attendance", "api/mark"])
async def test_drift_changes_every_answer_with_data(platform: Stand, path: str) -> None:
    own = Account(platform)
    query = {"child": own.child, "start": "2026-09-01", "end": "2026-11-20"}
    before = await own.ask(path, **query)
    await platform.fault("drift")
    after = await own.ask(path, **query)
    assert (after.status_code, before.json() != after.json()) == (200, True)

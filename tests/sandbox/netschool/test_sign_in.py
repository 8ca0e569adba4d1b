"""The cookie, the one-shot salt, the two hashes; one 409 for unknown and wrong; sessions that need token and cookie."""

from __future__ import annotations

from hashlib import md5

import httpx
import pytest

from sandbox.netschool.state.sessions import hashes
from sandbox.netschool.wire.answers import PAUSED, WRONG_PAIR
from tests.sandbox.netschool.family import Family
from tests.sandbox.stand import Stand


def test_the_hashes_are_those_of_public_clients() -> None:
    inner = md5("Пароль-1".encode("windows-1251"), usedforsecurity=False).hexdigest()
    pw2 = md5(f"123{inner}".encode(), usedforsecurity=False).hexdigest()
    assert hashes("123", "Пароль-1") == (pw2[:8], pw2)


async def test_a_sign_in_gives_a_token_its_life_and_no_choice_of_role(server: Stand) -> None:
    body = (await Family(server).sign_in()).json()
    assert (len(body["at"]), body["timeOut"], body["tokenType"]) == (26, 3_600_000, "Bearer")
    assert "choose-session-role" not in body["entryPoint"]


async def test_a_salt_without_the_cookie_is_refused(server: Stand) -> None:
    fresh = Family(server)
    assert (await fresh.http.post("auth/getdata")).status_code == 400


async def test_a_salt_is_good_for_one_try(server: Stand) -> None:
    family = Family(server)
    meta = await family.meta()
    assert (await family.sign_in(meta=meta, password="x")).status_code == 409
    assert (await family.sign_in(meta=meta)).status_code == 409
    assert (await family.sign_in()).status_code == 200


async def test_a_salt_of_another_browser_is_refused(server: Stand) -> None:
    one, other = Family(server), Family(server)
    meta = await one.meta()
    await other.meta()
    assert (await other.sign_in(meta=meta)).status_code == 409


async def test_unknown_wrong_and_another_school_are_one_answer(server: Stand) -> None:
    family = Family(server)
    answers = [await family.sign_in(password="x"), await family.sign_in(un="nobody"), await family.sign_in(scid="1")]
    assert {(answer.status_code, answer.json()["message"]) for answer in answers} == {(409, WRONG_PAIR)}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("login", [None, "nobody"])
async def test_three_wrong_tries_make_wait_a_minute_known_or_not(server: Stand, login: str | None) -> None:
    family = Family(server)
    name = login or str(family.account["login"])
    for _ in range(3):
        assert (await family.sign_in(password="x", un=name)).json()["message"] == WRONG_PAIR
    paused = await family.sign_in(un=name)
    assert (paused.status_code, paused.json()["message"]) == (409, PAUSED)
    await server.later(minutes=1)
    assert (await family.sign_in(un=name)).status_code == (409 if login else 200)


async def test_a_call_needs_token_and_cookie_together(family: Family) -> None:
    bare = httpx.AsyncClient(transport=httpx.ASGITransport(family.stand.app), base_url=family.http.base_url)
    assert (await bare.get("context", headers=family.headers)).status_code == 401
    assert (await family.http.get("context")).status_code == 401
    assert (await family.ask("context")).status_code == 200


async def test_a_session_ends_an_hour_after_the_last_call(family: Family) -> None:
    for _ in range(3):
        await family.stand.later(minutes=59)
        assert (await family.ask("context")).status_code == 200
    assert await family.get("context/expired", token=family.headers["at"]) is False
    await family.stand.later(hours=1)
    assert (await family.ask("context")).status_code == 401
    assert await family.get("context/expired", token=family.headers["at"]) is True


async def test_signing_out_ends_the_session(family: Family) -> None:
    assert (await family.http.post("auth/logout", headers=family.headers)).status_code == 200
    assert (await family.ask("context")).status_code == 401
    assert (await family.http.post("auth/logout", headers=family.headers)).status_code == 401


async def test_an_account_with_two_roles_chooses_one(server: Stand) -> None:
    family = Family(server)
    await server.control("netschool/roles", {"login": family.account["login"], "staff": True})
    body = (await family.sign_in()).json()
    assert "choose-session-role" in body["entryPoint"]
    assert [it["role"]["name"] for it in body["accountInfo"]["userRoles"]] == ["Родитель", "Учитель"]
    assert (await family.ask("student/diary/init")).status_code == 403
    assert "choose-session-role" not in (await family.sign_in(rolegroup="5")).json()["entryPoint"]
    assert (await family.ask("student/diary/init")).status_code == 200


async def test_a_region_without_passwords_says_so_first(server: Stand) -> None:
    await server.control("netschool/switches", {"password_login": False})
    family = Family(server)
    options = (await family.http.get("logindata")).json()
    assert (options["schoolLogin"], options["esiaMainAuth"]) == (False, True)
    assert (await family.sign_in()).status_code == 409


@pytest.mark.parametrize("path", ["WEBAPI/LoginData", "webapi/LOGINDATA", "WebApi/SysInfo"])
async def test_the_case_of_letters_does_not_count(server: Stand, path: str) -> None:
    assert (await server.http.get(f"/netschool/{path}")).status_code == 200


async def test_the_list_of_schools_may_need_a_name(server: Stand) -> None:
    family = Family(server)
    [whole] = (await family.http.get("schools/search")).json()
    assert (whole["id"], whole["shortName"]) == (family.account["school_id"], family.account["school"])
    assert (await family.http.get("schools/search", params={"name": "нет такой"})).json() == []
    await server.control("netschool/switches", {"search_needs_name": True})
    assert (await family.http.get("schools/search")).status_code == 400
    assert (await family.http.get("schools/search", params={"name": "шко"})).json() == [whole]


async def test_the_request_log_hides_login_hashes_and_token(family: Family) -> None:
    await family.ask("context")
    text = str(await family.stand.log())
    for secret in (family.account["login"], family.headers["at"], family.account["password"]):
        assert secret not in text


@pytest.mark.parametrize(
    ("value", "status", "message"), [(403, 403, ""), ("Ошибка входа в систему", 409, "Ошибка входа в систему"), (None, 500, "")]
)
async def test_error_faults_are_a_status_or_a_message(family: Family, value: object, status: int, message: str) -> None:
    await family.stand.fault("error", value=value)
    answer = await family.ask("context")
    assert (answer.status_code, message in answer.json()["message"]) == (status, True)


async def test_an_expired_sign_in_refuses_calls_and_sign_in(family: Family) -> None:
    await family.stand.fault("auth_expired")
    assert (await family.ask("student/diary/init")).status_code == 401
    assert (await family.sign_in()).status_code == 409
    await family.stand.http.delete("/_sandbox/faults")
    await family.stand.fault("rate_limit", value=4)
    limited = await family.ask("context")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "4")


@pytest.mark.parametrize(
    "path",
    [
        "student/diary/init",
        "student/diary",
        "grade/assignment/types",
        "announcements",
        "reports/studentgrades",
        "schools/search",
        "years/current",
    ],
)
async def test_drift_changes_every_answer_with_data(family: Family, path: str) -> None:
    query = {"studentId": family.student, "yearId": family.year, "weekStart": "2026-11-16", "weekEnd": "2026-11-21"}
    before = await family.ask(path, **query)
    await family.stand.fault("drift")
    after = await family.ask(path, **query)
    assert (after.status_code, before.json() != after.json()) == (200, True)

"""The door of the cabinet: one answer for unknown and wrong, the lock, the ends of a session."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.stand import Stand

UNKNOWN = "999-888-777 00"


async def knock(cabinet: Stand, snils: str, password: str) -> httpx.Response:
    return await cabinet.http.post("/iv-edu/cab/auth", json={"snils": snils, "password": password})


async def session(cabinet: Stand) -> dict[str, str]:
    answer = await knock(cabinet, cabinet.account()["snils"], cabinet.account()["password"])
    assert answer.status_code == 200, answer.text
    return {"X-Cab-Session": answer.json()["session"]}


async def asked(cabinet: Stand, headers: dict[str, str], path: str = "me") -> tuple[int, str]:
    answer = await cabinet.http.get(f"/iv-edu/cab/api/v1/{path}", headers=headers)
    return answer.status_code, answer.json().get("error", {}).get("code", "")


async def test_the_snils_is_read_in_any_spelling(cabinet: Stand) -> None:
    digits = "".join(letter for letter in cabinet.account()["snils"] if letter.isdigit())
    for spelling in (digits, f" {digits[:3]} {digits[3:6]} {digits[6:]}"):
        assert (await knock(cabinet, spelling, cabinet.account()["password"])).status_code == 200


async def test_an_unknown_snils_and_a_wrong_password_get_one_answer(cabinet: Stand) -> None:
    wrong, unknown = await knock(cabinet, cabinet.account()["snils"], "x"), await knock(cabinet, UNKNOWN, "x")
    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content) == (401, wrong.content)
    assert wrong.json()["error"]["code"] == "wrong_pair"


async def test_anothers_password_does_not_open_the_child(cabinet: Stand) -> None:
    stranger = cabinet.account(cabinet.stranger)
    assert (await knock(cabinet, cabinet.account()["snils"], stranger["password"])).status_code == 401


@pytest.mark.parametrize("known", [True, False])
async def test_five_wrong_tries_lock_for_a_quarter_of_an_hour_known_or_not(cabinet: Stand, known: bool) -> None:
    account = cabinet.account()
    snils = account["snils"] if known else UNKNOWN
    for _ in range(5):
        assert (await knock(cabinet, snils, "x")).status_code == 401
    locked = await knock(cabinet, snils, account["password"])
    assert (locked.status_code, locked.json()["error"]["code"], locked.headers["retry-after"]) == (423, "locked", "900")
    await cabinet.later(minutes=15)
    assert (await knock(cabinet, snils, account["password"])).status_code == (200 if known else 401)


async def test_a_success_begins_the_count_anew(cabinet: Stand) -> None:
    account = cabinet.account()
    for password in ("x", "x", "x", "x", account["password"], "x", "x", "x", "x", account["password"]):
        answer = await knock(cabinet, account["snils"], password)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"snils": "12", "password": "x"}, {"snils": UNKNOWN}, {"snils": UNKNOWN, "password": ""}, {"snils": 1}]
)
async def test_a_malformed_pair_is_named(cabinet: Stand, body: dict[str, object]) -> None:
    answer = await cabinet.http.post("/iv-edu/cab/auth", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert answer.json()["error"]["field"] in {"snils", "password"}


async def test_a_session_ends_after_half_an_hour_without_a_call(cabinet: Stand) -> None:
    headers = await session(cabinet)
    for _ in range(3):
        await cabinet.later(minutes=29)
        assert await asked(cabinet, headers) == (200, "")
    await cabinet.later(minutes=30)
    assert await asked(cabinet, headers) == (401, "session_ended")


async def test_a_session_ends_twelve_hours_after_the_sign_in(cabinet: Stand) -> None:
    headers = await session(cabinet)
    for _ in range(28):
        await cabinet.later(minutes=25)
        assert await asked(cabinet, headers) == (200, "")
    await cabinet.later(minutes=25)
    assert await asked(cabinet, headers) == (401, "session_ended")


async def test_signing_out_ends_the_session(cabinet: Stand) -> None:
    headers = await session(cabinet)
    assert (await cabinet.http.post("/iv-edu/cab/logout", headers=headers)).status_code == 204
    assert await asked(cabinet, headers) == (401, "session_ended")


async def test_without_a_session_the_cabinet_asks_for_one(cabinet: Stand) -> None:
    assert await asked(cabinet, {}) == (401, "session_required")
    assert await asked(cabinet, {"X-Cab-Session": "0" * 64}) == (401, "session_ended")


async def test_a_withdrawn_password_closes_the_cabinet_at_once(cabinet: Stand) -> None:
    headers = await session(cabinet)
    await cabinet.control("iv-edu/passwords", {"snils": cabinet.account()["snils"], "closed": True})
    assert await asked(cabinet, headers) == (403, "closed")
    answer = await knock(cabinet, cabinet.account()["snils"], cabinet.account()["password"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "closed")
    assert (await knock(cabinet, cabinet.account()["snils"], "x")).json()["error"]["code"] == "wrong_pair"


async def test_a_changed_password_replaces_the_old_one(cabinet: Stand) -> None:
    account = cabinet.account()
    await cabinet.control("iv-edu/passwords", {"snils": account["snils"], "password": "Novyj-1"})
    assert (await knock(cabinet, account["snils"], account["password"])).status_code == 401
    assert (await knock(cabinet, account["snils"], "Novyj-1")).status_code == 200


async def test_a_person_signs_in_by_the_page(cabinet: Stand) -> None:
    page = await cabinet.http.get("/iv-edu/cab/auth", params={"return_uri": "/cab"})
    assert 'action="/iv-edu/cab/auth"' in page.text
    form = {"snils": cabinet.account()["snils"], "password": cabinet.account()["password"], "return_uri": "/cab"}
    answer = await cabinet.http.post("/iv-edu/cab/auth", data=form)
    assert (answer.status_code, answer.headers["location"]) == (302, "/iv-edu/cab")
    front = await cabinet.http.get("/iv-edu/cab")
    assert cabinet.account()["snils"] in front.text
    assert (await cabinet.http.get("/iv-edu/cab/api/v1/me")).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/cab/../../x", "/other", "/cab\\x"])
async def test_the_page_leads_nowhere_else(cabinet: Stand, target: str) -> None:
    form = {"snils": cabinet.account()["snils"], "password": cabinet.account()["password"], "return_uri": target}
    assert (await cabinet.http.post("/iv-edu/cab/auth", data=form)).headers["location"] == "/iv-edu/cab"


async def test_a_wrong_pair_on_the_page_shows_the_form_again(cabinet: Stand) -> None:
    answer = await cabinet.http.post("/iv-edu/cab/auth", data={"snils": UNKNOWN, "password": "x"})
    assert (answer.status_code, "СНИЛС или пароль указаны неверно" in answer.text) == (401, True)


async def test_the_request_log_hides_snils_password_and_session(cabinet: Stand) -> None:
    headers = await session(cabinet)
    await asked(cabinet, headers)
    text = str(await cabinet.log())
    for secret in (cabinet.account()["snils"], cabinet.account()["password"], headers["X-Cab-Session"]):
        assert secret not in text


async def test_a_reset_ends_sessions_and_locks(cabinet: Stand) -> None:
    headers = await session(cabinet)
    for _ in range(5):
        await knock(cabinet, UNKNOWN, "x")
    cabinet.app.systems["iv-edu"].reset()
    assert await asked(cabinet, headers) == (401, "session_ended")
    assert (await knock(cabinet, UNKNOWN, "x")).status_code == 401

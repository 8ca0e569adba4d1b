"""Wrong diary passwords: one answer for all, counted per person, account and network, from fifty networks too."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, Rejected, Unavailable
from tests.flows.connect_kit import PASSWORD_OF_PETYA, SNILS_OF_PETYA, Connecting, connecting
from tests.flows.kit import Browser, Clock, Hub, parent

GIVEN = {"snils": SNILS_OF_PETYA, "password": PASSWORD_OF_PETYA}


@pytest.fixture
def found(hub: Hub, clock: Clock) -> Connecting:
    return connecting(hub, clock)


@pytest.fixture
async def anna(found: Connecting) -> Browser:
    browser = found.hub.browser()
    await browser.sign_in()
    return browser


async def post(browser: Browser, system: str, credentials: dict[str, str]) -> tuple[int, dict[str, Any]]:
    answer = await browser.send("POST", f"/api/v1/links/{system}", json={"credentials": credentials})
    return answer.status_code, await answer.get_json()


ONE_ANSWER: list[ConnectorError] = [
    Rejected("dnevnik", "authorizationFailed", "Пользователь не найден"),
    AuthExpired("dnevnik", "wrong password"),
    AccessDenied("dnevnik", "closed"),
    NotFound("dnevnik", "no such login"),
]


@pytest.mark.security("30")
async def test_an_unknown_login_and_a_wrong_password_sound_the_same(found: Connecting, anna: Browser) -> None:
    heard = []
    for error in ONE_ANSWER:
        found.hub.diary.fails = error
        status, body = await post(anna, "dnevnik", {"login": "anna", "password": "no"})
        body.pop("request_id")
        heard.append((status, body))
    assert all(one == heard[0] for one in heard)
    assert heard[0][0] == 422


@pytest.mark.security("29")
async def test_after_ten_wrong_passwords_the_right_one_waits_too(found: Connecting, anna: Browser) -> None:
    for _ in range(10):
        assert (await post(anna, "iv-edu", {**GIVEN, "password": "wrong"}))[0] == 422
    answer = await anna.send("POST", "/api/v1/links/iv-edu", json={"credentials": GIVEN})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert len(found.snils.signed_in) == 10, "the diary is not asked"
    found.hub.clock.go(minutes=61)
    await anna.sign_in()
    assert (await post(anna, "iv-edu", GIVEN))[0] == 201


@pytest.mark.security("29")
async def test_one_account_is_not_guessed_from_fifty_networks_by_fifty_people(found: Connecting) -> None:
    statuses = []
    for number in range(50):
        found.hub.esia.claims[f"p{number}"] = parent(f"9{number:03}", snils=None, children=(), first_name=f"Имя{number}")
        browser = found.hub.browser()
        await browser.sign_in(f"p{number}")
        answer = await browser.client.open(
            "/api/v1/links/iv-edu",
            method="POST",
            json={"credentials": {**GIVEN, "password": f"guess-{number}"}},
            headers={"Host": "localhost:8000", "Origin": "http://localhost:8000", "X-CSRF-Token": browser.csrf},
            scope_base={"client": (f"198.51.{number}.7", 40000)},
        )
        statuses.append(answer.status_code)
    assert statuses == [422] * 10 + [429] * 40
    assert len(found.snils.signed_in) == 10


async def test_one_network_does_not_guess_at_many_accounts_for_long(found: Connecting) -> None:
    statuses = []
    for number in range(4):
        found.hub.esia.claims[f"p{number}"] = parent(f"9{number:03}", snils=None, children=(), first_name=f"Имя{number}")
        browser = found.hub.browser()
        await browser.sign_in(f"p{number}")
        statuses += [(await post(browser, "dnevnik", {"login": f"{number}-{one}", "password": "x"}))[0] for one in range(9)]
    assert statuses == [422] * 30 + [429] * 6


@pytest.mark.security("29")
async def test_twenty_wrong_passwords_at_once_are_not_ten_too_many(found: Connecting, anna: Browser) -> None:
    answers = await asyncio.gather(*(post(anna, "iv-edu", {**GIVEN, "password": f"w{number}"}) for number in range(20)))
    assert sorted(status for status, _ in answers) == [422] * 10 + [429] * 10


async def test_a_diary_that_is_down_counts_no_try(found: Connecting, anna: Browser) -> None:
    found.snils.fails = Unavailable("iv-edu", "503")
    for _ in range(12):
        assert (await post(anna, "iv-edu", GIVEN))[0] == 503
    found.snils.fails = None
    assert (await post(anna, "iv-edu", GIVEN))[0] == 201

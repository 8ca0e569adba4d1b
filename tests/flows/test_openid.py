"""Two standard providers in the demo: weak sign-ins, each a way of its own, and nothing of the one is good at the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.timeout(60)

SANDBOX = "http://localhost:9000"
OpenBrowser = Callable[[], httpx.AsyncClient]


@pytest.fixture
async def anna(open_browser: OpenBrowser) -> dict[str, Any]:
    """A confirmed parent with children, a phone and an e-mail."""
    people = (await open_browser().get(f"{SANDBOX}/_sandbox/people?role=parent&system=esia")).json()["people"]
    return next(one for one in people if one["esia"]["level"] == "confirmed" and one["children"] and one["phone"])


async def leave(browser: httpx.AsyncClient, name: str, person: dict[str, Any]) -> str:
    """To the provider and through its page; the address of our return with all that it brought."""
    prefix = "esia" if name == "esia" else "op"
    assert (await browser.post(f"{SANDBOX}/_sandbox/{prefix}/sign_in_as", json={"person": person["id"], "times": 1})).is_success
    url = (await browser.get(f"/auth/{name}/start")).headers["location"]
    for _ in range(5):
        answer = await browser.get(url)
        url = str(httpx.URL(url).join(answer.headers["location"]))
        if url.startswith("http://localhost:8000/auth/"):
            return url
    raise AssertionError("the provider never came back")


async def sign_in(browser: httpx.AsyncClient, name: str, person: dict[str, Any]) -> dict[str, Any]:
    answer = await browser.get(await leave(browser, name, person))
    assert answer.status_code == 303, answer.text
    told: dict[str, Any] = (await browser.get("/api/v1/me")).json()
    return told


@pytest.mark.rule("A3")
@pytest.mark.rule("A10")
@pytest.mark.security("25")
async def test_a_standard_sign_in_is_a_weak_person_that_joins_nobody_by_name_phone_or_mail(
    open_browser: OpenBrowser, anna: dict[str, Any]
) -> None:
    strong = await sign_in(open_browser(), "esia", anna)
    weak = [await sign_in(open_browser(), name, anna) for name in ("mosru", "bankid")]
    assert len({one["person"]["id"] for one in (strong, *weak)}) == 3
    for one in weak:
        assert (one["person"]["last_name"], one["person"]["level"], one["person"]["snils"]) == (anna["last_name"], "unknown", None)
        assert one["children"] == []
    assert len(strong["children"]) == len(anna["children"])


@pytest.mark.rule("A1")
@pytest.mark.security("26")
async def test_the_same_account_is_the_same_person_each_time(open_browser: OpenBrowser, anna: dict[str, Any]) -> None:
    first, again = [await sign_in(open_browser(), "mosru", anna) for _ in range(2)]
    assert first["person"]["id"] == again["person"]["id"]


@pytest.mark.security("6")
async def test_an_answer_of_one_provider_is_nothing_at_the_others_address(open_browser: OpenBrowser, anna: dict[str, Any]) -> None:
    browser = open_browser()
    back = await leave(browser, "mosru", anna)
    assert (await browser.get(back.replace("/auth/mosru/", "/auth/bankid/"))).status_code in (400, 403, 409, 410)
    assert (await browser.get("/api/v1/me")).status_code == 401


@pytest.mark.security("7")
async def test_an_answer_works_once_and_in_its_own_browser_only(open_browser: OpenBrowser, anna: dict[str, Any]) -> None:
    browser, other = open_browser(), open_browser()
    back = await leave(browser, "mosru", anna)
    assert (await other.get(back)).status_code >= 400
    assert (await browser.get(back)).status_code == 303
    fresh = open_browser()
    fresh.cookies = httpx.Cookies({name: value for name, value in browser.cookies.items() if name != "hub"})
    assert (await fresh.get(back)).status_code >= 400
    assert (await fresh.get("/api/v1/me")).status_code == 401


@pytest.mark.security("7")
async def test_ten_tabs_at_once_all_arrive(open_browser: OpenBrowser, anna: dict[str, Any]) -> None:
    browser = open_browser()
    backs = [await leave(browser, "bankid", anna) for _ in range(10)]
    answers = await asyncio.gather(*(browser.get(back) for back in backs))
    assert [answer.status_code for answer in answers] == [303] * 10
    links = (await browser.get("/api/v1/links")).json()["items"]
    assert [(link["system"], link["title"]) for link in links] == [("bankid", "Банк ID")]


@pytest.mark.security("5")
@pytest.mark.parametrize("spoilt", ["no_iss", "wrong_iss", "no_state", "wrong_state"])
async def test_a_spoilt_return_opens_no_session(open_browser: OpenBrowser, anna: dict[str, Any], spoilt: str) -> None:
    browser = open_browser()
    assert (await browser.post(f"{SANDBOX}/_sandbox/op/switches", json={"authorization": [spoilt]})).is_success
    answer = await browser.get(await leave(browser, "mosru", anna), headers={"Accept": "text/html"})
    assert answer.status_code >= 400
    assert anna["last_name"] not in answer.text
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_a_provider_that_is_down_is_said_in_plain_words(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    assert (await browser.post(f"{SANDBOX}/_sandbox/faults", json={"system": "op", "kind": "status", "value": 503})).is_success
    answer = await browser.get("/auth/mosru/start", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "не отвечает" in answer.text


async def test_the_first_page_offers_every_declared_way(open_browser: OpenBrowser) -> None:
    text = (await open_browser().get("/")).text
    assert text.index("/auth/esia/start") < text.index("/auth/bankid/start")
    assert "Войти через mos.ru" in text
    assert "Войти через Банк ID" in text
    assert "mos.ru — Правительство Москвы" in text, "and says who runs it"


@pytest.mark.rule("A3")
@pytest.mark.security("27")
async def test_linked_from_a_signed_in_session_it_opens_the_same_persons_cabinet(open_browser: OpenBrowser, anna: dict[str, Any]) -> None:
    browser = open_browser()
    me = await sign_in(browser, "esia", anna)
    headers = {"Origin": "http://localhost:8000", "X-CSRF-Token": me["csrf_token"]}
    asked = await browser.post("/api/v1/links/mosru", json={"person": me["person"]["id"], "role": "parent"}, headers=headers)
    assert asked.status_code == 201, asked.text
    await browser.post(f"{SANDBOX}/_sandbox/op/sign_in_as", json={"person": anna["id"], "times": 1})
    back = (await browser.get(asked.json()["authorize_url"])).headers["location"]
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(f"/api/v1/links/intents/{asked.json()['intent']}")).json()["state"] == "active"
    again = await sign_in(open_browser(), "mosru", anna)
    assert again["person"]["id"] == me["person"]["id"]
    apart = await sign_in(open_browser(), "bankid", anna)
    assert apart["person"]["id"] != me["person"]["id"]

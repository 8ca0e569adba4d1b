"""The tokens of a VK profile: sealed with their device_id, renewed by one of many, dead after a revocation, given back at an unlink."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hub.deps import Deps
from hub.store.diaries import diary_links

pytestmark = pytest.mark.timeout(90)
SANDBOX = "http://localhost:9000/_sandbox"
Open = Callable[[], httpx.AsyncClient]


async def to_the_end(browser: httpx.AsyncClient, address: str) -> None:
    """Redirects as a browser follows them."""
    answer = await browser.get(address)
    while answer.is_redirect:
        answer = await browser.get(answer.headers["location"])
    assert answer.is_success, answer.text


async def signed_in(browser: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    """Signs a VK person in; the link's id, and what a write must carry."""
    person = (await browser.get(f"{SANDBOX}/people?system=vkid")).json()["people"][0]
    await browser.post(f"{SANDBOX}/vkid/sign_in_as", json={"person": person["id"], "times": 1})
    await to_the_end(browser, "/auth/vkid/start")
    links = (await browser.get("/api/v1/links")).json()["items"]
    me = (await browser.get("/api/v1/me")).json()
    return next(link["id"] for link in links if link["system"] == "vkid"), {
        "X-CSRF-Token": me["csrf_token"],
        "Origin": "http://localhost:8000",
    }


async def asked(browser: httpx.AsyncClient, grant_type: str) -> list[dict[str, Any]]:
    """The token requests of this kind that VK ID saw, with its verdicts."""
    seen = (await browser.get(f"{SANDBOX}/requests?system=vkid")).json()["requests"]
    return [one for one in seen if (one.get("verdicts") or {}).get("grant_type") == grant_type]


async def test_a_living_profile_is_active_and_its_tokens_are_sealed_with_the_device(open_browser: Open, hub_deps: Deps) -> None:
    browser = open_browser()
    link, writing = await signed_in(browser)
    answer = await browser.post(f"/api/v1/links/{link}/check", headers=writing)
    assert answer.json() == {"id": link, "state": "active"}
    opened = await hub_deps.db.read(lambda: diary_links.opened(hub_deps.keys, link))
    assert opened is not None and opened.access.refresh and opened.access.extra["device_id"]
    sealed = await hub_deps.db.read(lambda: diary_links.DiaryLink.get_by_id(link).access)
    assert opened.access.extra["device_id"] not in sealed and "vk2.a" not in sealed
    assert await asked(browser, "refresh_token") == []


@pytest.mark.rule("C6")
async def test_of_twenty_who_ask_at_once_one_spends_the_refresh_token(open_browser: Open) -> None:
    browser = open_browser()
    link, writing = await signed_in(browser)
    await browser.post(f"{SANDBOX}/clock", json={"offset_s": 7200})
    answers = await asyncio.gather(*(browser.post(f"/api/v1/links/{link}/check", headers=writing) for _ in range(20)))
    assert {(answer.status_code, answer.json()["state"]) for answer in answers} == {(200, "active")}
    (refresh,) = await asked(browser, "refresh_token")
    assert refresh["verdicts"] == {"grant_type": "refresh_token", "device_id": "ok", "refresh_token": "ok"}


@pytest.mark.rule("C6")
async def test_a_profile_whose_refresh_is_refused_needs_a_sign_in_and_the_owner_hears_it_once(open_browser: Open) -> None:
    browser = open_browser()
    link, writing = await signed_in(browser)
    await browser.post(f"{SANDBOX}/faults", json={"system": "vkid", "kind": "auth_expired"})
    for _ in range(2):
        assert (await browser.post(f"/api/v1/links/{link}/check", headers=writing)).json()["state"] == "needs_login"
    kinds = [one["kind"] for one in (await browser.get("/api/v1/me/notices")).json()["items"]]
    assert kinds.count("diary_needs_login") == 1
    await browser.delete(f"{SANDBOX}/faults")
    again, writing = await signed_in(browser)
    assert again == link
    assert (await browser.post(f"/api/v1/links/{link}/check", headers=writing)).json()["state"] == "active"


async def test_a_provider_that_is_down_is_an_error_and_no_answer(open_browser: Open) -> None:
    browser = open_browser()
    link, writing = await signed_in(browser)
    await browser.post(f"{SANDBOX}/faults", json={"system": "vkid", "kind": "status", "value": 503})
    answer = await browser.post(f"/api/v1/links/{link}/check", headers=writing)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")


async def bind(browser: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    """A confirmed parent signs in and binds the own VK profile; the link's id, and what a write must carry."""
    people = (await browser.get(f"{SANDBOX}/people?system=vkid")).json()["people"]
    person = next(one for one in people if one["role"] == "parent" and (one["esia"] or {}).get("level") == "confirmed")
    for system in ("esia", "vkid"):
        await browser.post(f"{SANDBOX}/{system}/sign_in_as", json={"person": person["id"], "times": 1})
    await to_the_end(browser, "/auth/esia/start")
    me = (await browser.get("/api/v1/me")).json()
    writing = {"X-CSRF-Token": me["csrf_token"], "Origin": "http://localhost:8000"}
    wish = {"person": me["person"]["id"], "role": "parent"}
    intent = (await browser.post("/api/v1/links/vkid", json=wish, headers=writing)).json()
    await to_the_end(browser, intent["authorize_url"])
    link: str = (await browser.get(f"/api/v1/links/intents/{intent['intent']}")).json()["link"]
    return link, writing


async def test_a_profile_that_had_a_weak_person_is_looked_after_by_whoever_bound_it(open_browser: Open) -> None:
    before, _ = await signed_in(open_browser())
    browser = open_browser()
    link, writing = await bind(browser)
    assert link == before
    assert (await browser.post(f"/api/v1/links/{link}/check", headers=writing)).json() == {"id": link, "state": "active"}


async def test_unlinking_takes_back_at_vk_what_the_person_allowed(open_browser: Open, hub_deps: Deps) -> None:
    browser = open_browser()
    link, writing = await bind(browser)
    assert (await browser.post(f"/api/v1/links/{link}/check", headers=writing)).json()["state"] == "active"
    assert (await browser.delete(f"/api/v1/links/{link}", headers=writing)).status_code == 204
    seen = (await browser.get(f"{SANDBOX}/requests?system=vkid")).json()["requests"]
    assert [one["status"] for one in seen if one["path"].endswith("/oauth2/revoke")] == [200]
    assert await hub_deps.db.read(lambda: diary_links.opened(hub_deps.keys, link)) is None

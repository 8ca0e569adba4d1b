"""A weak account becomes a strong one by a confirmed sign-in begun inside it, and by nothing else (RULES A10)."""

from __future__ import annotations

import pytest

from identity.claims import Level
from tests.flows.kit import Browser, Hub, parent
from tests.flows.vk import FakeVk, by_vk, plug_in


@pytest.fixture
def vk(hub: Hub) -> FakeVk:
    return plug_in(hub)


async def notices_of(browser: Browser) -> list[str]:
    return [notice["kind"] for notice in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]


@pytest.mark.rule("A10")
@pytest.mark.security("22")
async def test_gosuslugi_begun_inside_a_weak_session_makes_that_account_strong(hub: Hub, vk: FakeVk) -> None:
    browser, elsewhere = hub.browser(), hub.browser("Mozilla/5.0 (Android 14) Chrome/120")
    weak = await by_vk(browser)
    await by_vk(elsewhere)
    me = await browser.sign_in()
    assert me["person"]["id"] == weak["person"]["id"]
    assert (me["person"]["level"], [child["first_name"] for child in me["children"]]) == ("confirmed", ["Пётр"])
    assert (await elsewhere.get("/api/v1/me")).status_code == 401
    links = {link["system"]: link["state"] for link in (await (await browser.get("/api/v1/links")).get_json())["items"]}
    assert links == {"esia": "active", "vkid": "suspended"}
    assert {"sessions_ended", "link_suspended"} <= set(await notices_of(browser))


@pytest.mark.rule("A10")
@pytest.mark.rule("A12")
async def test_the_suspended_profile_opens_nothing_and_says_how_to_go_on(hub: Hub, vk: FakeVk) -> None:
    owner, thief = hub.browser(), hub.browser()
    await by_vk(owner)
    await owner.sign_in()
    answer = await thief.back(await thief.leave("vkid"), "anna", "vkid")
    body = await answer.get_json()
    assert (answer.status_code, body["type"], body["reason"]) == (409, "/problems/review", "link_suspended")
    assert body["exits"] == ["sign_in_and_link", "code", "ask_school"]
    assert "приостановлен" in body["detail"]
    assert (await thief.get("/api/v1/me")).status_code == 401


@pytest.mark.rule("A3")
async def test_a_known_parent_in_a_weak_session_comes_to_the_own_account(hub: Hub, vk: FakeVk) -> None:
    known = await hub.browser().sign_in()
    browser = hub.browser()
    weak = await by_vk(browser)
    me = await browser.sign_in()
    assert me["person"]["id"] == known["person"]["id"] != weak["person"]["id"]
    assert [child["first_name"] for child in me["children"]] == ["Пётр"]


@pytest.mark.rule("A10")
async def test_an_account_that_is_not_confirmed_raises_nothing(hub: Hub, vk: FakeVk) -> None:
    hub.esia.claims["new"] = parent("2000", level=Level.STANDARD, children=None)
    browser = hub.browser()
    weak = await by_vk(browser)
    answer = await browser.back(await browser.leave(), "new")
    assert answer.status_code == 303
    assert (await browser.me())["person"]["id"] != weak["person"]["id"]


@pytest.mark.rule("A10")
@pytest.mark.security("27")
async def test_a_sign_in_that_began_before_the_weak_session_does_not_join_it(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    state = await browser.leave()
    weak = await by_vk(browser)
    assert (await browser.back(state, "anna")).status_code == 303
    assert (await browser.me())["person"]["id"] != weak["person"]["id"]


@pytest.mark.rule("A10")
async def test_vk_inside_a_strong_session_leaves_it_and_adds_nothing(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    strong = await browser.sign_in()
    weak = await by_vk(browser)
    assert weak["person"]["id"] != strong["person"]["id"] and weak["children"] == []
    again = await browser.sign_in()
    assert again["person"]["id"] == strong["person"]["id"]
    links = (await (await browser.get("/api/v1/links")).get_json())["items"]
    assert [link["system"] for link in links] == ["esia"]

"""A VK profile is bound from a signed-in session with a stored intent, or refused with its reason; it never proves kinship (RULES A9)."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from datetime import date
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from quart import Response

from connectors.kit.errors import AccessDenied
from identity.claims import Contact
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.vk import EMAIL, PHONE, FakeVk, by_vk, profile

KID = {"last_name": "Орлов", "first_name": "Пётр", "birth_date": date(2014, 5, 6), "phones": (Contact(value="+79150000001"),), "emails": ()}
EXITS = ["sign_in_and_link", "code", "ask_school"]


@pytest.fixture
def vk(hub: Hub) -> FakeVk:
    played = FakeVk(claims={"anna": profile(), "petr": profile("880000007", **KID)})
    cast("MutableMapping[str, object]", hub.deps.sign_ins)["vkid"] = played
    hub.esia.claims["anna"] = parent(phones=(Contact(value=PHONE, verified=True),), emails=(Contact(value=EMAIL, verified=True),))
    return played


async def wish(browser: Browser, person: str, role: str) -> tuple[str, str]:
    """The stored intent, and the state with which the browser left."""
    answer = await browser.send("POST", "/api/v1/links/vkid", json={"person": person, "role": role})
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    body = await answer.get_json()
    return body["intent"], parse_qs(urlsplit(body["authorize_url"]).query)["state"][0]


async def bound(browser: Browser, person: str, role: str, code: str) -> tuple[Response, dict[str, Any]]:
    intent, state = await wish(browser, person, role)
    answer = await browser.back(state, code, "vkid")
    return answer, await became(browser, intent)


async def became(browser: Browser, intent: str) -> dict[str, Any]:
    answer = await browser.get(f"/api/v1/links/intents/{intent}")
    assert answer.status_code == 200
    found: dict[str, Any] = await answer.get_json()
    return found


async def family(hub: Hub) -> tuple[Browser, str, str]:
    browser = hub.browser()
    me = await browser.sign_in()
    return browser, me["person"]["id"], me["children"][0]["id"]


async def links_of(browser: Browser) -> list[tuple[str, str, str, str]]:
    items = (await (await browser.get("/api/v1/links")).get_json())["items"]
    return [(one["system"], one["person"], one["role"], one["state"]) for one in items]


@pytest.mark.rule("A9")
async def test_the_own_profile_is_bound_and_signs_in_from_then_on(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    answer, intent = await bound(browser, anna, "parent", "anna")
    assert (answer.status_code, intent["state"], intent["reason"], intent["exits"]) == (303, "active", None, [])
    assert ("vkid", anna, "parent", "active") in await links_of(browser)
    link = next(one for one in (await (await browser.get("/api/v1/links")).get_json())["items"] if one["id"] == intent["link"])
    assert link["evidence"]["kind"] == "both_sides_login"
    assert (await by_vk(hub.browser()))["person"]["id"] == anna


@pytest.mark.rule("A9")
@pytest.mark.rule("A5")
async def test_a_childs_profile_is_bound_to_the_child_and_gives_nobody_a_child(hub: Hub, vk: FakeVk) -> None:
    browser, _, child = await family(hub)
    before = await hub.rows("SELECT id, guardian, child, state FROM guardianship ORDER BY id")
    _, intent = await bound(browser, child, "child", "petr")
    assert intent["state"] == "active"
    assert ("vkid", child, "child", "active") in await links_of(browser)
    assert await hub.rows("SELECT id, guardian, child, state FROM guardianship ORDER BY id") == before


@pytest.mark.security("27")
async def test_the_session_id_changes_when_a_profile_is_bound(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    before = browser.cookie("hub")
    await bound(browser, anna, "parent", "anna")
    assert browser.cookie("hub") != before
    assert (await browser.me())["person"]["id"] == anna


@pytest.mark.rule("A9")
@pytest.mark.feature("F064")
@pytest.mark.parametrize(
    ("told", "state", "reason"),
    [
        ({"last_name": "Орлова", "first_name": "Анна", "birth_date": date(1985, 3, 4)}, "refused", "self_parent"),
        ({"phones": (Contact(value=PHONE),)}, "review", "phone_shared_with_guardian"),
        ({"phones": (Contact(value=PHONE, verified=True),)}, "review", "phone_shared_with_guardian"),
        ({"birth_date": date(2013, 5, 6)}, "review", "birthdate_mismatch"),
        ({"phones": (Contact(value=PHONE),), "birth_date": date(2013, 5, 6)}, "review", "phone_shared_with_guardian"),
    ],
    ids=["the parent's own", "phone of the parent", "verified phone of the parent", "another birth date", "phone before birth date"],
)
async def test_a_childs_profile_that_is_none_is_told_why_with_three_ways_on(
    hub: Hub, vk: FakeVk, told: dict[str, Any], state: str, reason: str
) -> None:
    browser, _, child = await family(hub)
    vk.claims["petr"] = profile("880000007", **(KID | told))
    answer, intent = await bound(browser, child, "child", "petr")
    body = await answer.get_json()
    assert (answer.status_code, body["type"], body["state"]) == (409, f"/problems/{reason}", state)
    assert (intent["state"], intent["reason"], intent["link"]) == (state, reason, None)
    assert [way["kind"] for way in intent["exits"]] == EXITS == [way["kind"] for way in body["exits"]]
    assert [one[0] for one in await links_of(browser)] == ["esia"]


@pytest.mark.rule("A9")
@pytest.mark.feature("F066")
async def test_the_parents_bound_profile_offered_as_the_childs_is_self_parent_before_already_bound(hub: Hub, vk: FakeVk) -> None:
    browser, anna, child = await family(hub)
    vk.claims["anna"] = profile(birth_date=None, last_name="", first_name="Аня", phones=())
    await bound(browser, anna, "parent", "anna")
    _, intent = await bound(browser, child, "child", "anna")
    assert (intent["state"], intent["reason"]) == ("refused", "self_parent")


@pytest.mark.rule("A9")
@pytest.mark.rule("A1")
async def test_a_profile_of_another_person_stays_with_that_person(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    await bound(browser, anna, "parent", "anna")
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=())
    other = hub.browser()
    boris = (await other.sign_in("boris"))["person"]["id"]
    _, intent = await bound(other, boris, "parent", "anna")
    assert (intent["state"], intent["reason"]) == ("refused", "already_bound")
    assert ("vkid", anna, "parent", "active") in await links_of(browser)


@pytest.mark.rule("A12")
async def test_the_page_of_a_refusal_offers_the_three_ways(hub: Hub, vk: FakeVk) -> None:
    browser, _, child = await family(hub)
    vk.claims["petr"] = profile("880000007", **(KID | {"birth_date": date(2013, 5, 6)}))
    _, state = await wish(browser, child, "child")
    answer = await browser.get(f"/auth/vkid/return?state={state}&code=petr", Accept="text/html")
    page = str(await answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Дата рождения в профиле другая" in page
    assert page.count('class="button') >= 3 and 'href="/help#school"' in page and 'href="/invitation"' in page


@pytest.mark.rule("A10")
async def test_a_suspended_profile_returns_by_a_fresh_sign_in_on_both_sides(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    await by_vk(browser)
    anna = (await browser.sign_in())["person"]["id"]
    assert ("vkid", anna, "parent", "suspended") in await links_of(browser)
    _, intent = await bound(browser, anna, "parent", "anna")
    assert intent["state"] == "active"
    assert (await by_vk(hub.browser()))["person"]["id"] == anna


@pytest.mark.rule("A3")
@pytest.mark.security("23")
async def test_a_record_that_was_nothing_but_this_profile_ends_with_its_sessions(hub: Hub, vk: FakeVk) -> None:
    phone = hub.browser("Mozilla/5.0 (Android 14) Chrome/120")
    await by_vk(phone)
    browser, anna, _ = await family(hub)
    _, intent = await bound(browser, anna, "parent", "anna")
    assert intent["state"] == "active"
    assert (await phone.get("/api/v1/me")).status_code == 401
    assert (await by_vk(hub.browser()))["person"]["id"] == anna


@pytest.mark.rule("A9")
@pytest.mark.security("27")
async def test_a_link_begun_by_one_person_and_finished_by_another_is_refused(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    intent, state = await wish(browser, anna, "parent")
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=())
    await browser.sign_in("boris")
    answer = await browser.back(state, "anna", "vkid")
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/initiator_mismatch")
    assert (await browser.get(f"/api/v1/links/intents/{intent}")).status_code == 404, "another's intent does not exist"
    await browser.sign_in()
    assert [(await became(browser, intent))[key] for key in ("state", "reason")] == ["refused", "initiator_mismatch"]


@pytest.mark.rule("A9")
async def test_a_foreign_browser_finishes_nothing_and_spoils_nothing(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    intent, state = await wish(browser, anna, "parent")
    thief = hub.browser()
    await thief.leave("vkid")
    assert (await (await thief.back(state, "anna", "vkid")).get_json())["type"] == "/problems/flow_foreign"
    assert (await became(browser, intent))["state"] == "started"
    assert (await browser.back(state, "anna", "vkid")).status_code == 303
    assert (await became(browser, intent))["state"] == "active"


@pytest.mark.rule("A9")
async def test_a_signed_out_browser_finishes_nothing(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    intent, state = await wish(browser, anna, "parent")
    await browser.send("POST", "/auth/logout")
    assert (await (await browser.back(state, "anna", "vkid")).get_json())["type"] == "/problems/initiator_mismatch"
    await browser.sign_in()
    assert (await became(browser, intent))["reason"] == "initiator_mismatch"


@pytest.mark.rule("A12")
async def test_ten_parallel_tabs_make_one_link(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    tabs = [await wish(browser, anna, "parent") for _ in range(10)]
    answers = await asyncio.gather(*(browser.back(state, "anna", "vkid") for _, state in tabs))
    assert {answer.status_code for answer in answers} == {303}
    ends = [await became(browser, intent) for intent, _ in tabs]
    assert {one["state"] for one in ends} == {"active"}
    assert len({one["link"] for one in ends}) == 1
    assert (await browser.me())["person"]["id"] == anna


@pytest.mark.rule("A12")
@pytest.mark.security("7")
async def test_the_same_return_sent_twenty_times_binds_once(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    intent, state = await wish(browser, anna, "parent")
    answers = await asyncio.gather(*(browser.back(state, "anna", "vkid") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 19
    assert (await became(browser, intent))["state"] == "active"
    assert sorted(one[0] for one in await links_of(browser)) == ["esia", "vkid"]


@pytest.mark.rule("A9")
async def test_a_refusal_at_the_provider_ends_the_intent_as_failed(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    vk.claims["anna"] = AccessDenied("vkid", "access_denied")
    answer, intent = await bound(browser, anna, "parent", "anna")
    assert answer.status_code == 403
    assert (intent["state"], intent["reason"], len(intent["exits"])) == ("failed", "access_denied", 3)


@pytest.mark.rule("A16")
async def test_binding_needs_a_fresh_confirmed_sign_in(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    hub.clock.go(minutes=6)
    answer = await browser.send("POST", "/api/v1/links/vkid", json={"person": anna, "role": "parent"})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")


@pytest.mark.rule("A9")
async def test_nobody_binds_a_profile_to_a_foreign_child(hub: Hub, vk: FakeVk) -> None:
    _, _, child = await family(hub)
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=())
    other = hub.browser()
    await other.sign_in("boris")
    for person in (child, "nobody"):
        assert (await other.send("POST", "/api/v1/links/vkid", json={"person": person, "role": "child"})).status_code == 404


async def test_gosuslugi_is_no_profile(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    assert (await browser.send("POST", "/api/v1/links/esia", json={"person": anna, "role": "parent"})).status_code == 400
    assert (await browser.send("POST", "/api/v1/links/nothing", json={"person": anna, "role": "parent"})).status_code == 404


@pytest.mark.rule("A12")
async def test_the_page_of_a_stopped_sign_in_has_three_ways_on(hub: Hub, vk: FakeVk) -> None:
    browser, thief = hub.browser(), hub.browser()
    await by_vk(browser)
    await browser.sign_in()
    state = await thief.leave("vkid")
    answer = await thief.get(f"/auth/vkid/return?state={state}&code=anna", Accept="text/html")
    page = str(await answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert all(f'href="{href}' in page for href in ("/auth/esia/start", "/help#code", "/help#school"))

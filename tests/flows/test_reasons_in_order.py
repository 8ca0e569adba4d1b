"""Where several reasons speak against a profile, the first of the fixed order is told, by the answer and by the intent (RULES A9)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from identity.claims import Contact
from tests.flows.kit import Hub, account, kid, parent, pupil
from tests.flows.test_profiles import EXITS, KID, became, bound, family, links_of, wish
from tests.flows.vk import PHONE, FakeVk, plug_in, profile

PARENTS_PHONE = {"phones": (Contact(value=PHONE),)}
OTHER_DAY = {"birth_date": date(2013, 5, 6)}
ANNA = {"last_name": "Орлова", "first_name": "Анна", "birth_date": date(1985, 3, 4)}


@pytest.fixture
def vk(hub: Hub) -> FakeVk:
    return plug_in(hub)


@pytest.mark.rule("A9")
@pytest.mark.feature("F064")
@pytest.mark.parametrize(
    ("held_by_boris", "told", "reason", "state"),
    [
        (True, ANNA | PARENTS_PHONE, "self_parent", "refused"),
        (True, PARENTS_PHONE | OTHER_DAY, "already_bound", "refused"),
        (False, ANNA | PARENTS_PHONE, "self_parent", "refused"),
        (False, PARENTS_PHONE | OTHER_DAY, "phone_shared_with_guardian", "review"),
        (False, OTHER_DAY, "birthdate_mismatch", "review"),
    ],
    ids=["self before bound", "bound before phone", "self before phone", "phone before birth date", "birth date alone"],
)
async def test_a_childs_profile(hub: Hub, vk: FakeVk, held_by_boris: bool, told: dict[str, Any], reason: str, state: str) -> None:
    if held_by_boris:
        hub.esia.claims["boris"] = parent("3000", last_name="Кузнецов", first_name="Борис", snils=kid(3, "").snils, children=())
        other = hub.browser()
        boris = (await other.sign_in("boris"))["person"]["id"]
        vk.claims["petr"] = profile("880000007", last_name="Кузнецов", first_name="Борис", phones=(), emails=())
        assert (await bound(other, boris, "parent", "petr"))[1]["state"] == "active"
    vk.claims["petr"] = profile("880000007", **(KID | told))
    browser, _, child = await family(hub)
    answer, intent = await bound(browser, child, "child", "petr")
    body = await answer.get_json()
    assert (answer.status_code, body["type"].rpartition("/")[2], body["state"]) == (409, reason, state)
    assert (intent["state"], intent["reason"], intent["link"]) == (state, reason, None)
    assert [way["kind"] for way in intent["exits"]] == EXITS
    assert "vkid" not in [one[0] for one in await links_of(browser)]


@pytest.mark.rule("A9")
async def test_who_came_back_is_looked_at_before_anything_else(hub: Hub, vk: FakeVk) -> None:
    browser, _, child = await family(hub)
    vk.claims["petr"] = profile("880000007", **(KID | ANNA | PARENTS_PHONE))
    intent, state = await wish(browser, child, "child")
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "").snils, children=())
    await browser.sign_in("boris")
    answer = await browser.back(state, "petr", "vkid")
    body = await answer.get_json()
    assert (answer.status_code, body["type"]) == (403, "/problems/initiator_mismatch")
    assert child not in str(body), "whose profile it was to be stays untold"
    await browser.sign_in()
    assert (await became(browser, intent))["reason"] == "initiator_mismatch"


@pytest.mark.rule("A9")
async def test_the_relation_is_looked_at_before_the_profile(hub: Hub, vk: FakeVk) -> None:
    browser, _, child = await family(hub)
    vk.claims["petr"] = profile("880000007", **(KID | ANNA | PARENTS_PHONE))
    intent, state = await wish(browser, child, "child")
    hub.esia.claims["anna"] = parent(children=())
    await hub.browser().sign_in()
    answer = await browser.back(state, "petr", "vkid")
    assert (answer.status_code, (await answer.get_json())["type"]) == (409, "/problems/relation_unproven")
    assert [(await became(browser, intent))[key] for key in ("state", "reason")] == ["refused", "relation_unproven"]


@pytest.mark.rule("A9")
async def test_a_profile_is_never_a_condition(hub: Hub, vk: FakeVk) -> None:
    browser, _, child = await family(hub)
    vk.claims["petr"] = profile("880000007", **(KID | PARENTS_PHONE))
    await bound(browser, child, "child", "petr")
    await browser.link()
    assert (await browser.get(f"/api/v1/children/{child}/marks")).status_code == 200


@pytest.mark.rule("A1")
@pytest.mark.rule("A12")
async def test_twenty_double_submits_of_a_diarys_login_make_one_link(hub: Hub) -> None:
    hub.diary.accounts["anna"] = account(children=(pupil(),))
    browser = hub.browser()
    await browser.sign_in()
    body = {"role": "parent", "credentials": {"login": "anna", "password": "secret"}}
    answers = await asyncio.gather(*(browser.send("POST", "/api/v1/links/dnevnik", json=body) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}, "a right password sent twenty times is no guessing"
    assert len({(await answer.get_json())["id"] for answer in answers}) == 1
    assert await hub.rows("SELECT COUNT(*) FROM account_link WHERE system = 'dnevnik'") == [(1,)]
    assert await hub.rows("SELECT COUNT(*) FROM diary_pupil") == [(1,)]


@pytest.mark.rule("A1")
@pytest.mark.rule("A12")
async def test_two_families_that_link_one_account_at_once_leave_it_with_one(hub: Hub) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "").snils, children=())
    anna, boris = hub.browser(), hub.browser()
    await anna.sign_in()
    await boris.sign_in("boris")
    body = {"role": "parent", "credentials": {"login": "anna", "password": "secret"}}
    answers = await asyncio.gather(*(who.send("POST", "/api/v1/links/dnevnik", json=body) for who in [anna, boris] * 5))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 5
    assert await hub.rows("SELECT COUNT(*) FROM account_link WHERE system = 'dnevnik' AND state <> 'closed'") == [(1,)]


@pytest.mark.security("7")
@pytest.mark.parametrize("tamper", ["another state", "a longer state", "another system's address"])
async def test_a_tampered_callback_binds_nothing_and_spends_nothing(hub: Hub, vk: FakeVk, tamper: str) -> None:
    browser, anna, _ = await family(hub)
    intent, state = await wish(browser, anna, "parent")
    other = state[:-1] + ("0" if state[-1] != "0" else "1")
    sent = {"another state": (other, "vkid"), "a longer state": (f"{state}x", "vkid"), "another system's address": (state, "esia")}
    given, system = sent[tamper]
    answer = await browser.back(given, "anna", system)
    assert (answer.status_code, (await answer.get_json())["type"]) == (400, "/problems/flow_unknown")
    assert (await became(browser, intent))["state"] == "started"
    assert (await browser.back(state, "anna", "vkid")).status_code == 303
    assert (await became(browser, intent))["state"] == "active"

"""What is not joined, and why: another human, parent and child, too old a sign-in, a silent return (RULES A11, A16)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.kit.ports import Arrival
from identity.claims import Claims, Level
from tests.flows.joining import FakeProvider, asked, enter, plug_in, proven, shown, two, weak
from tests.flows.kit import Hub, kid, parent

WAYS = ["sign_in_and_link", "code", "ask_school"]


@pytest.fixture
def mosru(hub: Hub) -> FakeProvider:
    return plug_in(hub)


@pytest.mark.rule("A11")
@pytest.mark.parametrize(
    ("told_there", "reason"),
    [
        ({"snils": kid(3, "Анна").snils}, "two_snils"),
        ({}, "no_record"),
    ],
    ids=["two confirmed SNILS", "an account that never came here"],
)
async def test_what_cannot_be_joined_says_why_with_three_ways_on(
    hub: Hub, mosru: FakeProvider, told_there: dict[str, Any], reason: str
) -> None:
    browser = hub.browser()
    await browser.sign_in()
    other = parent("2000", children=(), **({"snils": None} | told_there))
    hub.esia.claims["other"] = other
    if reason == "two_snils":
        await hub.browser().sign_in("other")
    wish, state = await asked(browser, "esia")
    await browser.back(state, "other")
    view = await shown(browser, wish)
    assert (view["reason"], [way["kind"] for way in view["exits"]]) == (reason, WAYS)
    page = await browser.get(f"/family/merge/{wish}", Accept="text/html")
    assert page.status_code == 409
    text = str(await page.get_data(as_text=True))
    assert text.count('<a class="button') == 3 and view["faults"][0]["text"] in text
    answer = await browser.send("POST", f"/api/v1/merges/{wish}/confirm")
    assert ((await answer.get_json())["type"], answer.status_code) == ("/problems/merge_refused", 409)


@pytest.mark.rule("A11")
async def test_parent_and_child_never_become_one(hub: Hub, mosru: FakeProvider) -> None:
    browser = hub.browser()
    await browser.sign_in()
    petr = kid(1, "Пётр")
    hub.esia.claims["kid"] = parent(
        "7000", first_name="Пётр", last_name="Орлов", birth_date=petr.birth_date, snils=petr.snils, children=None
    )
    await hub.browser().sign_in("kid")
    wish, state = await asked(browser, "esia")
    await browser.back(state, "kid")
    view = await shown(browser, wish)
    assert "parent_and_child" in [one["code"] for one in view["faults"]]
    assert (await browser.send("POST", f"/api/v1/merges/{wish}/confirm")).status_code == 409


@pytest.mark.rule("A11")
async def test_the_same_account_again_joins_nothing(hub: Hub, mosru: FakeProvider) -> None:
    browser = hub.browser()
    await browser.sign_in()
    view = await proven(browser, "esia")
    assert (view["state"], view["reason"], view["gone"]) == ("refused", "same_person", None)


@pytest.mark.rule("A11")
async def test_without_a_confirmed_account_on_either_side_nothing_is_joined(hub: Hub, mosru: FakeProvider) -> None:
    hub.esia.claims["low"] = parent("2000", level=Level.STANDARD, snils=None, children=None)
    await enter(hub.browser(), "mosru")
    browser = hub.browser()
    await browser.sign_in("low")
    view = await proven(browser)
    assert [one["code"] for one in view["faults"]] == ["level_too_low"]


@pytest.mark.rule("A11")
@pytest.mark.rule("A16")
async def test_both_sides_must_be_fresh_at_the_confirmation(hub: Hub, mosru: FakeProvider) -> None:
    browser, _, _ = await two(hub)
    view = await proven(browser)
    hub.clock.go(minutes=6)
    answer = await browser.send("POST", f"/api/v1/merges/{view['id']}/confirm")
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")
    await browser.sign_in()
    answer = await browser.send("POST", f"/api/v1/merges/{view['id']}/confirm")
    body = await answer.get_json()
    assert (answer.status_code, body["type"], body["reason"]) == (409, "/problems/merge_refused", "not_fresh"), "the other side is too old"
    hub.clock.go(minutes=16)
    await browser.sign_in()
    assert (await shown(browser, view["id"]))["state"] == "expired"


@pytest.mark.rule("A16")
@pytest.mark.parametrize("ago_s", [301, None], ids=["an old password", "a provider that tells no time"])
async def test_a_silent_return_proves_no_side(hub: Hub, mosru: FakeProvider, ago_s: int | None) -> None:
    browser, _, _ = await two(hub)
    wish, state = await asked(browser)

    async def finish(arrival: Arrival) -> Claims:
        return weak(auth_time=hub.clock() - timedelta(seconds=ago_s) if ago_s else None)

    mosru.finish = finish  # type: ignore[method-assign]  # what this one provider tells this once
    await browser.back(state, "anna", "mosru")
    assert (await shown(browser, wish))["reason"] == "not_fresh"


@pytest.mark.rule("A16")
async def test_asking_needs_a_fresh_sign_in_too(hub: Hub, mosru: FakeProvider) -> None:
    browser = hub.browser()
    await browser.sign_in()
    hub.clock.go(minutes=6)
    answer = await browser.send("POST", "/api/v1/merges", json={"system": "mosru"})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")

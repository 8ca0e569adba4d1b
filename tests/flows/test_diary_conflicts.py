"""A diary that cannot be connected says why on a page with three ways on, whatever browser, person or role came back (RULES A9, A12)."""

from __future__ import annotations

import pytest

from tests.flows.kit import Browser, Hub, account, kid, parent, pupil
from tests.flows.test_conflicts import no_dead_end, page_of


async def signed_in(hub: Hub) -> Browser:
    browser = hub.browser()
    await browser.sign_in()
    return browser


async def boris(hub: Hub) -> Browser:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "").snils, children=())
    browser = hub.browser()
    await browser.sign_in("boris")
    return browser


@pytest.mark.rule("A12")
@pytest.mark.security("7")
@pytest.mark.parametrize("case", ["unknown", "foreign", "used", "expired"])
async def test_a_return_that_does_not_belong_here(hub: Hub, case: str) -> None:
    browser, other = await signed_in(hub), await boris(hub)
    state = await browser.leave("dnevnik")
    await other.leave("dnevnik")
    if case == "used":
        await browser.back(state, "anna", "dnevnik")
    if case == "expired":
        hub.clock.go(minutes=11)
    guest = other if case == "foreign" else browser
    status, _, ways = await page_of(guest, "made-up" if case == "unknown" else state, "anna", "dnevnik")
    assert (status, ways[0]) == (400, ("/connect/dnevnik", "Войти заново"))
    await no_dead_end(guest, ways)


@pytest.mark.rule("A1")
@pytest.mark.rule("A12")
async def test_an_account_that_another_family_connected(hub: Hub) -> None:
    await (await signed_in(hub)).link()
    other = await boris(hub)
    status, text, ways = await page_of(other, await other.leave("dnevnik"), "anna", "dnevnik")
    assert (status, "уже подключён у другого" in text) == (409, True)
    assert "Анна" not in text and "Орлова" not in text
    await no_dead_end(other, ways)


@pytest.mark.rule("A9")
@pytest.mark.rule("A12")
@pytest.mark.parametrize("signs_out", [True, False], ids=["nobody is signed in", "another person is"])
async def test_who_came_back_did_not_begin_it(hub: Hub, signs_out: bool) -> None:
    browser = await signed_in(hub)
    state = await browser.leave("dnevnik")
    if signs_out:
        await browser.me()
        await browser.send("POST", "/auth/logout")
    else:
        await boris(hub)
        await browser.sign_in("boris")
    status, text, ways = await page_of(browser, state, "anna", "dnevnik")
    assert (status, "начал другой человек" in text) == (403, True)
    assert [way[0] for way in ways] == ["/family/sign-ins", "/help#code" if signs_out else "/invitation", "/help#school"]
    assert await hub.rows("SELECT id FROM diary_link") == []


@pytest.mark.feature("F066")
@pytest.mark.rule("A12")
async def test_a_pupils_account_offered_as_a_parents(hub: Hub) -> None:
    hub.diary.accounts["kid"] = account("kid-owner", children=(pupil(is_self=True),))
    browser = await signed_in(hub)
    me = (await browser.me())["person"]["id"]
    answer = await browser.send("POST", "/api/v1/links/dnevnik", json={"person": me, "role": "parent"})
    started = await answer.get_json()
    state = started["authorize_url"].split("state=")[1].split("&")[0]
    status, text, ways = await page_of(browser, state, "kid", "dnevnik")
    assert (status, "Профиль другой роли" in text) == (409, True)
    await no_dead_end(browser, ways)
    view = await (await browser.get(f"/api/v1/links/intents/{started['intent']}")).get_json()
    assert (view["state"], view["reason"], len(view["exits"])) == ("refused", "role_mismatch", 3)

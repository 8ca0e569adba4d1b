"""Each refusal of a sign-in or link is a page in plain Russian, of the right status, with three ways on and no dead end (RULES A12)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from identity.claims import Contact
from identity.model import LinkState
from identity.store import links
from identity.store.tables import LinkRow
from tests.flows.joining import FakeProvider
from tests.flows.joining import plug_in as plug_in_mosru
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.test_profiles import KID, family, links_of, wish
from tests.flows.vk import PHONE, FakeVk, by_vk, plug_in, profile

HTML = {"Accept": "text/html"}
BUTTON = re.compile(r'<a class="button[^"]*" href="([^"]+)">([^<]+)</a>')


@pytest.fixture
def vk(hub: Hub) -> FakeVk:
    played = plug_in(hub)
    played.claims["petr"] = profile("880000007", **KID)
    return played


@pytest.fixture
def mosru(hub: Hub) -> FakeProvider:
    return plug_in_mosru(hub)


async def page_of(browser: Browser, state: str, code: str, system: str = "vkid") -> tuple[int, str, list[tuple[str, str]]]:
    answer = await browser.get(f"/auth/{system}/return?state={state}&code={code}", **HTML)
    text = str(await answer.get_data(as_text=True))
    assert 'lang="ru"' in text and "<h1>" in text and "problems/" not in text
    return answer.status_code, text, BUTTON.findall(text.split("</header>")[1])


async def no_dead_end(browser: Browser, ways: list[tuple[str, str]]) -> None:
    """Three, each of another kind, and each leads to a page or a provider."""
    assert len(ways) == 3, ways
    first, code, school = (href.replace("&amp;", "&") for href, _ in ways)
    assert code in ("/invitation", "/help#code") and school == "/help#school"
    for href in (first, code, school):
        answer = await browser.get(href.partition("#")[0], **HTML)
        assert answer.status_code in (200, 303), href


async def boris(hub: Hub) -> Browser:
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=())
    browser = hub.browser()
    await browser.sign_in("boris")
    return browser


@pytest.mark.rule("A9")
@pytest.mark.rule("A12")
@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"last_name": "Орлова", "first_name": "Анна", "birth_date": parent().birth_date}, "профиль другого человека из вашей семьи"),
        ({"phones": (Contact(value=PHONE),)}, "на номер родителя"),
        ({"birth_date": kid(0, "").birth_date.replace(year=2013)}, "Дата рождения в профиле другая"),  # type: ignore[union-attr]  # is set
    ],
    ids=["self_parent", "phone_shared_with_guardian", "birthdate_mismatch"],
)
async def test_a_childs_profile_that_is_none(hub: Hub, vk: FakeVk, told: dict[str, Any], said: str) -> None:
    browser, _, child = await family(hub)
    vk.claims["petr"] = profile("880000007", **(KID | told))
    _, state = await wish(browser, child, "child")
    status, text, ways = await page_of(browser, state, "petr")
    assert (status, said in text) == (409, True)
    await no_dead_end(browser, ways)
    assert ways[0][0].startswith("/family/sign-ins/add/vkid"), "the same wish begins anew from there"
    listed = str(await (await browser.get("/family/sign-ins", **HTML)).get_data(as_text=True))
    assert "Не подключено" in listed, "and the page of the sign-ins remembers it"


@pytest.mark.rule("A9")
@pytest.mark.rule("A12")
async def test_a_grown_childs_profile_of_the_wrong_role(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    vk.claims["petr"] = profile("880000007", **(KID | {"birth_date": None}))
    _, state = await wish(browser, anna, "child")
    status, text, ways = await page_of(browser, state, "petr")
    assert (status, "Профиль другой роли" in text, "/family/swap" in text) == (409, True, True)
    await no_dead_end(browser, ways)


@pytest.mark.rule("A9")
@pytest.mark.rule("A12")
async def test_a_profile_that_is_anothers_already(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    _, state = await wish(browser, anna, "parent")
    await browser.back(state, "anna", "vkid")
    other = await boris(hub)
    me = (await other.me())["person"]["id"]
    _, state = await wish(other, me, "parent")
    status, text, ways = await page_of(other, state, "anna")
    assert (status, "уже подключён у другого" in text, "/family/merge" in text) == (409, True, True)
    assert "Анна" not in text, "whose it is stays untold"
    await no_dead_end(other, ways)


@pytest.mark.rule("A9")
@pytest.mark.rule("A12")
async def test_another_person_came_back(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    _, state = await wish(browser, anna, "parent")
    await boris(hub)
    await browser.sign_in("boris")
    status, text, ways = await page_of(browser, state, "anna")
    assert (status, "начал другой человек" in text, anna in text) == (403, True, False)
    await no_dead_end(browser, ways)


@pytest.mark.rule("A9")
async def test_the_relation_ended_while_the_browser_was_away(hub: Hub, vk: FakeVk) -> None:
    browser, _, child = await family(hub)
    intent, state = await wish(browser, child, "child")
    hub.esia.claims["anna"] = parent(children=())
    await hub.browser().sign_in()
    status, text, ways = await page_of(browser, state, "petr")
    assert (status, "не подтверждена" in text) == (409, True)
    await no_dead_end(browser, ways)
    view = await (await browser.get(f"/api/v1/links/intents/{intent}")).get_json()
    assert (view["state"], view["reason"], len(view["exits"])) == ("refused", "relation_unproven", 3)


@pytest.mark.rule("A12")
@pytest.mark.security("7")
@pytest.mark.parametrize("system", ["esia", "vkid"])
@pytest.mark.parametrize("case", ["unknown", "foreign", "used", "expired"])
async def test_a_callback_that_does_not_belong_here(hub: Hub, vk: FakeVk, system: str, case: str) -> None:
    browser, other = hub.browser(), hub.browser()
    state = await browser.leave(system)
    await other.leave(system)
    if case == "used":
        await browser.back(state, "anna", system)
    if case == "expired":
        hub.clock.go(minutes=11)
    guest = other if case == "foreign" else browser
    status, text, ways = await page_of(guest, "made-up" if case == "unknown" else state, "anna", system)
    assert status == 400
    assert ways[0] == (f"/auth/{system}/start", "Войти заново")
    await no_dead_end(guest, ways)
    assert ("откройте кабинет" in text) is (case == "used"), "a reload after a sign-in leads into the cabinet"


@pytest.mark.rule("A3")
@pytest.mark.rule("A12")
@pytest.mark.parametrize(
    ("comes", "said"),
    [
        ({"snils": kid(2, "").snils}, "не тот, с которым она входила"),
        ({"subject": "1001", "last_name": "Петрова"}, "фамилия или имя в Госуслугах другие"),
    ],
    ids=["a known account with another SNILS", "a known SNILS with another name"],
)
async def test_gosuslugi_that_contradicts_what_is_known_opens_nothing(hub: Hub, comes: dict[str, Any], said: str) -> None:
    await hub.browser().sign_in()
    hub.esia.claims["anna"] = replace(parent(), **comes)
    browser = hub.browser()
    status, text, ways = await page_of(browser, await browser.leave(), "anna", "esia")
    assert (status, said in text) == (409, True)
    await no_dead_end(browser, ways)
    assert (await browser.get("/api/v1/me")).status_code == 401


@pytest.mark.rule("A10")
@pytest.mark.rule("A12")
async def test_a_suspended_sign_in_leads_to_the_page_that_brings_it_back(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    await by_vk(browser)
    await browser.sign_in()
    guest = hub.browser()
    status, text, ways = await page_of(guest, await guest.leave("vkid"), "anna")
    assert (status, "приостановлен" in text) == (409, True)
    await no_dead_end(guest, ways)
    assert "add%2Fvkid" in ways[0][0]
    listed = str(await (await browser.get("/family/sign-ins", **HTML)).get_data(as_text=True))
    assert "приостановлен" in listed and ">Вернуть</a>" in listed
    shown = str(await (await browser.get("/notices", **HTML)).get_data(as_text=True))
    assert "приостановлено" in shown


@pytest.mark.rule("A12")
async def test_an_account_that_is_only_a_diary_or_a_childs_profile_opens_no_cabinet(hub: Hub, vk: FakeVk) -> None:
    browser, _, child = await family(hub)
    _, state = await wish(browser, child, "child")
    await browser.back(state, "petr", "vkid")
    guest = hub.browser()
    status, text, ways = await page_of(guest, await guest.leave("vkid"), "petr")
    assert (status, "уже подключена к другому кабинету" in text) == (409, True)
    await no_dead_end(guest, ways)


@pytest.mark.rule("A11")
@pytest.mark.rule("A12")
async def test_the_last_strong_sign_in_is_explained_before_and_after_the_tap(hub: Hub, vk: FakeVk) -> None:
    browser, _, _ = await family(hub)
    listed = str(await (await browser.get("/family/sign-ins", **HTML)).get_data(as_text=True))
    assert "единственный вход, который доказывает" in listed and ">Отключить</a>" not in listed
    link = (await (await browser.get("/api/v1/links")).get_json())["items"][0]["id"]
    answer = await browser.get(f"/family/sign-ins/{link}/remove", **HTML)
    text = str(await answer.get_data(as_text=True))
    assert answer.status_code == 409 and len(BUTTON.findall(text.split("</header>")[1])) == 3


@pytest.mark.rule("A12")
async def test_a_page_that_needs_a_sign_in_is_reached_after_it(hub: Hub) -> None:
    answer = await hub.browser().get("/family/sign-ins", **HTML)
    text = str(await answer.get_data(as_text=True))
    assert answer.status_code == 401 and 'href="/auth/esia/start?next=%2Ffamily%2Fsign-ins"' in text


@pytest.mark.rule("A10")
async def test_a_suspended_link_says_until_when_and_lapses(hub: Hub, vk: FakeVk) -> None:
    browser = hub.browser()
    await by_vk(browser)
    me = (await browser.sign_in())["person"]["id"]
    found = await hub.deps.db.read(lambda: links.of_persons(hub.deps.keys, me))
    assert {one.system: one.state for one in found} == {"esia": LinkState.ACTIVE, "vkid": LinkState.SUSPENDED}
    assert await hub.deps.db.read(lambda: LinkRow.select().where(LinkRow.valid_until.is_null(False)).count()) == 1
    page = str(await (await browser.get("/family/sign-ins", **HTML)).get_data(as_text=True))
    assert "до пт, 18 декабря" in page
    assert ("vkid", me, "parent", "suspended") in await links_of(browser)

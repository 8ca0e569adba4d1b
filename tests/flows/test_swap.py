"""A parent's and a child's profiles were mixed up: both change owners in one act, with both words or the office's (RULES A11)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from identity.claims import Claims
from identity.errors import NotAllowed
from identity.linking.merging import Confirmer
from identity.model import LinkId, PersonId
from identity.store import links, swap_profiles
from identity.store.school.tables import CardRow
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import OGRN, OTHER, open_office
from tests.flows.test_profiles import bound, family, links_of
from tests.flows.vk import FakeVk, plug_in, profile

BLANK: dict[str, Any] = {"last_name": "", "first_name": "", "birth_date": None, "phones": (), "emails": ()}


@pytest.fixture
def vk(hub: Hub) -> FakeVk:
    played = plug_in(hub)
    hub.esia.claims["petr"] = petr()
    played.claims |= {"of parent": profile("880000001", **BLANK), "of child": profile("880000002", **BLANK)}
    return played


def petr() -> Claims:
    listed = kid(1, "Пётр")
    return parent("7000", last_name="Орлов", first_name="Пётр", birth_date=listed.birth_date, snils=listed.snils, children=None)


async def mixed_up(hub: Hub) -> tuple[Browser, str, str]:
    """The child's profile stands at the parent, the parent's at the child, who has signed in before (RULES A10)."""
    await hub.browser().sign_in("petr")
    browser, anna, child = await family(hub)
    assert (await bound(browser, anna, "parent", "of child"))[1]["state"] == "active"
    assert (await bound(browser, child, "child", "of parent"))[1]["state"] == "active"
    return browser, anna, child


async def asked(browser: Browser) -> str:
    offers = (await (await browser.get("/api/v1/swaps")).get_json())["offers"]
    pair = {"parent_link": offers[0]["parent"]["link"], "child_link": offers[0]["child"]["link"]}
    answer = await browser.send("POST", "/api/v1/swaps", json=pair)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return str((await answer.get_json())["id"])


async def subjects(hub: Hub) -> dict[str, str]:
    """Whose each VK profile is now."""

    def whose(name: str) -> str:
        link = links.find(hub.deps.keys, "vkid", "", name)
        assert link is not None
        return f"{link.person} {link.use.value} {link.role.value}"

    return await hub.deps.db.read(lambda: {name: whose(name) for name in ("880000001", "880000002")})


async def office_of(hub: Hub, child: str, school: str) -> Browser:
    """The first school's administrator; the child goes to `school`."""
    office = await open_office(hub, [])
    now = hub.clock()
    await hub.deps.db.write(
        lambda: CardRow.create(child=child, school=school, klass="6А", state="active", entered_by="office", created_at=now, updated_at=now)
    )
    return office


@pytest.mark.rule("A11")
async def test_with_both_words_both_profiles_change_owners_at_once(hub: Hub, vk: FakeVk) -> None:
    browser, anna, child = await mixed_up(hub)
    swap = await asked(browser)
    assert await asked(browser) == swap, "a second asking is the same wish"
    answer = await browser.send("POST", f"/api/v1/swaps/{swap}/confirm")
    assert (answer.status_code, (await answer.get_json())["reason"]) == (409, "not_confirmed"), "the parent's word alone is not enough"
    own = hub.browser()
    await own.sign_in("petr")
    told = [one["kind"] for one in (await (await own.get("/api/v1/me/notices")).get_json())["items"]]
    assert "swap_asked" in told
    assert (await own.send("POST", f"/api/v1/swaps/{swap}/confirm")).status_code == 204
    assert await subjects(hub) == {"880000001": f"{anna} sign_in parent", "880000002": f"{child} chat child"}
    assert (await own.send("POST", f"/api/v1/swaps/{swap}/confirm")).status_code == 204, "twice is harmless"
    assert await subjects(hub) == {"880000001": f"{anna} sign_in parent", "880000002": f"{child} chat child"}


@pytest.mark.rule("A11")
async def test_a_session_that_came_by_a_profile_of_another_now_ends(hub: Hub, vk: FakeVk) -> None:
    browser, _, _ = await mixed_up(hub)
    phone = hub.browser("Mozilla/5.0 (Android 14) Chrome/120")
    answer = await phone.back(await phone.leave("vkid"), "of child", "vkid")
    assert answer.status_code == 303
    swap = await asked(browser)
    own = hub.browser()
    await own.sign_in("petr")
    await own.send("POST", f"/api/v1/swaps/{swap}/confirm")
    assert (await phone.get("/api/v1/me")).status_code == 401


@pytest.mark.rule("A11")
@pytest.mark.rule("B5")
async def test_the_office_confirms_for_the_child_but_not_for_its_own_family(hub: Hub, vk: FakeVk) -> None:
    browser, anna, child = await mixed_up(hub)
    swap = await asked(browser)
    office = await office_of(hub, child, OGRN)
    items = (await (await office.get("/api/v1/office/swaps")).get_json())["items"]
    assert [one["id"] for one in items] == [swap]
    assert (await browser.send("POST", f"/api/v1/office/swaps/{swap}/confirm")).status_code == 403, "a parent is no officer"
    assert (await office.send("POST", f"/api/v1/office/swaps/{swap}/confirm")).status_code == 204
    assert await subjects(hub) == {"880000001": f"{anna} sign_in parent", "880000002": f"{child} chat child"}


@pytest.mark.rule("A11")
async def test_an_office_of_another_school_finds_nothing(hub: Hub, vk: FakeVk) -> None:
    browser, _, child = await mixed_up(hub)
    swap = await asked(browser)
    office = await office_of(hub, child, OTHER)
    assert (await (await office.get("/api/v1/office/swaps")).get_json())["items"] == []
    assert (await office.send("POST", f"/api/v1/office/swaps/{swap}/confirm")).status_code == 404


@pytest.mark.rule("A12")
async def test_twenty_words_at_once_swap_once(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await mixed_up(hub)
    swap = await asked(browser)
    own = hub.browser()
    await own.sign_in("petr")
    answers = await asyncio.gather(*(own.send("POST", f"/api/v1/swaps/{swap}/confirm") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {204}
    assert (await subjects(hub))["880000001"].startswith(anna)


@pytest.mark.rule("A11")
async def test_a_stranger_neither_asks_nor_confirms_nor_withdraws(hub: Hub, vk: FakeVk) -> None:
    browser, _, _ = await mixed_up(hub)
    offers = (await (await browser.get("/api/v1/swaps")).get_json())["offers"]
    swap = await asked(browser)
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=())
    boris = hub.browser()
    await boris.sign_in("boris")
    pair = {"parent_link": offers[0]["parent"]["link"], "child_link": offers[0]["child"]["link"]}
    assert (await boris.send("POST", "/api/v1/swaps", json=pair)).status_code == 404
    for id_ in (swap, "nothing"):
        assert (await boris.send("POST", f"/api/v1/swaps/{id_}/confirm")).status_code == 404
        assert (await boris.send("DELETE", f"/api/v1/swaps/{id_}")).status_code == 404
    assert (await (await boris.get("/api/v1/swaps")).get_json()) == {"items": [], "offers": []}


@pytest.mark.rule("A11")
async def test_a_withdrawn_or_lapsed_wish_swaps_nothing(hub: Hub, vk: FakeVk) -> None:
    browser, _, _ = await mixed_up(hub)
    before = await subjects(hub)
    swap = await asked(browser)
    assert (await browser.send("DELETE", f"/api/v1/swaps/{swap}")).status_code == 204
    own = hub.browser()
    await own.sign_in("petr")
    assert (await own.send("POST", f"/api/v1/swaps/{swap}/confirm")).status_code == 409
    second = await asked(browser)
    hub.clock.go(days=14, seconds=1)
    await own.sign_in("petr")
    answer = await own.send("POST", f"/api/v1/swaps/{second}/confirm")
    assert (answer.status_code, (await answer.get_json())["reason"]) == (409, "expired")
    assert await subjects(hub) == before


@pytest.mark.rule("A16")
async def test_asking_and_confirming_need_a_fresh_sign_in(hub: Hub, vk: FakeVk) -> None:
    browser, _, _ = await mixed_up(hub)
    offers = (await (await browser.get("/api/v1/swaps")).get_json())["offers"]
    hub.clock.go(minutes=6)
    pair = {"parent_link": offers[0]["parent"]["link"], "child_link": offers[0]["child"]["link"]}
    answer = await browser.send("POST", "/api/v1/swaps", json=pair)
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")


async def test_one_profile_alone_is_no_pair(hub: Hub, vk: FakeVk) -> None:
    browser, anna, _ = await family(hub)
    await bound(browser, anna, "parent", "of parent")
    assert (await (await browser.get("/api/v1/swaps")).get_json())["offers"] == []
    page = str(await (await browser.get("/family/swap", Accept="text/html")).get_data(as_text=True))
    assert "Менять нечего" in page and ("vkid", anna, "parent", "active") in await links_of(browser)


@pytest.mark.rule("A11")
async def test_gosuslugi_accounts_are_never_exchanged(hub: Hub, vk: FakeVk) -> None:
    await hub.browser().sign_in("petr")
    browser, anna, child = await family(hub)
    assert (await (await browser.get("/api/v1/swaps")).get_json())["offers"] == []
    own, theirs = [
        (await hub.rows(f"SELECT id FROM account_link WHERE system = 'esia' AND person = '{who}'"))[0][0] for who in (anna, child)
    ]
    both = {Confirmer.PARENT, Confirmer.CHILD}
    with pytest.raises(NotAllowed, match="other_system"):
        await hub.deps.db.write(
            lambda: swap_profiles(hub.deps.keys, LinkId(own), LinkId(theirs), by=PersonId(anna), confirmed=both, now=hub.clock())
        )


@pytest.mark.rule("A11")
@pytest.mark.parametrize("path", ["/family/swap", "/family/merge", "/family/sign-ins", "/family"])
async def test_a_page_opens_for_a_pupil_too(hub: Hub, vk: FakeVk, path: str) -> None:
    own = hub.browser()
    await own.sign_in("petr")
    assert (await own.get(path, Accept="text/html")).status_code == 200

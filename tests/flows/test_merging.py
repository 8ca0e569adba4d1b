"""Two records of one human become one, seen before, confirmed by both sides, and undone within 14 days (RULES A11)."""

from __future__ import annotations

import asyncio

import pytest

from connectors.kit.errors import AccessDenied
from hub.store.diaries import diary_links
from identity.claims import Level
from identity.model import PersonId
from identity.store import edges, held_by_merge
from identity.store.rows import fetch
from identity.store.tables import EdgeRow
from tests.flows.joining import FakeProvider, asked, enter, merged, plug_in, proven, shown, two, weak
from tests.flows.kit import Browser, Hub, account, kid, parent, pupil
from tests.flows.vk import plug_in as plug_in_vk

WAYS = ["sign_in_and_link", "code", "ask_school"]


@pytest.fixture
def mosru(hub: Hub) -> FakeProvider:
    return plug_in(hub)


async def links_of(browser: Browser) -> list[tuple[str, str]]:
    items = (await (await browser.get("/api/v1/links")).get_json())["items"]
    return sorted((one["system"], one["state"]) for one in items)


async def told(browser: Browser) -> list[str]:
    return [one["kind"] for one in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]


@pytest.mark.rule("A11")
async def test_the_preview_tells_what_stays_and_what_comes_and_changes_nothing(hub: Hub, mosru: FakeProvider) -> None:
    browser, _, _ = await two(hub)
    view = await proven(browser)
    assert (view["state"], view["faults"], view["exits"]) == ("proven", [], [])
    assert (view["kept"]["mine"], view["kept"]["sign_ins"], view["kept"]["children"]) == (True, ["Госуслуги"], ["Пётр Орлов"])
    assert (view["gone"]["mine"], view["gone"]["sign_ins"], view["gone"]["diaries"]) == (False, ["mos.ru"], ["Дневник.ру"])
    assert await links_of(browser) == [("esia", "active")]
    assert mosru.anew == 1, "a silent return proves nothing: the password is asked for again"


@pytest.mark.rule("A11")
async def test_after_the_confirmation_both_ways_open_one_record(hub: Hub, mosru: FakeProvider) -> None:
    browser, lone, strong = await two(hub)
    before = browser.cookie("hub")
    view = await merged(browser)
    assert (view["state"], view["may_undo"]) == ("merged", True)
    assert browser.cookie("hub") != before, "the session's token changes"
    assert await links_of(browser) == [("dnevnik", "suspended"), ("esia", "active"), ("mosru", "active")]
    assert (await enter(hub.browser(), "mosru"))["person"]["id"] == strong != lone
    assert "records_joined" in await told(browser)
    assert await hub.rows(f"SELECT id FROM notice WHERE person = '{lone}' AND kind = 'records_joined'"), "both sides are told"


@pytest.mark.rule("A11")
@pytest.mark.security("27")
async def test_a_session_of_the_record_that_goes_ends_but_for_the_one_that_proved_both(hub: Hub, mosru: FakeProvider) -> None:
    strong = (await hub.browser().sign_in())["person"]["id"]
    phone, browser = hub.browser("Mozilla/5.0 (Android 14) Chrome/120"), hub.browser()
    await enter(phone, "mosru")
    await enter(browser, "mosru")
    before = browser.cookie("hub")
    view = await proven(browser, "esia")
    assert (view["kept"]["mine"], view["gone"]["mine"]) == (False, True)
    answer = await browser.send("POST", f"/api/v1/merges/{view['id']}/confirm")
    assert answer.status_code == 200 and browser.cookie("hub") != before
    assert (await browser.me())["person"]["id"] == strong
    assert (await phone.get("/api/v1/me")).status_code == 401


@pytest.mark.rule("A11")
async def test_an_undo_gives_each_record_back_its_own(hub: Hub, mosru: FakeProvider) -> None:
    browser, lone, strong = await two(hub)
    view = await merged(browser)
    hub.clock.go(days=13)
    await browser.sign_in()
    answer = await browser.send("POST", f"/api/v1/merges/{view['id']}/undo")
    assert (answer.status_code, (await answer.get_json())["state"]) == (200, "undone")
    assert (await browser.me())["person"]["id"] == strong
    assert await links_of(browser) == [("esia", "active")]
    other = hub.browser()
    assert (await enter(other, "mosru"))["person"]["id"] == lone
    assert await links_of(other) == [("dnevnik", "suspended"), ("mosru", "active")]
    assert "records_parted" in await told(browser) and "records_parted" in await told(other)
    again = await browser.send("POST", f"/api/v1/merges/{view['id']}/undo")
    assert (again.status_code, (await again.get_json())["state"]) == (200, "undone"), "twice is harmless"


@pytest.mark.rule("A11")
async def test_after_14_days_nothing_is_undone(hub: Hub, mosru: FakeProvider) -> None:
    browser, _, _ = await two(hub)
    view = await merged(browser)
    hub.clock.go(days=14, seconds=1)
    await browser.sign_in()
    assert (await shown(browser, view["id"]))["state"] == "final"
    answer = await browser.send("POST", f"/api/v1/merges/{view['id']}/undo")
    body = await answer.get_json()
    assert (answer.status_code, body["type"], body["reason"]) == (409, "/problems/merge_refused", "undo_closed")
    assert [way["kind"] for way in body["exits"]] == WAYS


@pytest.mark.rule("A11")
async def test_an_undo_revives_no_edge_that_ended_meanwhile(hub: Hub, mosru: FakeProvider) -> None:
    hub.esia.claims["second"] = parent("2000", level=Level.STANDARD, snils=None, children=(kid(2, "Иван"),))
    browser, other = hub.browser(), hub.browser()
    await browser.sign_in()
    await other.sign_in("second")
    wish, state = await asked(browser, "esia")
    await browser.back(state, "second")
    assert (await shown(browser, wish))["state"] == "proven"
    assert (await browser.send("POST", f"/api/v1/merges/{wish}/confirm")).status_code == 200
    moved = await hub.rows("SELECT id FROM guardianship WHERE state <> 'ended'")
    await hub.deps.db.write(lambda: _end_all(hub))
    assert moved
    await browser.sign_in()
    assert (await browser.send("POST", f"/api/v1/merges/{wish}/undo")).status_code == 200
    ids = ", ".join(f"'{id_}'" for (id_,) in moved)
    assert await hub.rows(f"SELECT DISTINCT state FROM guardianship WHERE id IN ({ids})") == [("ended",)]
    assert (await other.sign_in("second"))["children"] == []


def _end_all(hub: Hub) -> None:
    edges.end([id_ for (id_,) in fetch(EdgeRow, "SELECT id FROM guardianship", ())], now=hub.clock())


@pytest.mark.rule("A12")
async def test_twenty_confirmations_at_once_merge_once(hub: Hub, mosru: FakeProvider) -> None:
    browser, _, strong = await two(hub)
    view = await proven(browser)
    answers = await asyncio.gather(*(browser.send("POST", f"/api/v1/merges/{view['id']}/confirm") for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {200, 401} and 200 in {answer.status_code for answer in answers}
    assert len(await hub.rows("SELECT id FROM person_merge")) == 1
    await browser.sign_in()
    assert (await browser.me())["person"]["id"] == strong


@pytest.mark.rule("A11")
async def test_anothers_wish_does_not_exist(hub: Hub, mosru: FakeProvider) -> None:
    browser, _, _ = await two(hub)
    view = await proven(browser)
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=())
    boris = hub.browser()
    await boris.sign_in("boris")
    for id_ in (view["id"], "nothing"):
        assert (await boris.get(f"/api/v1/merges/{id_}")).status_code == 404
        assert (await boris.get(f"/family/merge/{id_}/go")).status_code == 404
        for step in ("confirm", "undo"):
            assert (await boris.send("POST", f"/api/v1/merges/{id_}/{step}")).status_code == 404
    assert (await browser.send("POST", f"/api/v1/merges/{view['id']}/confirm", csrf="")).status_code == 403


@pytest.mark.rule("A12")
@pytest.mark.security("7")
async def test_the_other_side_is_proven_once_in_the_same_browser_by_the_same_person(hub: Hub, mosru: FakeProvider) -> None:
    browser, _, _ = await two(hub)
    wish, state = await asked(browser)
    thief = hub.browser()
    await thief.leave("mosru")
    assert (await (await thief.back(state, "anna", "mosru")).get_json())["type"] == "/problems/flow_foreign"
    assert (await browser.back(state, "anna", "mosru")).status_code == 303
    assert (await (await browser.back(state, "anna", "mosru")).get_json())["type"] == "/problems/flow_used"
    assert (await shown(browser, wish))["state"] == "proven"
    second, state = await asked(browser)
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=kid(3, "Борис").snils, children=())
    await browser.sign_in("boris")
    answer = await browser.back(state, "anna", "mosru")
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/initiator_mismatch")
    await browser.sign_in()
    assert (await shown(browser, second))["reason"] == "initiator_mismatch"


@pytest.mark.rule("A12")
async def test_who_declines_at_the_provider_finds_it_said_and_nothing_changed(hub: Hub, mosru: FakeProvider) -> None:
    browser, _, _ = await two(hub)
    wish, state = await asked(browser)
    mosru.claims["anna"] = AccessDenied("mosru", "access_denied")
    assert (await browser.back(state, "anna", "mosru")).status_code == 403
    view = await shown(browser, wish)
    assert (view["state"], view["reason"], len(view["exits"])) == ("refused", "access_denied", 3)


@pytest.mark.rule("A11")
async def test_rights_that_came_over_rest_for_14_days(hub: Hub, mosru: FakeProvider) -> None:
    hub.esia.claims["second"] = parent("2000", level=Level.STANDARD, snils=None, children=(kid(2, "Иван"),))
    other = hub.browser()
    await other.sign_in("second")
    browser = hub.browser()
    me = (await browser.sign_in())["person"]["id"]
    wish, state = await asked(browser, "esia")
    await browser.back(state, "second")
    assert (await browser.send("POST", f"/api/v1/merges/{wish}/confirm")).status_code == 200
    kids = [row[0] for row in await hub.rows(f"SELECT DISTINCT child FROM guardianship WHERE guardian = '{me}'")]
    held = await hub.deps.db.read(lambda: [held_by_merge(hub.deps.keys, PersonId(me), child, now=hub.clock()) for child in kids])
    assert sorted(held) == [False, True], "the own child is not held"


@pytest.mark.rule("A10")
@pytest.mark.security("23")
async def test_what_was_put_into_the_weak_record_beforehand_enters_nothing_afterwards(hub: Hub, mosru: FakeProvider) -> None:
    vk = plug_in_vk(hub)
    hub.esia.claims["anna"] = parent()
    thief = hub.browser()
    await enter(thief, "mosru")
    me = (await thief.me())["person"]["id"]
    answer = await thief.send("POST", "/api/v1/links/vkid", json={"person": me, "role": "parent"})
    await thief.back((await answer.get_json())["authorize_url"].split("state=")[1].split("&")[0], "anna", "vkid")
    assert await links_of(thief) == [("mosru", "active"), ("vkid", "active")]
    browser = hub.browser()
    await browser.sign_in()
    view = await proven(browser)
    assert view["waits"] == ["VK ID"]
    await browser.send("POST", f"/api/v1/merges/{view['id']}/confirm")
    await browser.me()
    assert await links_of(browser) == [("esia", "active"), ("mosru", "active"), ("vkid", "suspended")]
    assert "link_suspended" in await told(browser)
    again = hub.browser()
    answer = await again.back(await again.leave("vkid"), "anna", "vkid")
    assert (answer.status_code, (await answer.get_json())["reason"]) == (409, "link_suspended")
    assert (await thief.get("/api/v1/me")).status_code == 401
    assert vk.claims


async def test_a_diary_of_the_other_record_returns_by_a_sign_in_of_its_own(hub: Hub, mosru: FakeProvider) -> None:
    hub.diary.accounts["anna"] = account(children=(pupil(),))
    browser, _, strong = await two(hub)
    await merged(browser)
    assert await hub.rows("SELECT id FROM diary_link") == [], "its tokens are destroyed"
    await browser.link()
    assert ("dnevnik", "active") in await links_of(browser)
    assert await hub.rows("SELECT person FROM diary_link") == [(strong,)]
    petr = next(one for one in (await browser.me())["children"] if one["first_name"] == "Пётр")
    assert petr["diaries"][0]["state"] == "active"


@pytest.mark.rule("A13")
async def test_the_childs_own_log_tells_that_the_right_moved_and_came_back(hub: Hub, mosru: FakeProvider) -> None:
    hub.esia.claims["second"] = parent("2000", level=Level.STANDARD, snils=None, children=(kid(2, "Иван"),))
    await hub.browser().sign_in("second")
    browser = hub.browser()
    await browser.sign_in()
    wish, state = await asked(browser, "esia")
    await browser.back(state, "second")
    await browser.send("POST", f"/api/v1/merges/{wish}/confirm")
    await browser.send("POST", f"/api/v1/merges/{wish}/undo")
    moved = "SELECT DISTINCT subject FROM audit_event WHERE action = 'guardianship.{}'"
    joined, parted = [await hub.rows(moved.format(word)) for word in ("joined", "parted")]
    assert len(joined) == 1 and joined == parted


@pytest.mark.rule("A11")
async def test_a_session_ends_where_nobody_can_tell_whose_it_is_after_the_undo(hub: Hub, mosru: FakeProvider) -> None:
    browser, _, _ = await two(hub)
    view = await merged(browser)
    by_mosru = hub.browser()
    await enter(by_mosru, "mosru")
    assert (await by_mosru.send("POST", f"/api/v1/merges/{view['id']}/undo")).status_code == 200
    assert (await by_mosru.get("/api/v1/me")).status_code == 401, "mos.ru is the other record's again"
    assert (await browser.get("/api/v1/me")).status_code == 401, "whoever was signed in elsewhere signs in anew"


@pytest.mark.rule("A11")
async def test_a_pupil_keeps_the_place_in_the_parents_diary_through_a_merger_and_its_undo(hub: Hub, mosru: FakeProvider) -> None:
    petr = kid(1, "Пётр")
    hub.esia.claims["petr"] = parent(
        "7000", last_name="Орлов", first_name="Пётр", birth_date=petr.birth_date, snils=petr.snils, children=None
    )
    mosru.claims["petr"] = weak("m-7", last_name="Орлов", first_name="Пётр", birth_date=petr.birth_date)
    mother, own = hub.browser(), hub.browser()
    await mother.sign_in()
    await mother.link()
    lone = (await enter(hub.browser(), "mosru", "petr"))["person"]["id"]
    child = (await own.sign_in("petr"))["person"]["id"]
    await hub.deps.db.write(lambda: diary_links.rebind(diary_links.pupils_of_child(child), former=child, to=lone))
    bound = "SELECT DISTINCT child FROM diary_pupil"
    assert await hub.rows(bound) == [(lone,)]
    view = await merged(own, code="petr")
    assert await hub.rows(bound) == [(child,)]
    assert (await mother.get(f"/api/v1/children/{child}/marks")).status_code == 200
    await own.send("POST", f"/api/v1/merges/{view['id']}/undo")
    assert await hub.rows(bound) == [(lone,)]

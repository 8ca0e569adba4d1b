"""A new announcement is told once to everybody who may read it, on the page and by push without a word of its text (F147; RULES F2, F4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from hub.flows.announce import Announcing
from hub.flows.announce import telling as announce_telling
from hub.flows.notices import spread_told
from hub.store.school import announcements
from tests.flows.desk_kit import Desk, open_desk, put_on_card, snils
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.money_kit import SCHOOL
from tests.flows.notice_kit import Reached, reached
from tests.flows.office_kit import signed
from tests.flows.pupil_kit import make
from tests.flows.test_announcements_of_school import BOARD, say

HIDDEN = "Родителям Орлова: сдать деньги"


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def told(desk: Desk, browser: Browser) -> list[tuple[str, str]]:
    answer = await browser.get("/api/v1/me/notices")
    items = (await answer.get_json())["items"]
    return [(one["text"], one["href"]) for one in items if one["kind"] == "announcement"]


async def joins(desk: Desk, number: int) -> Browser:
    """A father whose child enters the class of Petya."""
    child = replace(kid(1, "Ян", last="Быков"), snils=snils(155000100 + number), source_id=f"j{number}")
    own = snils(155000200 + number)
    desk.hub.esia.claims[f"j{number}"] = parent(f"300{number}", last_name="Быков", first_name="Борис", snils=own, children=(child,))
    browser = await signed(desk.hub, f"j{number}")
    assert await put_on_card(desk.hub, child) == (await browser.me())["children"][0]["id"]
    return browser


async def round_(desk: Desk, news: Announcing | None = None) -> None:
    """Of a worker that has just begun, unless one is given."""
    news = news or Announcing(desk.hub.deps)
    while await news.batch():
        pass


@pytest.mark.feature("F147")
async def test_passes_spending_and_the_schools_news_come_as_push(hub: Hub) -> None:
    here = await reached(hub, "push")
    await here.wish("push")
    await here.wish("push", kind="meal")
    assert await put_on_card(hub, school=SCHOOL) == here.child
    await here.passed()
    await here.rounds(2)
    await here.ate()
    await here.rounds(2)
    await _published(here)
    assert await Announcing(hub.deps).batch() is True
    while await spread_told(hub.deps):
        pass
    await here.rounds(2)
    passed, ate, news = (one.text.reveal() for one in here.channels["push"].sent)
    assert "вход в 15:59" in passed and "питание в 16:0" in ate
    assert news == "Новое объявление в кабинете"
    ids = [one.event for one in here.channels["push"].sent]
    assert all(ids) and len(set(ids)) == 3, "each push carries the id of its happening alone"


@pytest.mark.rule("F4")
async def test_it_is_told_once_and_says_nothing_of_the_text(desk: Desk) -> None:
    await say(desk.nina, title=HIDDEN)
    for _ in range(2):
        await round_(desk)
    assert await told(desk, desk.anna) == [("Новое объявление школы.", f"/children/{desk.petya}/announcements")]
    assert await told(desk, desk.oleg) == [] == await told(desk, desk.nina)


async def test_a_class_hears_of_its_own_only(desk: Desk) -> None:
    other = {"last_name": "Ким", "first_name": "Ян", "birth_date": "2014-02-03", "class": "7Б"}
    assert (await desk.nina.send("POST", "/api/v1/office/pupils", json=other)).status_code == 201
    await say(desk.nina, **{"class": "7Б"})
    await round_(desk)
    assert await told(desk, desk.anna) == []
    await say(desk.nina, **{"class": "6А"})
    await round_(desk)
    assert [text for text, _ in await told(desk, desk.anna)] == ["Новое объявление для класса 6А."]


async def test_a_pupil_with_an_own_way_in_hears_of_it_too(desk: Desk) -> None:
    made = await make(desk.anna, desk.petya)
    await say(desk.nina)
    await round_(desk)
    kept = await desk.hub.rows("SELECT person FROM notice WHERE kind = 'announcement'")
    assert made["login"] and {person for (person,) in kept} == {desk.petya, await desk.person(desk.anna)}


async def test_withdrawn_and_expired_ones_are_not_told(desk: Desk) -> None:
    made = await say(desk.nina)
    withdrawn = await desk.nina.send("DELETE", f"{BOARD}/{made['id']}")
    assert withdrawn.status_code == 200, await withdrawn.get_data(as_text=True)
    await say(desk.nina, until="2026-11-18")
    desk.hub.clock.go(hours=9, minutes=1)  # midnight at Omsk is 18:00 UTC
    await round_(desk)
    assert await told(desk, await signed(desk.hub, "anna")) == []


@pytest.mark.parametrize(("hours", "heard"), [(23, 1), (25, 0)])
async def test_who_joins_the_class_later_hears_of_what_is_not_a_day_old(desk: Desk, hours: int, heard: int) -> None:
    news = Announcing(desk.hub.deps)
    await say(desk.nina)
    await round_(desk, news)
    desk.hub.clock.go(hours=hours)
    boris = await joins(desk, 1)
    await round_(desk, news)
    assert len(await told(desk, boris)) == heard
    assert len(await told(desk, await signed(desk.hub, "anna"))) == 1


async def test_between_two_looks_nothing_is_read_again(desk: Desk) -> None:
    news = Announcing(desk.hub.deps)
    await say(desk.nina)
    await round_(desk, news)
    assert await news.batch() is False
    desk.hub.clock.go(minutes=16)
    assert await news.batch() is True


async def test_a_crash_in_the_middle_leaves_nobody_out_and_tells_nobody_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announce_telling, "BATCH", 1)
    families = [desk.anna, await joins(desk, 1), await joins(desk, 2)]
    await say(desk.nina)
    assert await Announcing(desk.hub.deps).batch() is True
    assert sum([len(await told(desk, one)) for one in families]) == 1
    await round_(desk)
    assert [len(await told(desk, one)) for one in families] == [1, 1, 1]
    assert len(await desk.hub.rows("SELECT id FROM notice WHERE kind = 'announcement'")) == 3
    assert len(await desk.hub.rows("SELECT id FROM notice_told WHERE kind = 'announcement'")) == 3


@pytest.mark.rule("A5a")
async def test_who_may_not_see_the_child_hears_nothing_of_its_school(desk: Desk) -> None:
    father = await desk.father()
    await desk.restrict(await desk.person(father))
    await say(desk.nina)
    await round_(desk)
    kept = await desk.hub.rows("SELECT person FROM notice WHERE kind = 'announcement'")
    assert [person for (person,) in kept] == [await desk.person(desk.anna)]


async def _published(here: Reached) -> None:
    now, keys = here.hub.clock(), here.hub.deps.keys
    until = now.date() + timedelta(days=3)
    put = partial(announcements.put, keys, school=SCHOOL, class_name="", author="t", title=HIDDEN, text="Орлов", until=until, now=now)
    await here.hub.deps.db.write(put)

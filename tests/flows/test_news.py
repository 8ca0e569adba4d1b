"""«Что изменилось» since the last visit or a moment, and the day of each child on the home page."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from connectors.kit import diary
from connectors.kit.diary import AttendanceKind, Datum, LessonStatus
from connectors.kit.errors import AuthExpired, Unavailable
from hub.flows.follow_notices import DiaryChanged, follow_notices
from hub.flows.show_diary.changed import news_of
from hub.flows.show_diary.pages.views import NewsKind
from hub.flows.views.outputs import SeenChange
from tests.flows.asking import MONDAY, ask, visitor_of
from tests.flows.family_kit import page, parents
from tests.flows.kit import START, Browser, Hub, kid, lesson, mark, origin, parent
from tests.flows.pupil_kit import enter, make

TODAY = date(2026, 11, 18)
PERIOD = diary.Period(id="q", kind=diary.PeriodKind.QUARTER, name="1 четверть")


def play(hub: Hub) -> None:
    hub.diary.lessons = [lesson(TODAY, 1, "Алгебра"), lesson(TODAY, 2, "Физика")]
    hub.diary.marks = [mark(TODAY, "3", id_="m1"), mark(MONDAY, "5", id_="m2")]
    hub.diary.homework = [diary.Homework(origin=origin("h1"), subject="Физика", text="§ 7", due_date=TODAY + timedelta(days=1))]


def change(hub: Hub) -> None:
    """A mark is corrected, one is new, a lesson is cancelled, homework and an absence come."""
    hub.diary.lessons = [lesson(TODAY, 1, "Алгебра"), msgspec.structs.replace(lesson(TODAY, 2, "Физика"), status=LessonStatus.CANCELLED)]
    hub.diary.marks = [mark(TODAY, "4", id_="m1"), mark(MONDAY, "5", id_="m2"), mark(TODAY, "5-", id_="m3", subject="Химия")]
    hub.diary.homework += [diary.Homework(origin=origin("h2"), subject="Алгебра", text="№ 5", due_date=TODAY + timedelta(days=1))]
    hub.diary.attendance = [diary.Attendance(origin=origin("a"), school_date=MONDAY, code="н", kind=AttendanceKind.ILL, subject="Алгебра")]


async def news(browser: Browser, child: str, since: datetime | None = None) -> list[dict[str, Any]]:
    asked = f"?since={quote(since.isoformat())}" if since else ""
    return list((await ask(browser, f"{child}/whats-new{asked}"))["news"])


async def test_news_tell_the_old_value_and_the_new_one(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    play(hub)
    assert await news(browser, child) == [], "what is read for the first time is no news"
    hub.clock.go(minutes=20)
    change(hub)
    found = {one["kind"]: one for one in await news(browser, child, START)}
    assert {kind: (one["subject"], one["before"], one["value"]) for kind, one in found.items()} == {
        "mark_changed": ("Алгебра", "3", "4"),
        "mark_new": ("Химия", None, "5-"),
        "lesson_cancelled": ("Физика", "Физика", "Физика"),
        "homework_new": ("Алгебра", None, "№ 5"),
        "absence_new": ("Алгебра", None, "ill"),
    }
    assert found["homework_new"]["date"] == "2026-11-19"
    assert await news(browser, child, hub.clock() + timedelta(seconds=1)) == []


async def test_the_last_visit_ends_after_half_an_hour_without_a_page(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    play(hub)
    assert (await ask(browser, f"{child}/whats-new"))["visit"] is None
    hub.clock.go(minutes=20)
    assert (await ask(browser, f"{child}/whats-new"))["visit"] is None, "the same visit goes on"
    hub.clock.go(hours=10)
    change(hub)
    body = await ask(browser, f"{child}/whats-new")
    assert (body["visit"], body["since"]) == ("2026-11-18T09:20:00Z", "2026-11-18T09:20:00Z")
    assert len(body["news"]) == 5
    hub.clock.go(minutes=10)
    assert len((await ask(browser, f"{child}/whats-new"))["news"]) == 5, "within this visit they stay"
    hub.clock.go(hours=12)
    assert (await ask(browser, f"{child}/whats-new"))["news"] == []


async def test_the_page_of_news_chooses_its_time(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    play(hub)
    path = f"{child.removeprefix('/api/v1')}/news"
    first = await (await browser.get(path)).get_data(as_text=True)
    assert "Ничего не изменилось" in first
    hub.clock.go(hours=30)
    change(hub)
    week = " ".join(re.sub(r"<[^>]+>", " ", await (await browser.get(f"{path}?since=week")).get_data(as_text=True)).split())
    assert "Оценка исправлена Алгебра , ср, 18 ноября: 3 стало → 4" in week, week
    assert "Урок отменён" in week and "болезнь" in week
    assert (await browser.get(f"{path}?since=long-ago")).status_code == 400
    assert (await browser.get(f"/api/v1{path}?since=x")).status_code == 404


@pytest.mark.rule("C8")
async def test_news_of_a_foreign_child_are_not_found(hub: Hub, anna: tuple[Browser, str]) -> None:
    hub.esia.claims["boris"] = parent("3000", last_name="Волков", first_name="Борис", snils=kid(3, "").snils, children=())
    other = hub.browser()
    await other.sign_in("boris")
    for path in (f"{anna[1]}/whats-new", "/api/v1/children/nobody/whats-new"):
        assert (await other.get(path)).status_code == 404


def final(value: str, **more: Any) -> dict[str, Any]:
    shown = {"id": "p", "kind": "quarter", "name": "1 четверть", "number": 1, "start": None, "end": None, "school_year": None}
    return {"subject": "Алгебра", "period": "1 четверть", "period_info": shown, "value": value, **more}


MARK: dict[str, Any] = {"date": "2026-11-16", "subject": "Алгебра", "lesson": None, "weight": None, "comment": "", "revisions": []}
LESSON: dict[str, Any] = {"date": "2026-11-16", "number": 1, "subject": "Алгебра", "replaces": None}
ABSENCE: dict[str, Any] = {"date": "2026-11-16", "subject": "Алгебра", "lesson": None, "code": "н"}
TASK: dict[str, Any] = {"subject": "Алгебра", "assigned_date": None, "due_date": "2026-11-16", "due_lesson": None}


@pytest.mark.parametrize(
    ("kind", "item", "before", "told"),
    [
        (Datum.MARKS, MARK | {"value": "5"}, MARK | {"value": "5", "weight": 2.0}, None),
        (Datum.MARKS, None, MARK | {"value": "5"}, NewsKind.MARK_REMOVED),
        (Datum.LESSONS, LESSON | {"status": "held"}, LESSON | {"status": "planned"}, None),
        (Datum.LESSONS, LESSON | {"status": "planned"}, None, None),
        (Datum.LESSONS, LESSON | {"status": "replaced"}, LESSON | {"status": "planned"}, NewsKind.LESSON_REPLACED),
        (Datum.LESSONS, LESSON | {"status": "moved"}, None, NewsKind.LESSON_MOVED),
        (Datum.LESSONS, LESSON | {"status": "cancelled"}, LESSON | {"status": "cancelled"}, None),
        (Datum.LESSONS, None, LESSON | {"status": "planned"}, NewsKind.LESSON_REMOVED),
        (Datum.HOMEWORK, TASK | {"text": "№ 5", "done": True}, TASK | {"text": "№ 5", "done": False}, None),
        (Datum.HOMEWORK, TASK | {"text": "№ 6"}, TASK | {"text": "№ 5"}, NewsKind.HOMEWORK_CHANGED),
        (Datum.HOMEWORK, None, TASK | {"text": "№ 5"}, NewsKind.HOMEWORK_REMOVED),
        (Datum.ATTENDANCE, ABSENCE | {"kind": "present"}, ABSENCE | {"kind": "ill"}, NewsKind.ABSENCE_REMOVED),
        (Datum.ATTENDANCE, ABSENCE | {"kind": "present"}, None, None),
        (Datum.ATTENDANCE, ABSENCE | {"kind": "excused"}, ABSENCE | {"kind": "ill"}, NewsKind.ABSENCE_CHANGED),
        (Datum.FINALS, final("4"), None, NewsKind.FINAL_NEW),
        (Datum.FINALS, final("5"), final("4"), NewsKind.FINAL_CHANGED),
        (Datum.FINALS, final("4,2", is_preliminary=True), final("4,1", is_preliminary=True), None),
        (Datum.FINALS, final("4"), final("4,2", is_preliminary=True), NewsKind.FINAL_NEW),
        (Datum.AVERAGES, {}, None, None),
    ],
)
def test_what_a_change_means_to_a_family(
    kind: Datum, item: dict[str, Any] | None, before: dict[str, Any] | None, told: NewsKind | None
) -> None:
    common = {"id": "x", "child": "c", "source": {"system": "dnevnik", "id": "x", "fetched_at": "2026-11-18T09:00:00Z"}}

    def raw(one: dict[str, Any] | None) -> msgspec.Raw | None:
        return None if one is None else msgspec.Raw(msgspec.json.encode(common | one))

    action = "removed" if item is None else "created" if before is None else "updated"
    change = SeenChange(kind=kind.value, id="x", action=action, item=raw(item), before=raw(before), at=START)  # type: ignore[arg-type]  # one of three
    assert [one.kind for one in news_of([change])] == ([] if told is None else [told])


async def home(hub: Hub, browser: Browser) -> str:
    text: str = await (await browser.get("/")).get_data(as_text=True)
    await hub.deps.memory.reads.landed()
    return re.sub(r"\s+", " ", text)


async def test_the_first_day_says_that_the_diary_is_being_asked_and_then_shows_it(hub: Hub, anna: tuple[Browser, str]) -> None:
    play(hub)
    first = await home(hub, anna[0])
    assert "Спрашиваем дневник" in first and "data-pending" in first
    second = await home(hub, anna[0])
    assert "data-pending" not in second
    for words in ("Сегодня, ср, 18 ноября", "Алгебра", "Физика", 'class="mark"', "На завтра: 1 задание"):
        assert words in second, words


@pytest.mark.rule("C2")
async def test_the_home_page_waits_for_no_diary_and_tells_what_changed(hub: Hub, anna: tuple[Browser, str]) -> None:
    play(hub)
    await home(hub, anna[0])
    hub.clock.go(minutes=20)
    change(hub)
    assert "Оценка исправлена" not in await home(hub, anna[0]), "the copies are shown at once"
    after = await home(hub, anna[0])
    assert "Оценка исправлена" in after and "отменён" in after
    hub.clock.go(minutes=20)
    hub.diary.fails = Unavailable("dnevnik")
    await home(hub, anna[0])
    assert "Дневник.ру не отвечает. Показываем то, что получили" in await home(hub, anna[0])


async def test_an_access_that_ended_is_told_on_the_home_page(hub: Hub, anna: tuple[Browser, str]) -> None:
    hub.diary.dead_tokens, hub.diary.refresh_fails = {"t1"}, AuthExpired("dnevnik")
    await home(hub, anna[0])
    text = await home(hub, anna[0])
    assert "просит войти заново" in text and "Войти в Дневник.ру заново" in text


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (
            [diary.Term(origin=origin("t"), name="Осенние каникулы", start=TODAY, end=TODAY, is_holiday=True)],
            "Осенние каникулы: уроков нет",
        ),
        ([], "Уроков сегодня нет"),
    ],
)
async def test_a_day_without_lessons_says_why(hub: Hub, anna: tuple[Browser, str], terms: list[diary.Term], words: str) -> None:
    hub.diary.manifest = replace(hub.diary.manifest, data=frozenset(Datum))
    hub.diary.terms = terms
    await ask(anna[0], f"{anna[1]}/terms")
    await home(hub, anna[0])
    assert words in await home(hub, anna[0])


async def test_an_open_page_hears_that_a_diary_changed(hub: Hub, anna: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.flows.follow_notices.POLL_S", 0.01)
    play(hub)
    stream = await follow_notices(hub.deps, await visitor_of(hub, anna[0]), after=None)
    waiting = asyncio.ensure_future(anext(aiter(stream)))
    await asyncio.sleep(0.05)
    await home(hub, anna[0])
    async with asyncio.timeout(5):
        assert await waiting is DiaryChanged.NOW


@pytest.mark.rule("A6")
async def test_a_pupils_first_page_shows_the_own_day(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    hub.clock.go(seconds=1)
    play(hub)
    await ask(anna, f"/api/v1/children/{child}/lessons")
    pupil = await enter(hub, await make(anna, child))
    for _ in range(2):
        text = await page(pupil, "/pupil")
        await hub.deps.memory.reads.landed()
    assert "Сегодня, ср, 18 ноября" in text and "Физика" in text
    assert await news(pupil, f"/api/v1/children/{child}") == []

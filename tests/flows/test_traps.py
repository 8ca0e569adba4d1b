"""The traps of other people's diaries as the hub's own answers and pages meet them (facts/diaries.md; the table is docs/traps.md)."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.kit import diary
from connectors.kit.diary import AttendanceKind, LessonStatus
from hub.flows.show_diary.week import show_week
from tests.flows.asking import MONDAY, WEEK, ask, visitor_of
from tests.flows.kit import Browser, Hub, lesson, mark, origin

BEYOND = str(2**53 + 1)
TEXTS = ["5", "5-", "5+", "4/5", "4.5", "4,5", "97", "А", "зач", "незач", "осв", "ОСВ", "Н", "УП", "н/а", "•", "Замечание", "отл!"]
QUARTER = diary.Period(id=BEYOND, kind=diary.PeriodKind.QUARTER, name="2 четверть", number=2, start=date(2026, 11, 2))
KINDS = ("lessons", "marks", "homework", "finals", "attendance")


async def page_of(browser: Browser, child: str, path: str) -> str:
    answer = await browser.get(f"{child.removeprefix('/api/v1')}/{path}", Accept="text/html")
    assert answer.status_code == 200
    text: str = await answer.get_data(as_text=True)
    return html.unescape(text)


@pytest.mark.rule("C1")
async def test_every_text_of_a_mark_is_shown_as_written(hub: Hub, anna: tuple[Browser, str]) -> None:
    hub.diary.lessons = [lesson(MONDAY, 1, id_="l1")]
    hub.diary.marks = [mark(MONDAY, text, id_=f"m{number:02}", lesson="l1") for number, text in enumerate(TEXTS)]
    items = (await ask(anna[0], f"{anna[1]}/marks?{WEEK}"))["items"]
    assert {one["source"]["id"]: one["value"] for one in items} == {f"m{number:02}": text for number, text in enumerate(TEXTS)}
    text = await page_of(*anna, "diary?week=2026-11-16")
    assert [value for value in TEXTS if f">{value}<" not in text] == []


def every(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    yield name, value
    inside = value.items() if isinstance(value, dict) else ((name, one) for one in value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from every(one, key)


@pytest.mark.rule("C1")
@pytest.mark.parametrize("kind", KINDS)
async def test_no_id_and_no_number_of_the_json_is_more_than_a_double_holds(hub: Hub, anna: tuple[Browser, str], kind: str) -> None:
    far = origin(BEYOND)
    hub.diary.lessons = [lesson(MONDAY, 1, id_=BEYOND)]
    hub.diary.marks = [mark(MONDAY, "5", id_=BEYOND, lesson=BEYOND)]
    hub.diary.homework = [diary.Homework(origin=far, subject="Алгебра", text="№ 5", due_lesson=BEYOND, due_date=MONDAY)]
    hub.diary.finals = [diary.Final(origin=far, subject="Алгебра", period=QUARTER, value="4")]
    hub.diary.attendance = [diary.Attendance(origin=far, school_date=MONDAY, code="н", kind=AttendanceKind.ABSENT_UNEXCUSED, lesson=BEYOND)]
    (item,) = (await ask(anna[0], f"{anna[1]}/{kind}?{WEEK}"))["items"]
    assert item["source"]["id"] == BEYOND
    for name, value in every(item):
        if name in {"id", "child", "lesson", "due_lesson", "assigned_lesson"} and not isinstance(value, dict):
            assert value is None or isinstance(value, str), (name, value)
        assert not isinstance(value, int | float) or abs(value) < 2**53, (name, value)


@pytest.mark.parametrize("asked", ["2026-12-28", "2026-12-31", "2027-01-01", "2027-01-03"])
async def test_the_week_of_the_new_year_is_one_week_from_monday(hub: Hub, anna: tuple[Browser, str], asked: str) -> None:
    days = [date(2026, 12, 27), date(2026, 12, 28), date(2026, 12, 31), date(2027, 1, 2), date(2027, 1, 4)]
    hub.diary.lessons = [lesson(day, 1, id_=str(day)) for day in days]
    await anna[0].me()
    view = await show_week(hub.deps, await visitor_of(hub, anna[0]), anna[1].rsplit("/", 1)[-1], day=date.fromisoformat(asked))
    assert (view.start, view.end, view.previous, view.following) == (
        date(2026, 12, 28), date(2027, 1, 3), date(2026, 12, 21), date(2027, 1, 4),
    )  # fmt: skip
    assert [day.date for day in view.days if day.lessons] == days[1:4]
    listed = await ask(anna[0], f"{anna[1]}/lessons?from=2026-12-31&to=2027-01-04")
    assert [one["date"] for one in listed["items"]] == ["2026-12-31", "2027-01-02", "2027-01-04"]


async def test_two_shifts_lesson_nought_and_subgroups_are_each_a_lesson(hub: Hub, anna: tuple[Browser, str]) -> None:
    """The same numbers twice a day, a number 0, two subgroups in one hour and a double lesson: the key is the source's own id."""
    early = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
    given = [
        ("zero", 0, "Алгебра", None, 0), ("first", 1, "Алгебра", None, 1), ("double", 2, "Алгебра", None, 2),
        ("one", 3, "Английский", "группа 1", 3), ("two", 3, "Английский", "группа 2", 3), ("later", 1, "История", None, 6),
    ]  # fmt: skip
    hub.diary.lessons = [
        msgspec.structs.replace(
            lesson(MONDAY, number, subject, id_),
            group=group,
            start=early + timedelta(hours=hour),
            end=early + timedelta(hours=hour, minutes=45),
        )
        for id_, number, subject, group, hour in given
    ]
    items = (await ask(anna[0], f"{anna[1]}/lessons?{WEEK}"))["items"]
    assert {(one["source"]["id"], one["number"]) for one in items} == {(id_, number) for id_, number, *_ in given}
    assert len({one["id"] for one in items}) == len(given)
    await anna[0].me()
    view = await show_week(hub.deps, await visitor_of(hub, anna[0]), anna[1].rsplit("/", 1)[-1], day=MONDAY)
    assert len(view.days[0].lessons) == len(given)


async def test_a_change_of_a_lesson_says_what_stood_there(hub: Hub, anna: tuple[Browser, str]) -> None:
    changed: list[tuple[int, LessonStatus, dict[str, Any]]] = [
        (1, LessonStatus.CANCELLED, {}), (2, LessonStatus.REPLACED, {"replaces": "Физика"}),
        (3, LessonStatus.MOVED, {"moved_from": date(2026, 11, 13)}),
    ]  # fmt: skip
    hub.diary.lessons = [msgspec.structs.replace(lesson(MONDAY, number), status=status, **more) for number, status, more in changed]
    items = (await ask(anna[0], f"{anna[1]}/lessons?{WEEK}"))["items"]
    assert [(one["number"], one["status"], one["replaces"]) for one in items] == [
        (1, "cancelled", None), (2, "replaced", "Физика"), (3, "moved", None),
    ]  # fmt: skip
    assert "Физика" in await page_of(*anna, "diary?week=2026-11-16")


@pytest.mark.rule("C1")
@pytest.mark.parametrize(("weight", "told"), [(Decimal("1.5"), 1.5), (Decimal("1.0"), 1), (Decimal(0), 0), (None, None)])
async def test_a_weight_is_the_sources_and_an_absent_one_is_none(
    hub: Hub, anna: tuple[Browser, str], weight: Decimal | None, told: float | None
) -> None:
    hub.diary.marks = [mark(MONDAY, "5", weight=weight)]
    (item,) = (await ask(anna[0], f"{anna[1]}/marks?{WEEK}"))["items"]
    assert item["weight"] == told


@pytest.mark.rule("C1")
async def test_an_average_is_the_platforms_text_and_ours_is_called_ours(hub: Hub, anna: tuple[Browser, str]) -> None:
    hub.diary.marks = [mark(MONDAY, "5", number=Decimal(5)), mark(MONDAY, "3", number=Decimal(3))]
    hub.diary.averages = [diary.SubjectAverage(origin=origin("v"), subject="Алгебра", period=QUARTER, average="4,50")]
    text = await page_of(*anna, "subject?subject=%D0%90%D0%BB%D0%B3%D0%B5%D0%B1%D1%80%D0%B0")
    ours = text.split("Средний, наш счёт")[1].split("</dd>")[0]
    assert "4,50" not in ours and ours.rstrip().endswith(("4", "4,0", "4,00"))
    assert "4,50" in text.split("по данным дневника</caption>")[1]


async def test_homework_keeps_the_lesson_that_set_it_and_the_one_it_is_due_on(hub: Hub, anna: tuple[Browser, str]) -> None:
    friday = date(2026, 11, 20)
    hub.diary.lessons = [lesson(MONDAY, 1, id_="set"), lesson(friday, 2, id_="due")]
    both = diary.Homework(
        origin=origin("h"), subject="Алгебра", text="№ 5", assigned_lesson="set", assigned_date=MONDAY, due_lesson="due", due_date=friday
    )
    only_set = diary.Homework(origin=origin("k"), subject="Алгебра", text="№ 6", assigned_date=MONDAY)
    hub.diary.homework = [both, only_set]
    lessons = {one["source"]["id"]: one["id"] for one in (await ask(anna[0], f"{anna[1]}/lessons?{WEEK}"))["items"]}
    items = {one["source"]["id"]: one for one in (await ask(anna[0], f"{anna[1]}/homework?{WEEK}"))["items"]}
    assert [items["h"][name] for name in ("assigned_date", "due_date", "due_lesson")] == ["2026-11-16", "2026-11-20", lessons["due"]]
    assert [items["k"][name] for name in ("assigned_date", "due_date", "due_lesson")] == ["2026-11-16", None, None]

"""Lessons in Moscow time, homework where it is due, and the table that holds marks, absences and marks of periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.kit.diary import AttendanceKind, Datum, DiaryPage, LessonStatus, Mark, PeriodKind
from connectors.kit.errors import Drifted
from connectors.kit.ports import Window
from tests.unit.petersburg.stub import Bench, estimate, lesson, task


async def of_table(bench: Bench, *table: Any) -> DiaryPage:
    bench.show(table=table)
    return await bench.read(Datum.MARKS, Datum.ATTENDANCE, Datum.FINALS)


async def only_mark(bench: Bench, value: Any, **changes: Any) -> Mark:
    (found,) = (await of_table(bench, estimate(value, **changes))).marks or ()
    return found


async def test_a_lesson_stands_in_moscow_time(bench: Bench) -> None:
    bench.show(lesson(number=0))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert (found.start, found.end) == (datetime(2026, 11, 17, 6, 25, tzinfo=UTC), datetime(2026, 11, 17, 7, 10, tzinfo=UTC))
    assert (found.school_date, found.number, found.subject, found.topic) == (date(2026, 11, 17), 0, "Алгебра", "Дроби")
    assert found.status is LessonStatus.HELD


async def test_a_lesson_still_to_come_is_planned(bench: Bench) -> None:
    bench.show(lesson(datetime_from="21.11.2026 14:20:00", datetime_to="21.11.2026 15:05:00"))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert found.status is LessonStatus.PLANNED


@pytest.mark.parametrize("key", ["datetime_from", "datetime_to"])
@pytest.mark.parametrize("text", ["2026-11-17T09:25:00", "31.02.2026 09:25:00", "17.11.2026", ""])
async def test_a_time_that_is_none_is_a_drift_with_its_path(bench: Bench, key: str, text: str) -> None:
    bench.show(lesson(**{key: text}))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.LESSONS)
    assert told.value.where == f"$.items[].{key}"


async def test_only_the_days_of_the_window_are_told(bench: Bench) -> None:
    bench.show(lesson(tasks=[task()]), table=[estimate()])
    page = await bench.read(Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, window=Window(start=date(2026, 11, 18), end=date(2026, 11, 19)))
    assert (page.lessons, page.marks, page.homework) == ((), (), ())


async def test_homework_is_due_at_the_lesson_that_shows_it(bench: Bench) -> None:
    bench.show(lesson(tasks=[task(), task("<p>читать</p>", task_kind_code=None), task("тест", task_kind_code="control")]))
    found = (await bench.read(Datum.HOMEWORK)).homework or ()
    assert [(one.text, one.due_lesson, one.due_date) for one in found] == [
        ("№ 15", "5001", date(2026, 11, 17)),
        ("читать", "5001", date(2026, 11, 17)),
    ]
    assert len({one.origin.id for one in found}) == 2
    assert {one.assigned_date for one in found} == {None}


@pytest.mark.parametrize("text", ["Без задания", "нет", "", None])
async def test_without_homework_is_no_homework(bench: Bench, text: str | None) -> None:
    bench.show(lesson(tasks=[task(text, files=[])]))
    assert (await bench.read(Datum.HOMEWORK)).homework == ()


@pytest.mark.parametrize("text", ["№ 15", "", None])
async def test_files_have_a_name_and_no_address_and_are_homework_without_a_word(bench: Bench, text: str | None) -> None:
    bench.show(lesson(tasks=[task(text)]))
    (found,) = (await bench.read(Datum.HOMEWORK)).homework or ()
    assert (found.text, [(one.name, one.url, one.size) for one in found.attachments]) == (text or "", [("Задание.pdf", "", 5)])


@pytest.mark.parametrize("tasks", [None, []])
async def test_a_lesson_may_have_no_list_of_tasks(bench: Bench, tasks: Any) -> None:
    bench.show(lesson(tasks=tasks))
    assert (await bench.read(Datum.HOMEWORK)).homework == ()


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("written", "number", "parts", "flagged"),
    [
        ("5-", Decimal(5), (), False),
        ("4/5", None, ("4", "5"), False),
        ("зач", None, (), False),
        ("осв", None, (), False),
        ("Замечание", None, (), False),
        ("•", None, (), False),
        ("???", None, (), True),
    ],
)
async def test_a_mark_is_text(bench: Bench, written: str, number: Decimal | None, parts: tuple[str, ...], flagged: bool) -> None:
    found = await only_mark(bench, written)
    assert (found.value, found.number, found.parts, found.flagged) == (written, number, parts, flagged)


async def test_a_mark_says_what_it_was_given_for(bench: Bench) -> None:
    found = await only_mark(bench, "4", estimate_type_code=1100, estimate_comment="неплохо")
    assert found.work is not None
    assert (found.work.type_code, found.work.type_name, found.comment) == ("1100", "Контрольная работа", "неплохо")
    assert (found.origin.id, found.lesson, found.lesson_date, found.weight) == ("8001", "5001", date(2026, 11, 17), None)


@pytest.mark.parametrize("written", ["", None, "  "])
async def test_an_empty_line_is_no_mark(bench: Bench, written: str | None) -> None:
    assert (await of_table(bench, estimate(written))).marks == ()


@pytest.mark.parametrize(
    ("type_code", "code", "kind"),
    [
        ("30000", "Н", AttendanceKind.ABSENT_UNEXCUSED),
        ("30000", "Б", AttendanceKind.ILL),
        (30000, "УП", AttendanceKind.EXCUSED),
        ("30000", "?", AttendanceKind.UNKNOWN),
        ("30001", "ОП", AttendanceKind.LATE),
        ("30001", "10 минут", AttendanceKind.LATE),
        ("1100", "Н", AttendanceKind.ABSENT_UNEXCUSED),
    ],
)
async def test_an_absence_in_the_table_is_attendance(bench: Bench, type_code: Any, code: str, kind: AttendanceKind) -> None:
    page = await of_table(bench, estimate(code, estimate_type_code=type_code))
    (found,) = page.attendance or ()
    assert (found.code, found.kind, found.lesson, page.marks, page.finals) == (code, kind, "5001", (), ())


@pytest.mark.parametrize(
    ("type_code", "title", "kind", "number"),
    [
        ("20001", "Оценка за период: 1 четверть", PeriodKind.QUARTER, 1),
        ("20002", "Оценка за период: 2 полугодие", PeriodKind.SEMESTER, 2),
        ("20010", "Оценка за период: Год", PeriodKind.YEAR, 1),
        ("555", "Оценка за период: 3 триместр", PeriodKind.TRIMESTER, 3),
        ("20004", None, PeriodKind.UNKNOWN, None),
    ],
)
async def test_a_mark_of_a_period_is_no_mark_of_a_lesson(
    bench: Bench, type_code: str, title: str | None, kind: PeriodKind, number: int | None
) -> None:
    page = await of_table(bench, estimate("4", lesson_id=None, estimate_type_code=type_code, estimate_type_name=title))
    (found,) = page.finals or ()
    assert (found.value, found.period.kind, found.period.number, found.period.school_year) == ("4", kind, number, "2026/2027")
    assert (page.marks, page.attendance) == ((), ())


async def test_a_mark_on_a_lesson_is_no_mark_of_a_period_whatever_its_type(bench: Bench) -> None:
    page = await of_table(bench, estimate("4", estimate_type_code="20001"))
    assert len(page.marks or ()) == 1
    assert page.finals == ()


@pytest.mark.rule("C8")
async def test_a_line_of_another_child_is_a_drift(bench: Bench) -> None:
    bench.show(table=[estimate(education_id=2)])
    with pytest.raises(Drifted):
        await bench.read(Datum.MARKS)


async def test_the_original_of_a_lesson_holds_neither_tasks_nor_marks(bench: Bench) -> None:
    bench.show(lesson(tasks=[task()], estimates=[{"estimate_value_name": "5"}]))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert found.raw is not None
    assert not {"tasks", "estimates"} & set(msgspec.json.decode(bytes(found.raw)))

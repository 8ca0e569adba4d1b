"""A week of the diary: lessons, marks, absences and homework as docs/wire/iv_edu.md writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.kit.diary import AttendanceKind, Criterion, Datum, Lesson, LessonStatus, Mark, Scale
from connectors.kit.errors import Drifted, NotFound
from connectors.kit.ports import Window
from tests.unit.iv_edu.stub import Bench, home, lesson, mark, refusal


async def only_lesson(bench: Bench, **changes: Any) -> Lesson:
    bench.show(lesson(**changes))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    return found


async def only_mark(bench: Bench, **changes: Any) -> Mark:
    bench.show(lesson(marks=[mark(**changes)]))
    (found,) = (await bench.read(Datum.MARKS)).marks or ()
    return found


async def test_local_times_are_three_hours_ahead_of_utc(bench: Bench) -> None:
    found = await only_lesson(bench)
    assert (found.start, found.end) == (datetime(2026, 11, 16, 5, 30, tzinfo=UTC), datetime(2026, 11, 16, 6, 10, tzinfo=UTC))
    assert (found.school_date, found.number, found.room, found.topic) == (date(2026, 11, 16), 1, "12", "Повторение")


@pytest.mark.parametrize(
    ("changes", "status", "replaces", "moved_from"),
    [
        ({"status": "planned"}, LessonStatus.PLANNED, None, None),
        ({"status": "cancelled"}, LessonStatus.CANCELLED, None, None),
        ({"status": "replaced", "instead_of": "История"}, LessonStatus.REPLACED, "История", None),
        ({"status": "moved", "moved_from": "2026-11-12"}, LessonStatus.MOVED, None, date(2026, 11, 12)),
    ],
)
async def test_changes_of_a_lesson(
    bench: Bench, changes: dict[str, Any], status: LessonStatus, replaces: str | None, moved_from: date | None
) -> None:
    found = await only_lesson(bench, **changes)
    assert (found.status, found.replaces, found.moved_from) == (status, replaces, moved_from)


async def test_lesson_nought_and_a_lesson_without_a_number_exist(bench: Bench) -> None:
    assert (await only_lesson(bench, number=0)).number == 0
    assert (await only_lesson(bench, number=None)).number is None


async def test_two_subgroups_share_a_number(bench: Bench) -> None:
    bench.show(lesson(subgroup="1"), lesson(id=2, subgroup="2"))
    found = (await bench.read(Datum.LESSONS)).lessons or ()
    assert [(one.number, one.group) for one in found] == [(1, "2"), (1, "1")]


async def test_the_original_of_a_lesson_repeats_no_mark_and_no_homework(bench: Bench) -> None:
    found = await only_lesson(bench, marks=[mark()], homework=[home()])
    assert found.raw is not None
    assert not {"marks", "homework", "absence"} & set(msgspec.json.decode(bytes(found.raw)))


@pytest.mark.rule("C1")
@pytest.mark.parametrize("value", ["5", "5-", "4/5", "зач", "незач", "осв"])
async def test_a_mark_is_text(bench: Bench, value: str) -> None:
    found = await only_mark(bench, value=value)
    assert (found.value, found.flagged) == (value, False)


@pytest.mark.rule("C3")
async def test_a_corrected_mark_keeps_its_id_and_tells_when(bench: Bench) -> None:
    first = await only_mark(bench)
    after = await only_mark(bench, value="4", changed_at="2026-11-17T12:00:00")
    assert (first.origin.id, first.set_at) == (after.origin.id, datetime(2026, 11, 16, 6, 8, tzinfo=UTC))
    assert (after.value, after.set_at) == ("4", datetime(2026, 11, 17, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize(("weight", "number"), [("1.5", Decimal("1.5")), ("1", Decimal(1)), (None, None)])
async def test_a_weight_may_be_fractional_or_missing(bench: Bench, weight: str | None, number: Decimal | None) -> None:
    assert (await only_mark(bench, weight=weight)).weight == number


async def test_criteria_keep_name_and_maximum(bench: Bench) -> None:
    found = await only_mark(bench, value="критерии", criteria=[{"name": "Знание", "value": "6", "max": "8"}])
    assert found.criteria == (Criterion(name="Знание", value="6", max="8"),)
    assert found.scale is Scale.CRITERIA


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("н", AttendanceKind.ABSENT_UNEXCUSED),
        ("б", AttendanceKind.ILL),
        ("уп", AttendanceKind.EXCUSED),
        ("оп", AttendanceKind.LATE),
        ("х", AttendanceKind.UNKNOWN),
    ],
)
async def test_an_absence_stands_apart_from_the_marks(bench: Bench, code: str, kind: AttendanceKind) -> None:
    absence = {"id": 18100004, "code": code, "comment": "", "set_at": "2026-11-16T09:00:00"}
    bench.show(lesson(absence=absence))
    page = await bench.read(Datum.MARKS, Datum.ATTENDANCE)
    (found,) = page.attendance or ()
    assert (page.marks, found.kind, found.code, found.lesson) == ((), kind, code, "1807604")


async def test_homework_stands_on_the_lesson_where_it_is_due(bench: Bench) -> None:
    bench.show(lesson(homework=[home()]))
    (found,) = (await bench.read(Datum.HOMEWORK)).homework or ()
    assert (found.due_lesson, found.due_date, found.assigned_date) == ("1807604", date(2026, 11, 16), date(2026, 11, 13))
    assert [(file.name, file.size, file.url) for file in found.attachments] == [("Карточка № 3.docx", 52224, "")]


@pytest.mark.parametrize("text", ["Без задания", "нет", " "])
async def test_no_homework_in_words(bench: Bench, text: str) -> None:
    bench.show(lesson(homework=[home(text=text, files=[])]))
    assert (await bench.read(Datum.HOMEWORK)).homework == ()


async def test_days_beside_the_window_are_left_out(bench: Bench) -> None:
    bench.show(lesson(), day="2026-11-17")
    assert (await bench.read(Datum.LESSONS, window=Window(start=date(2026, 11, 16), end=date(2026, 11, 16)))).lessons == ()


async def test_weeks_around_new_year_are_iso_weeks(bench: Bench) -> None:
    bench.show()
    await bench.read(Datum.LESSONS, window=Window(start=date(2026, 12, 27), end=date(2027, 1, 11)))
    asked = [request.url.params["week"] for request in bench.stub.asked if "week" in request.url.params]
    assert sorted(asked) == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]


async def test_a_week_outside_the_cabinets_year_is_empty_and_no_error(bench: Bench) -> None:
    bench.show(diary=refusal("unknown_week", 404))
    assert (await bench.read(Datum.LESSONS)).lessons == ()
    bench.show(diary=refusal("not_found", 404))
    with pytest.raises(NotFound):
        await bench.read(Datum.LESSONS)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"status": "forgotten"}, "$.days[0].lessons[0].status"),
        ({"from": "утром"}, "$.days[0].lessons[0].from"),
        ({"to": "24:61"}, "$.days[0].lessons[0].to"),
        ({"moved_from": "12.11.2026"}, "$.days[0].lessons[0].moved_from"),
        ({"subject": None}, "$.days[0].lessons[0].subject"),
        ({"marks": None}, "$.days[0].lessons[0].marks"),
        ({"marks": [{"id": 1}]}, "$.days[0].lessons[0].marks[0]"),
        ({"marks": [mark(weight="много")]}, "$.days[0].lessons[0].marks[0].weight"),
        ({"marks": [mark(weight="Infinity")]}, "$.days[0].lessons[0].marks[0].weight"),
        ({"marks": [mark(set_at="16.11.2026")]}, "$.days[0].lessons[0].marks[0].set_at"),
        ({"homework": [home(assigned={"date": "вчера", "number": 1})]}, "$.days[0].lessons[0].homework[0].assigned.date"),
        ({"absence": {"id": 1, "code": "н", "comment": None, "set_at": "?"}}, "$.days[0].lessons[0].absence.set_at"),
    ],
)
async def test_another_shape_has_drifted_with_its_path(bench: Bench, changes: dict[str, Any], where: str) -> None:
    bench.show(lesson(**changes))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE)
    assert told.value.where == where

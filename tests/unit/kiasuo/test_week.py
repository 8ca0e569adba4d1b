"""A week: lessons in local time, marks in two shapes, absences among them, homework on two hooks, and the turn of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.kit.diary import AttendanceKind, Datum, Homework, Lesson, LessonStatus, Mark
from connectors.kit.errors import Drifted
from connectors.kit.ports import Window
from tests.unit.kiasuo.stub import Bench, lesson, old, said, slot, task


async def only_lesson(bench: Bench, **changes: Any) -> Lesson:
    bench.show(lesson(**changes))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    return found


async def all_marks(bench: Bench, **changes: Any) -> tuple[Mark, ...]:
    bench.show(lesson(**changes))
    return (await bench.read(Datum.MARKS)).marks or ()


async def only_task(bench: Bench, *lessons: Any, weeks: Any = None, **changes: Any) -> Homework:
    bench.show(*lessons, homeworks=[task(**changes)], weeks=weeks)
    (found,) = (await bench.read(Datum.HOMEWORK)).homework or ()
    return found


@pytest.mark.parametrize("clock", ["09:25", "09:25:00", "2026-11-17T09:25:00", "2026-11-17 09:25"])
async def test_bare_local_times_are_seven_hours_ahead_of_utc(bench: Bench, clock: str) -> None:
    found = await only_lesson(bench, start=clock)
    assert (found.start, found.end) == (datetime(2026, 11, 17, 2, 25, tzinfo=UTC), datetime(2026, 11, 17, 3, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("theme", "topic"), [("Дроби", "Дроби"), ("не указана", ""), ("Не указана", ""), (None, ""), ("<b>Дроби</b>", "Дроби")]
)
async def test_a_theme_that_says_none_is_none(bench: Bench, theme: str | None, topic: str) -> None:
    assert (await only_lesson(bench, theme=theme)).topic == topic


async def test_a_lesson_zero_and_a_lesson_without_number_are_lessons(bench: Bench) -> None:
    assert (await only_lesson(bench, lesson_number=0)).number == 0
    assert (await only_lesson(bench, lesson_number=None)).number is None


@pytest.mark.parametrize(
    ("day", "clock", "status"),
    [
        ("2026-11-21", "19:00", LessonStatus.HELD),
        ("2026-11-21", "19:01", LessonStatus.PLANNED),
        ("2026-11-22", "09:00", LessonStatus.PLANNED),
    ],
)
async def test_whether_a_lesson_is_over_is_the_clocks_word(bench: Bench, day: str, clock: str, status: LessonStatus) -> None:
    assert (await only_lesson(bench, lesson_date=day, to=clock)).status is status


async def test_double_lessons_and_two_subgroups_in_one_hour_stay_apart(bench: Bench) -> None:
    bench.show(lesson(slots=[slot()]), lesson(lesson_event_id=2, lesson_number=3), lesson(lesson_event_id=3))
    page = await bench.read(Datum.LESSONS, Datum.MARKS)
    assert {one.origin.id for one in page.lessons or ()} == {"606900", "2", "3"}
    assert [one.lesson for one in page.marks or ()] == ["606900"]


@pytest.mark.parametrize("key", ["from", "to", "lesson_date"])
async def test_a_time_that_is_none_is_a_drift_with_its_path(bench: Bench, key: str) -> None:
    bench.show(lesson() | {key: "25:99"})
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.LESSONS)
    assert told.value.where == f"$.schedule[0].{key}"


async def test_the_two_shapes_of_a_mark_are_one_mark(bench: Bench) -> None:
    (found,) = await all_marks(bench, slots=[slot("5-")], marks=[old("5-")])
    assert (found.value, found.number, found.weight, found.comment) == ("5-", Decimal(5), Decimal("1.5"), "молодец")
    assert found.work is not None
    assert (found.work.type_name, found.work.abbr, found.work.topic) == ("Ответ на уроке", "О", "§ 5")
    assert found.set_at == found.origin.updated_at == datetime(2026, 11, 17, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize("changes", [{"slots": [slot("4")]}, {"marks": [old("4")]}, {"slots": None, "marks": [old(4)]}])
async def test_either_shape_alone_is_enough(bench: Bench, changes: Any) -> None:
    (found,) = await all_marks(bench, **changes)
    assert (found.value, found.number) == ("4", Decimal(4))


async def test_shapes_that_tell_different_marks_are_not_mixed(bench: Bench) -> None:
    found = await all_marks(bench, slots=[slot("4"), slot("3")], marks=[old("5")])
    assert [(one.value, one.weight, one.comment) for one in found] == [("4", None, ""), ("3", None, "")]
    found = await all_marks(bench, slots=[slot("4")], marks=[old("5"), old("2")])
    assert [(one.value, one.set_at) for one in found] == [("5", None), ("2", None)]


async def test_a_slot_without_a_mark_waits_and_is_none(bench: Bench) -> None:
    found = await all_marks(bench, slots=[slot() | {"mark": None}, slot("4")], marks=[old("4")])
    assert [(one.value, one.weight) for one in found] == [("4", Decimal("1.5"))]


@pytest.mark.rule("C3")
async def test_a_corrected_mark_keeps_its_id_and_moves_its_time(bench: Bench) -> None:
    before = await all_marks(bench, slots=[slot("2", "Диктант"), slot("3")], marks=[old("2", "Диктант"), old("3")])
    corrected = slot("4", "Диктант", updated_at="2026-11-18T09:00:00+07:00")
    after = await all_marks(bench, slots=[corrected, slot("3")], marks=[old("4", "Диктант"), old("3")])
    assert [one.origin.id for one in before] == [one.origin.id for one in after]
    assert (after[0].value, after[0].set_at) == ("4", datetime(2026, 11, 18, 2, 0, tzinfo=UTC))


async def test_two_marks_of_one_kind_in_one_lesson_are_two(bench: Bench) -> None:
    found = await all_marks(bench, slots=[slot("4"), slot("4")], marks=[old("4"), old("4")])
    assert len({one.origin.id for one in found}) == 2


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("written", "value", "number", "parts"),
    [
        ("4/5", "4/5", None, ("4", "5")),
        (5, "5", Decimal(5), ()),
        ("зач", "зач", None, ()),
        ("осв", "осв", None, ()),
        ("4.5", "4.5", Decimal("4.5"), ()),
    ],
)
async def test_a_mark_is_text(bench: Bench, written: Any, value: str, number: Decimal | None, parts: tuple[str, ...]) -> None:
    (found,) = await all_marks(bench, slots=[slot(written)], marks=[old(written)])
    assert (found.value, found.number, found.parts) == (value, number, parts)


@pytest.mark.parametrize(
    ("written", "weight"), [("1.0", Decimal("1.0")), (2, Decimal(2)), ("1,5", Decimal("1.5")), (None, None), ("", None)]
)
async def test_a_weight_may_be_a_text_a_number_or_absent(bench: Bench, written: Any, weight: Decimal | None) -> None:
    (found,) = await all_marks(bench, marks=[old(weight=written)])
    assert found.weight == weight


@pytest.mark.parametrize("written", ["много", "NaN"])
async def test_a_weight_that_is_none_is_a_drift(bench: Bench, written: str) -> None:
    bench.show(lesson(marks=[old(weight=written)]))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.MARKS)
    assert told.value.where == "$.schedule[0].marks[0].weight"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Н", AttendanceKind.ABSENT_UNEXCUSED),
        ("Б", AttendanceKind.ILL),
        ("У", AttendanceKind.EXCUSED),
        ("О", AttendanceKind.LATE),
        ("н", AttendanceKind.ABSENT_UNEXCUSED),
    ],
)
async def test_an_absence_among_the_marks_is_attendance(bench: Bench, code: str, kind: AttendanceKind) -> None:
    bench.show(lesson(slots=[slot(code, ""), slot("5")], marks=[old(code, ""), old("5")]))
    page = await bench.read(Datum.MARKS, Datum.ATTENDANCE)
    (found,) = page.attendance or ()
    assert (found.code, found.kind, found.school_date, found.lesson) == (code, kind, date(2026, 11, 17), "606900")
    assert [one.value for one in page.marks or ()] == ["5"]


@pytest.mark.rule("C5")
async def test_the_original_of_a_lesson_holds_neither_teacher_nor_marks(bench: Bench) -> None:
    found = await only_lesson(bench, slots=[slot()])
    assert found.raw is not None
    assert not {"teacher", "slots", "marks"} & set(msgspec.json.decode(bytes(found.raw)))


async def test_homework_hangs_on_the_lesson_that_set_it_and_on_the_one_that_checks_it(bench: Bench) -> None:
    earlier = lesson(lesson_event_id=5, lesson_date="2026-11-12", created_homework_id=7001)
    weeks = {"46": {"schedule": [earlier], "homeworks": [task()]}}
    found = await only_task(bench, lesson(homework_to_check_ids=[7001]), weeks=weeks)
    assert (found.subject, found.text) == ("Алгебра", "№ 15")
    assert (found.assigned_lesson, found.assigned_date) == ("5", date(2026, 11, 12))
    assert (found.due_lesson, found.due_date) == ("606900", date(2026, 11, 17))


async def test_homework_set_this_week_for_the_next_is_no_homework_of_this_week(bench: Bench) -> None:
    bench.show(lesson(created_homework_id=7001), homeworks=[task(lesson_date="2026-11-17", check_at="2026-11-24")])
    assert (await bench.read(Datum.HOMEWORK)).homework == ()


async def test_homework_without_a_day_to_check_is_due_when_a_lesson_checks_it_else_stands_where_it_was_set(bench: Bench) -> None:
    found = await only_task(bench, lesson(homework_to_check_ids=[7001]), check_at=None)
    assert (found.due_lesson, found.due_date) == ("606900", date(2026, 11, 17))
    found = await only_task(bench, lesson(created_homework_id=7001), check_at=None, lesson_date="2026-11-17")
    assert (found.subject, found.assigned_date, found.due_date) == ("Алгебра", date(2026, 11, 17), None)


async def test_a_day_from_long_ago_is_not_looked_up(bench: Bench) -> None:
    found = await only_task(bench, lesson(homework_to_check_ids=[7001]), lesson_date="1970-01-01")
    assert (found.assigned_lesson, len(bench.stub.of("api/schedule"))) == (None, 1)


@pytest.mark.parametrize("text", ["Без задания", "без задания.", "", None, "не указана"])
async def test_without_homework_is_no_homework(bench: Bench, text: str | None) -> None:
    bench.show(lesson(homework_to_check_ids=[7001]), homeworks=[task(text=text)])
    assert (await bench.read(Datum.HOMEWORK)).homework == ()


async def test_files_without_a_word_are_homework_and_relative_addresses_are_the_diarys(bench: Bench) -> None:
    files = [{"url": "/diary/files/1/0", "title": "Задание.pdf"}, {"url": "javascript:alert(1)", "title": "x"}, {"url": None}]
    found = await only_task(bench, text="Без задания", files=files)
    assert [(one.name, one.url) for one in found.attachments] == [("Задание.pdf", "https://diaryapi.kiasuo.ru/diary/files/1/0")]


async def test_links_may_be_addresses_or_objects(bench: Bench) -> None:
    found = await only_task(
        bench, text="см. https://a.example/1.", links=["https://b.example", {"url": "http://plain.example"}, {"url": 5}]
    )
    assert found.links == ("https://b.example", "https://a.example/1")


async def test_html_in_a_task_is_read_as_words(bench: Bench) -> None:
    assert (await only_task(bench, text="<p>№ 15</p><script>x</script>")).text == "№ 15"


@pytest.mark.parametrize(
    ("start", "end", "asked"),
    [
        (date(2026, 12, 30), date(2027, 1, 5), [("2026", "53"), ("2027", "1")]),
        (date(2025, 12, 29), date(2026, 1, 4), [("2026", "1")]),
        (date(2026, 11, 18), date(2026, 11, 18), [("2026", "47")]),
    ],
)
async def test_a_week_is_asked_for_by_the_year_that_it_belongs_to(
    bench: Bench, start: date, end: date, asked: list[tuple[str, str]]
) -> None:
    bench.show()
    await bench.read(Datum.LESSONS, window=Window(start=start, end=end))
    sent = [one.url.params for one in bench.stub.of("api/schedule")]
    assert sorted((params["year"], params["week"]) for params in sent) == asked


async def test_only_the_days_of_the_window_are_told(bench: Bench) -> None:
    bench.show(lesson(slots=[slot()]))
    page = await bench.read(Datum.LESSONS, Datum.MARKS, window=Window(start=date(2026, 11, 18), end=date(2026, 11, 19)))
    assert (page.lessons, page.marks) == ((), ())


async def test_a_week_without_content_is_a_week_without_lessons(bench: Bench) -> None:
    bench.show(api__schedule=said(204))
    page = await bench.read(Datum.LESSONS, Datum.HOMEWORK)
    assert (page.lessons, page.homework) == ((), ())

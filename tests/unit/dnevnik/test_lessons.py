"""Lessons of dnevnik.ru: time zones, doubles, changes, hostile text, and whole ids."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from connectors.kit.diary import Datum, LessonStatus
from connectors.kit.errors import Drifted
from tests.unit.dnevnik.stub import LESSON, SUBJECT, WEEK, Bench, day, lesson, log, work


async def one(bench: Bench, **changes: object):  # type: ignore[no-untyped-def]  # a Lesson, asserted below
    bench.show(day(lessons=[lesson(**changes)]))
    page = await bench.read(Datum.LESSONS)
    assert page.lessons is not None
    (found,) = page.lessons
    return found


async def test_a_lesson_has_everything_that_the_platform_says(bench: Bench) -> None:
    found = await one(bench)
    assert (found.subject, found.topic, found.number, found.room) == ("Русский язык", "Причастие", 2, "204")
    assert found.teachers == ("Ким Анна Олеговна",)
    assert found.school_date == date(2026, 11, 17)
    assert found.status is LessonStatus.HELD


@pytest.mark.rule("C8")
async def test_bells_are_local_to_the_school_and_kept_in_utc(bench: Bench) -> None:
    found = await one(bench)
    assert found.start == datetime(2026, 11, 17, 1, 55, tzinfo=UTC)
    assert found.end == datetime(2026, 11, 17, 2, 40, tzinfo=UTC)


@pytest.mark.parametrize("hours", ["", None, "по звонкам", "25:00 - 26:00", "08:00"])
async def test_bells_that_cannot_be_read_leave_the_time_unknown_and_stay_in_raw(bench: Bench, hours: str | None) -> None:
    found = await one(bench, hours=hours)
    assert (found.start, found.end) == (None, None)
    assert msgspec.json.decode(bytes(found.raw))["hours"] == hours


@pytest.mark.parametrize(
    "stamp", ["2026-11-17T00:00:00", "2026-11-17T00:00:00.0000000", "2026-11-17T00:00:00+07:00", "2026-11-16T17:00:00Z"]
)
async def test_a_day_is_the_schools_date_in_every_spelling(bench: Bench, stamp: str) -> None:
    assert (await one(bench, date=stamp)).school_date == date(2026, 11, 17)


async def test_a_date_that_is_none_is_a_drift_with_its_path(bench: Bench) -> None:
    with pytest.raises(Drifted) as error:
        await one(bench, date="17.11.2026")
    assert error.value.where == "$.days[0].lessons[0].date"


async def test_lesson_zero_exists(bench: Bench) -> None:
    assert (await one(bench, number=0)).number == 0


@pytest.mark.rule("C1")
async def test_ids_above_two_to_the_53_keep_every_digit(bench: Bench) -> None:
    found = await one(bench)
    assert found.origin.id == "600000000000000001"


@pytest.mark.rule("C1")
async def test_the_text_twin_of_an_id_is_the_truth(bench: Bench) -> None:
    found = await one(bench, id=600_000_000_000_000_000, id_str=str(LESSON))
    assert found.origin.id == str(LESSON)


@pytest.mark.rule("C8")
@pytest.mark.parametrize("twin", ["7/../users", "7?x=1", "", " 7", "７", None])
async def test_a_twin_that_is_no_number_is_not_believed(bench: Bench, twin: str | None) -> None:
    assert (await one(bench, id_str=twin)).origin.id == str(LESSON)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("Cancelled", LessonStatus.CANCELLED),
        ("Canceled", LessonStatus.CANCELLED),
        ("Replaced", LessonStatus.REPLACED),
        ("Moved", LessonStatus.MOVED),
        ("Finished", LessonStatus.HELD),
        ("SomethingNew", LessonStatus.HELD),
        (None, LessonStatus.HELD),
    ],
)
async def test_a_changed_lesson_names_its_change(bench: Bench, status: str | None, meaning: LessonStatus) -> None:
    assert (await one(bench, status=status)).status is meaning


async def test_an_ordinary_lesson_that_is_not_over_is_planned(bench: Bench) -> None:
    assert (await one(bench, date="2026-11-21T00:00:00", hours="18:00 - 18:45", status="Planned")).status is LessonStatus.HELD
    assert (await one(bench, date="2026-11-21T00:00:00", hours="19:00 - 19:45", status="Planned")).status is LessonStatus.PLANNED


async def test_a_replaced_lesson_says_what_stood_there(bench: Bench) -> None:
    other = {"id": 9, "name": "Физика"}
    subjects = [{"id": SUBJECT, "name": "Русский язык"}, other]
    bench.show(day(lessons=[lesson(status="Replaced", replacedSubjectId=9)], subjects=subjects))
    page = await bench.read(Datum.LESSONS)
    assert page.lessons is not None
    assert page.lessons[0].replaces == "Физика"


async def test_a_double_lesson_and_two_subgroups_in_one_slot_are_all_kept(bench: Bench) -> None:
    bench.show(day(lessons=[lesson(), lesson(id=LESSON + 1, number=3), lesson(id=LESSON + 2, number=3)]))
    page = await bench.read(Datum.LESSONS)
    assert page.lessons is not None
    assert [(found.origin.id, found.number) for found in page.lessons] == [
        (str(LESSON), 2),
        (str(LESSON + 1), 3),
        (str(LESSON + 2), 3),
    ]


async def test_a_lesson_outside_the_window_is_left_out(bench: Bench) -> None:
    bench.show(day(lessons=[lesson(), lesson(id=LESSON + 1, date="2026-11-23T00:00:00")]))
    page = await bench.read(Datum.LESSONS, window=WEEK)
    assert page.lessons is not None
    assert len(page.lessons) == 1


async def test_a_subject_that_no_table_explains_is_a_drift(bench: Bench) -> None:
    with pytest.raises(Drifted) as error:
        await one(bench, subjectId=1)
    assert error.value.where == "$.days[0].lessons[0].subjectId"


@pytest.mark.parametrize("missing", ["lessons", "marks", "works", "homeworks", "subjects", "workTypes", "lessonLogEntries", "date"])
async def test_a_missing_part_of_a_day_is_a_drift_and_no_empty_list(bench: Bench, missing: str) -> None:
    broken = day()
    del broken[missing]
    bench.show(broken)
    with pytest.raises(Drifted) as error:
        await bench.read(Datum.LESSONS)
    assert error.value.where.startswith("$.days")


async def test_an_empty_part_may_be_null(bench: Bench) -> None:
    bench.show(day(marks=None, works=None, homeworks=None, workTypes=None, lessonLogEntries=None, teachers=None))
    page = await bench.read(Datum.LESSONS)
    assert page.lessons is not None
    assert page.lessons[0].teachers == ()


async def test_an_important_work_makes_a_control_lesson(bench: Bench) -> None:
    made = work(isImportant=True)
    bench.show(day(lessons=[lesson(works=[made["id"]])], works=[made]))
    page = await bench.read(Datum.LESSONS)
    assert page.lessons is not None
    assert page.lessons[0].is_control


async def test_a_teachers_remark_stands_at_the_lesson(bench: Bench) -> None:
    bench.show(day(lessonLogEntries=[log(status="Attend", comment="Забыл тетрадь")]))
    page = await bench.read(Datum.LESSONS)
    assert page.lessons is not None
    assert page.lessons[0].comment == "Забыл тетрадь"


@pytest.mark.rule("C8")
async def test_upstream_text_is_read_as_text(bench: Bench) -> None:
    found = await one(bench, title="<b>Тема</b><script>alert(1)</script> & дроби &lt;1")
    assert found.topic == "Тема & дроби <1"


@pytest.mark.rule("C5")
async def test_raw_is_the_original_without_other_people(bench: Bench) -> None:
    found = await one(bench, teachers=[7], teachers_str=["7"], unknownKey={"a": 1})
    kept = msgspec.json.decode(bytes(found.raw))
    assert "teachers" not in kept
    assert "teachers_str" not in kept
    assert kept["unknownKey"] == {"a": 1}
    assert kept["id"] == LESSON

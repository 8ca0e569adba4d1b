"""Lessons, marks and homework of the timetable, with every awkward spelling that public clients met."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.kit.diary import Datum, Lesson, LessonStatus, Mark
from connectors.kit.errors import Drifted
from connectors.kit.ports import Window
from tests.unit.ruobr.stub import WEEK, Bench, lesson, mark, task


async def only_lesson(bench: Bench, **changes: Any) -> Lesson:
    bench.show(lesson(**changes))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    return found


async def only_mark(bench: Bench, value: Any, **changes: Any) -> Mark:
    bench.show(lesson(marks=[mark(value, **changes)]))
    (found,) = (await bench.read(Datum.MARKS)).marks or ()
    return found


async def test_bare_local_times_are_seven_hours_ahead_of_utc(bench: Bench) -> None:
    found = await only_lesson(bench)
    assert (found.start, found.end) == (datetime(2026, 11, 17, 1, 30, tzinfo=UTC), datetime(2026, 11, 17, 2, 15, tzinfo=UTC))
    assert found.school_date == date(2026, 11, 17)


async def test_a_lesson_says_what_the_diary_says(bench: Bench) -> None:
    found = await only_lesson(bench)
    assert (found.subject, found.teachers, found.topic, found.number) == ("Русский язык", ("Ким Анна Олеговна",), "Причастие", None)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, LessonStatus.HELD),
        ({"date": "2026-11-21", "time_start": "19:10:00", "time_end": "19:55:00"}, LessonStatus.PLANNED),
        ({"lesson_status_cancel": 1}, LessonStatus.CANCELLED),
        ({"lesson_status_cancel": True}, LessonStatus.CANCELLED),
        ({"lesson_status_cancel": None}, LessonStatus.HELD),
    ],
)
async def test_cancelled_is_told_and_over_is_the_clocks_word(bench: Bench, changes: dict[str, Any], status: LessonStatus) -> None:
    assert (await only_lesson(bench, **changes)).status is status


@pytest.mark.parametrize("topic", [None, "", "не указана", "Нет", "-"])
async def test_no_topic_in_any_spelling(bench: Bench, topic: str | None) -> None:
    assert (await only_lesson(bench, topic=topic)).topic == ""


@pytest.mark.rule("C5")
async def test_the_original_holds_no_teacher(bench: Bench) -> None:
    found = await only_lesson(bench, marks=[mark()], task=[task()])
    assert found.raw is not None
    kept = msgspec.json.decode(bytes(found.raw))
    assert not {"staff", "staff_id", "marks", "task"} & set(kept)
    assert kept["docs_for_lesson"] == []


async def test_absent_keys_mean_that_there_is_nothing(bench: Bench) -> None:
    bench.show(lesson())
    page = await bench.read(Datum.MARKS, Datum.HOMEWORK)
    assert (page.marks, page.homework, page.lessons) == ((), (), None)


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("value", "text", "number"),
    [
        ("5", "5", Decimal(5)),
        (5, "5", Decimal(5)),
        ("5-", "5-", Decimal(5)),
        ("4/5", "4/5", None),
        ("зач", "зач", None),
        ("осв.", "осв.", None),
        ("4,5", "4,5", Decimal("4.5")),
    ],
)
async def test_a_mark_keeps_its_text(bench: Bench, value: Any, text: str, number: Decimal | None) -> None:
    found = await only_mark(bench, value)
    assert (found.value, found.number) == (text, number)


@pytest.mark.parametrize("value", ["0", "0.0", 0, 0.0, "", None, "0,0"])
async def test_nought_means_no_mark(bench: Bench, value: Any) -> None:
    bench.show(lesson(marks=[mark(value)]))
    assert (await bench.read(Datum.MARKS)).marks == ()


@pytest.mark.parametrize("value", ["Н", "УП", "Б", "оп"])
async def test_an_absence_written_as_a_mark_stays_there_as_its_text(bench: Bench, value: str) -> None:
    """This diary has no list of absences: what is left out here would be lost."""
    found = await only_mark(bench, value)
    assert (found.value, found.number, found.flagged) == (value, None, False)


async def test_what_nobody_knows_is_kept_and_flagged(bench: Bench) -> None:
    found = await only_mark(bench, "отл!")
    assert (found.value, found.flagged, found.number) == ("отл!", True, None)


@pytest.mark.rule("C3")
async def test_a_mark_without_an_id_is_the_nth_of_its_question_in_its_lesson(bench: Bench) -> None:
    marks = [mark("5"), mark("4", question_id=2), mark("3")]
    bench.show(lesson(marks=marks))
    before = [one.origin.id for one in (await bench.read(Datum.MARKS)).marks or ()]
    marks[2] = mark("4")
    bench.show(lesson(marks=marks))
    after = [(one.origin.id, one.value) for one in (await bench.read(Datum.MARKS)).marks or ()]
    assert before == ["175197390-104552170-1", "175197390-2-1", "175197390-104552170-2"]
    assert after == [("175197390-104552170-1", "5"), ("175197390-2-1", "4"), ("175197390-104552170-2", "4")]


async def test_the_kind_of_work_and_its_topic(bench: Bench) -> None:
    found = await only_mark(bench, "5", question_name="Глава 3")
    assert found.work is not None
    assert (found.work.type_name, found.work.topic) == ("Ответ на уроке", "Глава 3")


async def test_a_lesson_in_two_answers_is_one(bench: Bench) -> None:
    bench.show(lesson(), lesson())
    assert len((await bench.read(Datum.LESSONS)).lessons or ()) == 1


async def test_a_year_is_asked_for_in_pieces_that_meet(bench: Bench) -> None:
    bench.show()
    await bench.read(Datum.LESSONS, window=Window(start=date(2026, 9, 1), end=date(2027, 5, 31)))
    spans = [(one.url.params["start"], one.url.params["end"]) for one in bench.stub.asked if "start" in one.url.params]
    assert spans[0] == ("2026-09-01", "2026-10-12")
    assert spans[1][0] == "2026-10-13"
    assert spans[-1][1] == "2027-05-31"
    assert all(one.url.params["child"] == "4694228" for one in bench.stub.asked if "start" in one.url.params)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"date": "17.11.2026"}, "$.lessons[0].date"),
        ({"date": "2026-02-30"}, "$.lessons[0].date"),
        ({"time_start": "8 утра"}, "$.lessons[0].time_start"),
        ({"time_end": "25:00:00"}, "$.lessons[0].time_end"),
        ({"subject": None}, "$.lessons[0].subject"),
        ({"id": "x"}, "$.lessons[0].id"),
        ({"marks": [{"value": "5"}]}, "$.lessons[0].marks[0]"),
        ({"marks": [mark({"value": 5})]}, "$.lessons[0].marks[0].mark"),
    ],
)
async def test_a_lesson_in_another_shape_has_drifted(bench: Bench, changes: dict[str, Any], where: str) -> None:
    bench.show(lesson(**changes))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.LESSONS, Datum.MARKS)
    assert told.value.where == where


async def test_nothing_is_asked_for_no_kind_or_an_empty_window(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    asked = len(bench.stub.asked)
    await bench.port.read(access, (await bench.port.account(access)).children[0], frozenset(), WEEK)
    await bench.read(Datum.LESSONS, window=Window(start=WEEK.end, end=WEEK.start))
    assert not [one for one in bench.stub.asked[asked:] if "start" in one.url.params]

"""Lessons and absences of the event calendar, with wire bytes for each trap."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.kit.diary import AttendanceKind, Datum, LessonStatus
from connectors.kit.errors import AccessDenied, Drifted
from connectors.kit.ports import Window
from tests.unit.mes.stub import EVENTS, GUID, Bench, child, event

DAY = date(2026, 11, 16)


async def test_the_calendar_is_asked_by_guid_and_told_what_to_expand(bench: Bench) -> None:
    bench.show(event())
    await bench.read(Datum.LESSONS)
    (query,) = bench.stub.params(EVENTS)
    assert (query["person_ids"], query["begin_date"], query["end_date"]) == (GUID, "2026-11-16", "2026-11-22")
    assert query["expand"] == "marks,homework,absence_reason_id,health_status,nonattendance_reason_id"


async def test_a_lesson_has_its_times_room_and_topic_and_no_number(bench: Bench) -> None:
    bench.show(event())
    (lesson,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert (lesson.subject, lesson.room, lesson.topic, lesson.number, lesson.kind) == ("Русский язык", "204", "Причастие", None, "lesson")
    assert (lesson.school_date, lesson.start) == (DAY, datetime(2026, 11, 16, 6, 20, tzinfo=UTC))
    assert lesson.end == datetime(2026, 11, 16, 7, 5, tzinfo=UTC)


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("start", "day", "moment"),
    [
        ("2026-11-16T00:10:00+05:00", DAY, datetime(2026, 11, 15, 19, 10, tzinfo=UTC)),
        ("2026-11-16T23:50:00+02:00", DAY, datetime(2026, 11, 16, 21, 50, tzinfo=UTC)),
        ("2026-11-16T08:30:00", DAY, datetime(2026, 11, 16, 5, 30, tzinfo=UTC)),
        ("2026-11-16T05:30:00Z", DAY, datetime(2026, 11, 16, 5, 30, tzinfo=UTC)),
    ],
)
async def test_the_day_is_the_one_that_the_school_wrote(bench: Bench, start: str, day: date, moment: datetime) -> None:
    bench.show(event(start_at=start, finish_at=None))
    (lesson,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert (lesson.school_date, lesson.start) == (day, moment)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, LessonStatus.HELD),
        ({"start_at": "2026-11-21T13:00:00+03:00", "finish_at": "2026-11-21T13:45:00+03:00"}, LessonStatus.PLANNED),
        ({"cancelled": True}, LessonStatus.CANCELLED),
        ({"replaced": True, "replaced_teacher_id": 5}, LessonStatus.REPLACED),
        ({"replaced": True, "cancelled": True}, LessonStatus.CANCELLED),
        ({"replaced": None, "cancelled": None}, LessonStatus.HELD),
    ],
)
async def test_replaced_and_cancelled_lessons_say_so(bench: Bench, changes: dict[str, Any], status: LessonStatus) -> None:
    bench.show(event(**changes))
    (lesson,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert (lesson.status, lesson.replaces) == (status, None)


@pytest.mark.feature("F175")
async def test_extra_classes_and_events_stand_beside_the_lessons(bench: Bench) -> None:
    bench.show(
        event(),
        event(id=2, source="AE", subject_name=None, title="Шахматы", start_at="2026-11-16T15:00:00+03:00"),
        event(id=3, source="EVENTS", subject_name="", title=None, lesson_name="Олимпиада", start_at="2026-11-16T16:00:00+03:00"),
        event(id=4, source="AFISHA", subject_name=None, title="День школы", is_all_day=True, start_at="2026-11-16T17:00:00+03:00"),
    )
    found = (await bench.read(Datum.LESSONS)).lessons or ()
    assert [(one.subject, one.kind) for one in found] == [
        ("Русский язык", "lesson"),
        ("Шахматы", "extra"),
        ("Олимпиада", "event"),
        ("День школы", "event"),
    ]
    assert found[3].start is None


async def test_double_lessons_and_two_subgroups_in_one_slot_are_each_a_lesson(bench: Bench) -> None:
    bench.show(event(id=1), event(id=2), event(id=3, start_at="2026-11-16T10:15:00+03:00"))
    assert len((await bench.read(Datum.LESSONS)).lessons or ()) == 3


async def test_a_long_window_is_asked_in_parts_and_no_lesson_comes_twice(bench: Bench) -> None:
    bench.show(event())
    page = await bench.read(Datum.LESSONS, window=Window(start=date(2026, 9, 1), end=date(2026, 12, 31)))
    spans = sorted((query["begin_date"], query["end_date"]) for query in bench.stub.params(EVENTS))
    assert spans == [("2026-09-01", "2026-11-01"), ("2026-11-02", "2026-12-31")]
    assert len(page.lessons or ()) == 1


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        ({"total_count": 0, "lessons": []}, "$"),
        ({"response": [event(start_at="утром")]}, "$.response[0].start_at"),
        ({"response": [{key: value for key, value in event().items() if key != "id"}]}, "$.response[0]"),
        ({"response": [event(subject_name=None, group_name=None)]}, "$.response[0].subject_name"),
        ({"total_count": 2, "response": [event()]}, "$.total_count"),
        ({"response": [event(finish_at="2026-11-16T25:00:00+03:00")]}, "$.response[0].finish_at"),
    ],
)
async def test_a_calendar_that_changed_its_form_names_the_place(bench: Bench, answer: Any, where: str) -> None:
    bench.show()
    bench.stub.answers[EVENTS] = answer
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.LESSONS)
    assert told.value.where == where


@pytest.mark.parametrize(
    ("changes", "code", "kind"),
    [
        ({"absence_reason_id": 1, "is_missed_lesson": True}, "Н", AttendanceKind.ABSENT_UNEXCUSED),
        ({"absence_reason_id": 2, "is_missed_lesson": True}, "УП", AttendanceKind.EXCUSED),
        ({"absence_reason_id": 6, "is_missed_lesson": True}, "Б", AttendanceKind.ILL),
        ({"absence_reason_id": 9, "is_missed_lesson": False}, "ОП", AttendanceKind.LATE),
        ({"absence_reason_id": 77, "is_missed_lesson": True}, "77", AttendanceKind.UNKNOWN),
        ({"absence_reason_id": None, "is_missed_lesson": True}, "пропуск", AttendanceKind.UNKNOWN),
    ],
)
async def test_an_absence_keeps_its_reason_and_an_unknown_one_is_no_truancy(
    bench: Bench, changes: dict[str, Any], code: str, kind: AttendanceKind
) -> None:
    bench.show(event(**changes))
    (absence,) = (await bench.read(Datum.ATTENDANCE)).attendance or ()
    assert (absence.code, absence.kind, absence.subject, absence.lesson) == (code, kind, "Русский язык", "880001")


async def test_who_was_there_is_no_absence(bench: Bench) -> None:
    bench.show(event(), event(id=2, is_missed_lesson=None))
    assert (await bench.read(Datum.ATTENDANCE)).attendance == ()


@pytest.mark.rule("A15")
async def test_a_child_of_another_account_asks_nobody_whatever_guid_it_brings(bench: Bench) -> None:
    bench.show(event())
    access = await bench.access()
    bench.stub.asked.clear()
    with pytest.raises(AccessDenied):
        await bench.port.read(access, child(1, GUID), frozenset({Datum.LESSONS}), Window(start=DAY, end=DAY))
    assert not bench.stub.asked


async def test_the_guid_is_the_one_that_the_account_showed(bench: Bench) -> None:
    bench.show(event())
    await bench.port.read(await bench.access(), child(guid="forged"), frozenset({Datum.LESSONS}), Window(start=DAY, end=DAY))
    assert bench.stub.params(EVENTS)[-1]["person_ids"] == GUID

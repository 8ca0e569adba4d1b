"""A Schedule as docs/wire/fgis_schedule.md writes it: lessons, double scores, changes in the note, homework by empty lines."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from connectors.diaries.fgis_schedule import server
from connectors.kit.diary import AttendanceKind, Datum, LessonStatus, Scale
from connectors.kit.errors import AccessDenied, Drifted
from connectors.kit.ports import Window
from connectors.kit.serving import BadRequest, ServedLesson, ServedSchedule, ServedSchool, ServedScore
from tests.unit.fgis_schedule.stub import ACCESS, CHILD, NOW, PUPIL, WEEK, Bench, lesson, schedule, score

MONDAY = date(2026, 11, 16)


async def test_a_pupil_has_a_school_a_class_a_zone_and_no_name(bench: Bench) -> None:
    bench.stub.body = schedule(lesson())
    (child,) = (await bench.port.account(ACCESS)).children
    assert (child.key, child.is_depersonalised, child.last_name, child.first_name) == (PUPIL, True, "", "")
    assert child.school is not None
    assert child.group is not None
    assert (child.school.name, child.school.tz, child.school.tz_assumed) == ("МАОУ лицей № 64", "Europe/Kaliningrad", False)
    assert (child.group.name, child.group.parallel) == ("5А", 5)


@pytest.mark.parametrize("body", [schedule(), schedule(school=[])])
async def test_without_lessons_the_zone_is_assumed_and_said_to_be(bench: Bench, body: Any) -> None:
    bench.stub.body = body
    (child,) = (await bench.port.account(ACCESS)).children
    assert child.school is None or (child.school.tz, child.school.tz_assumed) == ("Europe/Moscow", True)


CHANGES: list[tuple[dict[str, Any], tuple[LessonStatus, date | None, str | None, str]]] = [
    ({}, (LessonStatus.HELD, None, None, "")),
    ({"note": "Молодец"}, (LessonStatus.HELD, None, None, "Молодец")),
    ({"note": "Урок отменён"}, (LessonStatus.CANCELLED, None, None, "")),
    ({"note": "Урок отменён\n\nБолезнь\n\nЕщё"}, (LessonStatus.CANCELLED, None, None, "Болезнь\n\nЕщё")),
    ({"note": "Перенесён с 2026-11-13\n\nПолучилось"}, (LessonStatus.MOVED, date(2026, 11, 13), None, "Получилось")),
    ({"insteadOf": "Музыка", "note": "Принести атлас"}, (LessonStatus.REPLACED, None, "Музыка", "Принести атлас")),
    ({"period": {"start": "2026-11-22T08:30:00+02:00", "end": "2026-11-22T09:15:00+02:00"}}, (LessonStatus.PLANNED, None, None, "")),
]


@pytest.mark.parametrize(("changes", "expected"), CHANGES)
async def test_a_change_is_told_by_the_note_and_by_what_stood_there(bench: Bench, changes: dict[str, Any], expected: Any) -> None:
    bench.stub.body = schedule(lesson(**changes))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert (found.status, found.moved_from, found.replaces, found.comment) == expected


async def test_times_are_instants_and_the_day_is_the_schools(bench: Bench) -> None:
    late = {"start": "2026-11-17T00:30:00+12:00", "end": "2026-11-17T01:15:00+12:00"}
    bench.stub.body = schedule(lesson(period=late))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert (found.school_date, found.start) == (date(2026, 11, 17), datetime(2026, 11, 16, 12, 30, tzinfo=UTC))


SCORES: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    (score("4", score2="5"), ("4/5", ("4", "5"), None, Scale.FIVE, None)),
    (score("5-", weight=1.5), ("5-", (), Decimal(5), Scale.FIVE, Decimal("1.5"))),
    (score("зач", scoreSystem="pass"), ("зач", (), None, Scale.PASS, None)),
    (score("осв", scoreSystem="other"), ("осв", (), None, Scale.UNKNOWN, None)),
    (score("3", scoreSystem="other", weight=2), ("3", (), Decimal(3), Scale.FIVE, Decimal(2))),
]


@pytest.mark.rule("C1")
@pytest.mark.parametrize(("written", "expected"), SCORES)
async def test_a_score_is_text_and_a_double_one_is_one_mark(bench: Bench, written: Any, expected: tuple[Any, ...]) -> None:
    bench.stub.body = schedule(lesson(score=[score(""), written]))
    (found,) = (await bench.read(Datum.MARKS)).marks or ()
    assert (found.value, found.parts, found.number, found.scale, found.weight) == expected
    assert found.work is not None
    assert (found.work.abbr, found.lesson_date, found.origin.id.rpartition("-")[2]) == ("КР", MONDAY, "1")


async def test_an_absence_is_no_score_and_empty_lines_part_homework(bench: Bench) -> None:
    bench.stub.body = schedule(lesson(attendance={"code": "уп"}, homework="№ 412, 413\n\nБез задания\n\nПовторить правило"))
    page = await bench.read()
    (absence,) = page.attendance or ()
    assert (absence.kind, absence.code, page.marks) == (AttendanceKind.EXCUSED, "уп", ())
    assert [(one.text, one.due_date) for one in page.homework or ()] == [("№ 412, 413", MONDAY), ("Повторить правило", MONDAY)]


async def test_a_pupil_who_moved_has_two_schools_and_each_lesson_once(bench: Bench) -> None:
    both = schedule(lesson())["school"] + schedule(lesson(), lesson(id="2"))["school"]
    bench.stub.body = schedule(school=both)
    assert len((await bench.read()).lessons or ()) == 2


async def test_a_year_is_asked_in_pieces(bench: Bench) -> None:
    await bench.read(window=Window(start=date(2026, 9, 1), end=date(2027, 5, 31)))
    assert len(bench.stub.schedules) == 5


FIRST = "$.school[0].class[0].lesson[0]"
BROKEN: list[tuple[Any, str]] = [
    (schedule(id="999"), "$.id"),
    (schedule(resourceType="Bundle"), "$.resourceType"),
    ({"resourceType": "Schedule", "id": PUPIL}, "$"),
    (schedule(lesson(period={"start": "2026-11-16T08:30:00", "end": "2026-11-16T09:15:00+02:00"})), f"{FIRST}.period.start"),
    (schedule(lesson(period={"start": "2026-11-16T08:30:00+02:00", "end": "поздно"})), f"{FIRST}.period.end"),
    (schedule(lesson(score=[score("5", weight="много")])), f"{FIRST}.score[0].weight"),
    (schedule(lesson(score=[score("5", weight=[1])])), f"{FIRST}.score[0].weight"),
    (schedule(lesson(note="Перенесён с 2026-02-30")), f"{FIRST}.note"),
    (schedule(lesson(subject=None)), f"{FIRST}.subject"),
]  # fmt: skip


@pytest.mark.rule("C8")
@pytest.mark.parametrize(("body", "where"), BROKEN)
async def test_a_field_that_is_none_names_its_path(bench: Bench, body: Any, where: str) -> None:
    bench.stub.body = body
    with pytest.raises(Drifted) as told:
        await bench.read()
    assert told.value.where == where


@pytest.mark.rule("A15")
async def test_the_hubs_token_opens_every_pupil_and_an_account_only_its_own(bench: Bench) -> None:
    stranger = type(ACCESS)(token=type(ACCESS.token)("999"))
    with pytest.raises(AccessDenied):
        await bench.port.read(stranger, CHILD, frozenset({Datum.LESSONS}), WEEK)
    assert bench.stub.asked == []


@pytest.mark.rule("C7")
async def test_what_the_server_half_writes_the_reader_half_reads(bench: Bench) -> None:
    zone = timezone(timedelta(hours=6))
    start = datetime(2026, 11, 16, 8, 30, tzinfo=zone)
    scores = (ServedScore(value="4", second="5", weight="1.5", code="КР", system="five"), ServedScore(value="зач", system="pass"))
    one = ServedLesson(
        id="l", subject="Алгебра", start=start, end=start + timedelta(minutes=45), instead_of="Музыка", topic="Дроби",
        homework="№ 1\n\n№ 2", room="12", note="Молодец", attendance="оп", scores=scores,
    )  # fmt: skip
    school = ServedSchool(id="s", name="Школа", url="https://hub/", group="5А", start=WEEK.start, end=WEEK.end, lessons=(one,))
    bench.stub.body = json.loads(server.answer(ServedSchedule(subject=PUPIL, updated_at=NOW, schools=(school,))))
    page = await bench.read()
    (found,) = page.lessons or ()
    assert (found.subject, found.replaces, found.topic, found.room, found.comment) == ("Алгебра", "Музыка", "Дроби", "12", "Молодец")
    assert [(mark.value, mark.weight) for mark in page.marks or ()] == [("4/5", Decimal("1.5")), ("зач", None)]
    assert [one.text for one in page.homework or ()] == ["№ 1", "№ 2"]
    assert [one.kind for one in page.attendance or ()] == [AttendanceKind.LATE]


@pytest.mark.rule("C7")
@pytest.mark.parametrize(
    "query", [b"start=2026-11-16", b"a=b", b"start", b"start=2026-11-16&end=%E2", b"&" * 50, b"\xff", b"start=1&end=2"]
)
def test_the_server_half_refuses_a_broken_question(query: bytes) -> None:
    with pytest.raises(BadRequest):
        server.asked(PUPIL, query)

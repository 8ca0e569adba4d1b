"""Pupils, lessons, marks, absences, homework and periods as docs/wire/epgu.md writes them; the traps of facts/diaries.md."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit.diary import AttendanceKind, Datum, LessonStatus, PeriodKind, Scale
from connectors.kit.errors import Drifted
from connectors.kit.ports import Window
from tests.unit.epgu.stub import ACCESS, STUDENT, Bench, element, lesson, mark

MONDAY = date(2026, 11, 16)


@pytest.mark.feature("F216")
async def test_a_pupil_has_school_class_and_the_zone_that_the_lessons_tell(bench: Bench) -> None:
    bench.stub.lessons = lesson(Start="2026-11-16T08:30:00+10:00", End="2026-11-16T09:15:00+10:00")
    account = await bench.port.account(ACCESS)
    (child,) = account.children
    assert child.school is not None
    assert child.group is not None
    assert (child.key, child.school.name, child.school.tz, child.school.tz_assumed) == (
        "210024", "МОУ «Школа № 96»", "Asia/Vladivostok", False,
    )  # fmt: skip
    assert (child.group.name, child.group.parallel, child.birth_date) == ("8Б", 8, None)
    assert account.subject
    assert "112" not in account.subject


async def test_without_lessons_the_zone_is_assumed_and_said_to_be(bench: Bench) -> None:
    (child,) = (await bench.port.account(ACCESS)).children
    assert child.school is not None
    assert (child.school.tz, child.school.tz_assumed) == ("Europe/Moscow", True)


async def test_an_applicant_without_pupils_has_none(bench: Bench) -> None:
    bench.stub.students = ""
    assert (await bench.port.account(ACCESS)).children == ()


async def test_a_number_may_be_shared_and_lesson_zero_exists(bench: Bench) -> None:
    bench.stub.lessons = (
        lesson(Id="3", Number="2", Subgroup="2") + lesson(Id="2", Number="2", Subgroup="1") + lesson(Id="1", Number="0", Date="2026-11-22")
    )
    found = (await bench.read()).lessons or ()
    assert [(one.origin.id, one.number, one.group) for one in found] == [("2", 2, "1"), ("3", 2, "2"), ("1", 0, None)]


STATUSES: list[tuple[dict[str, str], LessonStatus]] = [
    ({"Status": "cancelled"}, LessonStatus.CANCELLED),
    ({"Status": "moved", "MovedFrom": "2026-11-13"}, LessonStatus.MOVED),
    ({"Status": "", "InsteadOf": "Музыка"}, LessonStatus.REPLACED),
    ({"Status": ""}, LessonStatus.HELD),
    ({"Status": "", "Date": "2026-11-22", "Start": "2026-11-22T08:30:00+03:00", "End": "2026-11-22T09:15:00+03:00"}, LessonStatus.PLANNED),
    ({"Status": "", "Start": "", "End": ""}, LessonStatus.PLANNED),
]


@pytest.mark.parametrize(("changes", "status"), STATUSES)
async def test_a_lesson_says_what_became_of_it(bench: Bench, changes: dict[str, str], status: LessonStatus) -> None:
    bench.stub.lessons = lesson(**changes)
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    assert found.status is status
    assert found.moved_from == (date(2026, 11, 13) if status is LessonStatus.MOVED else None)


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("text", "number", "parts", "scale"),
    [
        ("5-", Decimal(5), (), Scale.FIVE), ("4/5", None, ("4", "5"), Scale.FIVE), ("зач", None, (), Scale.PASS),
        ("4,5", Decimal("4.5"), (), Scale.FIVE), ("•", None, (), Scale.UNKNOWN), ("осв", None, (), Scale.UNKNOWN),
    ],
)  # fmt: skip
async def test_a_mark_is_text(bench: Bench, text: str, number: Decimal | None, parts: tuple[str, ...], scale: Scale) -> None:
    bench.stub.lessons = lesson(mark(text))
    (found,) = (await bench.read(Datum.MARKS)).marks or ()
    assert (found.value, found.number, found.parts, found.scale) == (text, number, parts, scale)
    assert (found.weight, found.lesson, found.lesson_date, found.origin.id) == (Decimal(1), "1207604", MONDAY, "1207604-0")


async def test_a_mark_carries_weight_kind_time_comment_and_criteria(bench: Bench) -> None:
    criterion = '<epgu:Criterion Name="A" Value="7" Max="8"/>'
    full = mark("крит", Type="Контрольная работа", Weight="1.50", Comment="Сказано &lt;i&gt;тихо&lt;/i&gt;", Id="9007199254740993")
    bench.stub.lessons = lesson(full.replace("</epgu:Mark>", f"<epgu:SetAt>2026-11-16T12:20:00+03:00</epgu:SetAt>{criterion}</epgu:Mark>"))
    (found,) = (await bench.read(Datum.MARKS)).marks or ()
    assert (found.origin.id, found.weight, found.comment) == ("9007199254740993", Decimal("1.50"), "Сказано тихо")
    assert found.set_at == datetime(2026, 11, 16, 9, 20, tzinfo=UTC)
    assert found.work is not None
    assert (found.work.type_name, found.scale) == ("Контрольная работа", Scale.CRITERIA)
    assert [(one.name, one.value, one.max) for one in found.criteria] == [("A", "7", "8")]


@pytest.mark.parametrize(
    ("code", "kind"),
    [("н", AttendanceKind.ABSENT_UNEXCUSED), ("б", AttendanceKind.ILL), ("уп", AttendanceKind.EXCUSED), ("ой", AttendanceKind.UNKNOWN)],
)
async def test_an_absence_is_no_mark(bench: Bench, code: str, kind: AttendanceKind) -> None:
    bench.stub.lessons = lesson(Attendance=code, AttendanceComment="Был у врача")
    page = await bench.read()
    (found,) = page.attendance or ()
    assert (found.kind, found.code, found.comment, page.marks) == (kind, code, "Был у врача", ())


@pytest.mark.feature("F217")
async def test_homework_is_due_on_its_lesson_and_none_is_none(bench: Bench) -> None:
    said = ("Без задания", "нет", "не задано", "№ 5 &lt;a href='https://example.org/x'&gt;здесь&lt;/a&gt;", "§ 3")
    bench.stub.lessons = lesson("".join(f"<epgu:Homework>{text}</epgu:Homework>" for text in said))
    found = (await bench.read(Datum.HOMEWORK)).homework or ()
    assert [(one.text, one.due_lesson, one.due_date) for one in found] == [("№ 5 здесь", "1207604", MONDAY), ("§ 3", "1207604", MONDAY)]
    assert found[0].links == ("https://example.org/x",)


PERIODS: list[tuple[str, PeriodKind, int | None]] = [
    ("1 четверть", PeriodKind.QUARTER, 1),
    ("2 триместр", PeriodKind.TRIMESTER, 2),
    ("1 полугодие", PeriodKind.SEMESTER, 1),
    ("Год", PeriodKind.YEAR, 1),
    ("Особый", PeriodKind.UNKNOWN, None),
]


@pytest.mark.feature("F217")
async def test_periods_are_known_by_their_names(bench: Bench) -> None:
    more = {"PeriodStart": "2027-01-11", "PeriodEnd": "2027-03-21"}
    bench.stub.finals = "".join(element("FinalMark", Subject="Алгебра", Period=name, Value="5-", **more) for name, _, _ in PERIODS)
    found = (await bench.read(Datum.FINALS)).finals or ()
    assert [(one.period.name, one.period.kind, one.period.number) for one in found] == PERIODS
    assert {(one.value, one.number, one.period.school_year) for one in found} == {("5-", Decimal(5), "2026/2027")}
    assert len({one.origin.id for one in found}) == len(PERIODS)


@pytest.mark.feature("F217")
async def test_one_day_of_lessons_alone_is_asked_as_a_timetable(bench: Bench) -> None:
    bench.stub.lessons = lesson()
    page = await bench.read(Datum.LESSONS, window=Window(start=MONDAY, end=MONDAY))
    assert len(page.lessons or ()) == 1
    (asked,) = bench.stub.asked
    assert asked.headers["SOAPAction"].endswith('#GetTimetable"')


BROKEN: list[tuple[str, str]] = [
    (lesson(Date="16.11.2026"), "$.Lesson[0].Date"),
    (lesson(Number="первый"), "$.Lesson[0].Number"),
    (lesson(Number=""), "$.Lesson[0]"),
    (lesson(Start="2026-11-16T08:30:00"), "$.Lesson[0].Start"),
    (lesson(End="вечером"), "$.Lesson[0].End"),
    (lesson(Status="разный"), "$.Lesson[0].Status"),
    (lesson(mark("5", Weight="1,5")), "$.Lesson[0].Mark[0].Weight"),
    (lesson(mark("5", Weight="NaN")), "$.Lesson[0].Mark[0].Weight"),
    (lesson(mark("5", SetAt="вчера")), "$.Lesson[0].Mark[0].SetAt"),
    (lesson() + lesson(element("Mark", Value_v2="5")), "$.Lesson[1].Mark[0]"),
    ("<epgu:Lesson>текст</epgu:Lesson>", "$.Lesson[0]"),
]


@pytest.mark.rule("C8")
@pytest.mark.parametrize(("written", "where"), BROKEN)
async def test_a_field_that_is_none_names_its_path(bench: Bench, written: str, where: str) -> None:
    bench.stub.lessons = written
    with pytest.raises(Drifted) as told:
        await bench.read()
    assert told.value.where == where


async def test_an_empty_pupil_id_is_drift(bench: Bench) -> None:
    bench.stub.students = STUDENT.replace("210024", " ")
    with pytest.raises(Drifted) as told:
        await bench.port.account(ACCESS)
    assert told.value.where == "$.Student[0].Id"


async def test_a_day_outside_the_window_is_left_out(bench: Bench) -> None:
    bench.stub.lessons = lesson(Id="1", Date="2026-11-15") + lesson(Id="2") + lesson(Id="3", Date="2026-11-23")
    found: Any = (await bench.read()).lessons
    assert [one.origin.id for one in found] == ["2"]


@pytest.mark.rule("C8")
@pytest.mark.parametrize("ids", [[str(number) for number in range(11)], ["1", "1"]], ids=["eleven", "twice"])
async def test_more_pupils_than_a_family_has_or_one_twice_are_drift(bench: Bench, ids: list[str]) -> None:
    bench.stub.students = "".join(STUDENT.replace("210024", id_) for id_ in ids)
    with pytest.raises(Drifted) as told:
        await bench.port.account(ACCESS)
    assert told.value.where == "$.Student"

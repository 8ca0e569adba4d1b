"""Assignments of a week: which are homework, which marks, which absences, which a topic."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from connectors.diaries.netschool.errors import checked
from connectors.kit.diary import AttendanceKind, Datum, Lesson, LessonStatus, Mark
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.ports import Window
from tests.unit.netschool.stub import WEEK, Bench, assignment, child, home, lesson


async def only_lesson(bench: Bench, **changes: Any) -> Lesson:
    bench.show(lesson(**changes))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    return found


async def marks(bench: Bench, *assignments: dict[str, Any]) -> tuple[Mark, ...]:
    bench.show(lesson(assignments=list(assignments)))
    return (await bench.read(Datum.MARKS)).marks or ()


async def test_times_are_the_regions(bench: Bench) -> None:
    found = await only_lesson(bench)
    assert (found.start, found.end) == (datetime(2026, 11, 16, 4, 55, tzinfo=UTC), datetime(2026, 11, 16, 5, 40, tzinfo=UTC))
    assert (found.school_date, found.number, found.room, found.status) == (date(2026, 11, 16), 2, "12", LessonStatus.HELD)


async def test_two_shifts_use_the_same_numbers(bench: Bench) -> None:
    bench.show(lesson(), lesson(classmeetingId=1, relay=2, startTime="14:00:00", endTime="14:40:00.123"))
    found = (await bench.read(Datum.LESSONS)).lessons or ()
    assert [(one.number, one.origin.id, one.origin.ids) for one in found] == [(2, "7007", {"relay": "1"}), (2, "1", {"relay": "2"})]


@pytest.mark.parametrize("room", [None, "", "12"])
async def test_a_room_may_be_missing(bench: Bench, room: str | None) -> None:
    assert (await only_lesson(bench, room=room)).room == (room or "")


@pytest.mark.parametrize(
    ("name", "topic"), [("Причастие", "Причастие"), ("---Не указана---", ""), ("-", ""), (None, ""), ("<b>Причастие</b>", "Причастие")]
)
async def test_the_topic_is_the_lessons_own_assignment(bench: Bench, name: str | None, topic: str) -> None:
    answer = assignment(None, typeId=10, assignmentName=name, mark=None)
    assert (await only_lesson(bench, assignments=[home(), assignment(4), answer])).topic == topic


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("mark", "text", "number"),
    [
        ({"mark": 5, "dutyMark": False}, "5", Decimal(5)),
        ({"mark": "5-"}, "5-", Decimal(5)),
        ({"mark": "4/5"}, "4/5", None),
        ({"mark": "ОСВ"}, "ОСВ", None),
        ({"mark": None, "abbr": "зач"}, "зач", None),
        ({"name": "зачёт"}, "зачёт", None),
        (4, "4", Decimal(4)),
        ("4-", "4-", Decimal(4)),
    ],
)
async def test_a_mark_is_text_wherever_the_server_puts_it(bench: Bench, mark: Any, text: str, number: Decimal | None) -> None:
    (found,) = await marks(bench, assignment(mark=mark))
    assert (found.value, found.number) == (text, number)


@pytest.mark.parametrize("mark", [None, {"mark": None, "dutyMark": True}, {"mark": ""}, {}])
async def test_no_mark_and_owed_work_are_no_marks(bench: Bench, mark: Any) -> None:
    assert await marks(bench, assignment(mark=mark)) == ()


async def test_what_hangs_on_a_mark(bench: Bench) -> None:
    (found,) = await marks(bench, assignment(weight=1.5, markComment={"name": "<i>Молодец</i>"}))
    assert (found.weight, found.comment, found.lesson, found.lesson_date) == (Decimal("1.5"), "Молодец", "7007", date(2026, 11, 16))
    assert found.work is not None
    assert (found.work.type_name, found.work.abbr, found.work.topic) == ("Контрольная работа", "К", "Диктант")


async def test_a_kind_of_work_that_the_dictionary_lacks_is_kept_by_its_number(bench: Bench) -> None:
    (found,) = await marks(bench, assignment(typeId=99, weight=None))
    assert found.work is not None
    assert (found.work.type_code, found.work.type_name, found.weight) == ("99", "", None)


@pytest.mark.rule("C3")
async def test_a_corrected_mark_keeps_its_id(bench: Bench) -> None:
    (first,), (after,) = await marks(bench, assignment(2)), await marks(bench, assignment(4))
    assert (first.origin.id, after.value) == (after.origin.id, "4")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("УП", AttendanceKind.EXCUSED),
        ("Б", AttendanceKind.ILL),
        ("НП", AttendanceKind.ABSENT_UNEXCUSED),
        ("ОТ", AttendanceKind.UNKNOWN),
        ("ОП", AttendanceKind.LATE),
    ],
)
async def test_an_absence_in_the_place_of_a_mark_is_attendance(bench: Bench, code: str, kind: AttendanceKind) -> None:
    bench.show(lesson(assignments=[assignment(code, typeId=10)]))
    page = await bench.read(Datum.MARKS, Datum.ATTENDANCE)
    (found,) = page.attendance or ()
    assert (page.marks, found.code, found.kind, found.subject) == ((), code, kind, "Русский язык")


async def test_homework_is_told_by_its_type_and_may_have_a_mark_as_well(bench: Bench) -> None:
    bench.show(lesson(assignments=[home(mark={"mark": 4})]))
    page = await bench.read(Datum.HOMEWORK, Datum.MARKS)
    (found,), (mark,) = page.homework or (), page.marks or ()
    assert (found.text, found.due_lesson, found.due_date, mark.value) == ("Упр. 115", "7007", date(2026, 11, 16), "4")


@pytest.mark.parametrize("text", [None, "", "Без задания", "---Не указана---", "нет"])
async def test_no_homework_in_words(bench: Bench, text: str | None) -> None:
    bench.show(lesson(assignments=[home(text)]))
    assert (await bench.read(Datum.HOMEWORK)).homework == ()


async def test_homework_of_a_file_alone(bench: Bench) -> None:
    bench.show(lesson(assignments=[home("", attachments=[{"id": 1, "originalFileName": "карта.pdf"}])]))
    (found,) = (await bench.read(Datum.HOMEWORK)).homework or ()
    assert [(file.name, file.url) for file in found.attachments] == [("карта.pdf", "")]


async def test_weeks_are_asked_for_one_by_one_for_this_pupil_and_year(bench: Bench) -> None:
    bench.show()
    await bench.read(Datum.LESSONS, window=Window(start=date(2026, 12, 30), end=date(2027, 1, 4)))
    asked = [dict(one.url.params) for one in bench.stub.of("student/diary")]
    assert sorted((one["weekStart"], one["weekEnd"]) for one in asked) == [("2026-12-28", "2027-01-03"), ("2027-01-04", "2027-01-10")]
    assert {(one["studentId"], one["yearId"]) for one in asked} == {("6301", "31")}


@pytest.mark.rule("A15")
async def test_another_accounts_pupil_is_not_asked_for(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    with pytest.raises(AccessDenied):
        await bench.port.read(access, child("6302"), frozenset({Datum.MARKS}), WEEK)
    assert not bench.stub.of("student/diary")


@pytest.mark.rule("C8")
@pytest.mark.parametrize("fraction", ["", ".5", ".9912345"])
async def test_announcements_are_plain_text_of_the_windows_days(bench: Bench, fraction: str) -> None:
    author = {"id": 1, "fio": "Ким А. О."}
    new = {"id": 2, "name": "Собрание", "author": author, "description": "<p>В <b>18:00</b></p>"}
    old = {"id": 1, "name": "Старое", "author": None, "description": None, "postDate": "2026-09-01T08:00:00"}
    posts = [new | {"postDate": f"2026-11-17T00:30:00{fraction}"}, old]
    bench.show(announcements=posts)
    (found,) = (await bench.read(Datum.ANNOUNCEMENTS)).announcements or ()
    assert (found.title, found.body, found.author) == ("Собрание", "В 18:00", "Ким А. О.")
    assert found.published_at == datetime(2026, 11, 16, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"day": "16.11.2026"}, "$.weekDays[0].lessons[0].day"),
        ({"startTime": "утро"}, "$.weekDays[0].lessons[0].startTime"),
        ({"subjectName": None}, "$.weekDays[0].lessons[0].subjectName"),
        ({"classmeetingId": None}, "$.weekDays[0].lessons[0].classmeetingId"),
        ({"assignments": [assignment(mark={"mark": [5]})]}, "$.weekDays[0].lessons[0].assignments[0].mark.mark"),
        ({"assignments": [{"id": 1}]}, "$.weekDays[0].lessons[0].assignments[0]"),
        ({"assignments": [home(dueDate="завтра")]}, "$.weekDays[0].lessons[0].assignments[0].dueDate"),
    ],
)
async def test_another_shape_has_drifted_with_its_path(bench: Bench, changes: dict[str, Any], where: str) -> None:
    bench.show(lesson(**changes))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK)
    assert told.value.where == where


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(502, html="<h1>Bad Gateway</h1>"), Unavailable),
        (httpx.Response(200, html="<form>"), Unavailable),
        (httpx.Response(400, json={"message": "Неверный год"}), Rejected),
        (httpx.Response(401), AuthExpired),
        (httpx.Response(403, json={"message": "x"}), AccessDenied),
        (httpx.Response(404), NotFound),
        (httpx.Response(433), RateLimited),
        (httpx.Response(503, content=b"\xff"), Unavailable),
        (httpx.Response(418), Drifted),
    ],
)
def test_a_refusal_is_one_of_the_eight(response: httpx.Response, expected: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as told:
        checked("netschool", response)
    assert type(told.value) is expected


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"[1]", b"{", b"\xff\xfe", b"[" * 50_000])
async def test_silence_and_garbage_have_drifted(bench: Bench, body: bytes) -> None:
    answers: dict[str, Any] = {"student__diary": body, "announcements": body}
    bench.show(**answers)
    for datum in (Datum.LESSONS, Datum.ANNOUNCEMENTS):
        with pytest.raises(Drifted):
            await bench.read(datum)

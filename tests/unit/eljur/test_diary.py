"""Days of the diary: lessons, the marks and absences on them, homework, results and announcements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from connectors.kit.diary import Attachment, AttendanceKind, Datum, Homework, Lesson, LessonStatus, Mark, PeriodKind
from connectors.kit.errors import AccessDenied, Drifted
from connectors.kit.ports import Window
from tests.unit.eljur.stub import NOW, TERMS, WEEK, Bench, child, day, home, lesson, mark, notice, told


async def only_lesson(bench: Bench, **changes: Any) -> Lesson:
    bench.show(lesson(**changes))
    (found,) = (await bench.read(Datum.LESSONS)).lessons or ()
    return found


async def marks(bench: Bench, *assessments: dict[str, Any]) -> tuple[Mark, ...]:
    bench.show(lesson(assessments=list(assessments)))
    return (await bench.read(Datum.MARKS)).marks or ()


async def tasks(bench: Bench, **changes: Any) -> tuple[Homework, ...]:
    bench.show(lesson(**changes))
    return (await bench.read(Datum.HOMEWORK)).homework or ()


async def test_times_are_the_regions(bench: Bench) -> None:
    found = await only_lesson(bench)
    assert (found.start, found.end) == (datetime(2026, 11, 16, 3, 55, tzinfo=UTC), datetime(2026, 11, 16, 4, 40, tzinfo=UTC))
    assert (found.school_date, found.number, found.room, found.topic) == (date(2026, 11, 16), 2, "12", "Дроби")
    assert (found.status, found.teachers, found.group) == (LessonStatus.HELD, ("Ким Анна Олеговна",), None)
    assert found.raw is not None and "Ким" not in bytes(found.raw).decode()


async def test_days_and_bells_are_asked_for_in_pieces(bench: Bench) -> None:
    bench.show()
    await bench.read(Datum.LESSONS, window=Window(start=date(2026, 9, 1), end=date(2026, 11, 30)))
    forms = bench.stub.forms("getdiary")
    assert {one["days"] for one in forms} == {"20260901-20261012", "20261013-20261123", "20261124-20261130"}
    assert {(one["student"], one["rings"]) for one in forms} == {("386", "1")}


async def test_a_school_without_bells_has_lessons_without_times(bench: Bench) -> None:
    found = await only_lesson(bench, starttime=None, endtime=None)
    assert (found.start, found.end, found.status) == (None, None, LessonStatus.HELD)


@pytest.mark.parametrize(("number", "read"), [("0", 0), (2, 2), ("", None), (None, None), ("2а", None)])
async def test_a_number_may_be_anything(bench: Bench, number: Any, read: int | None) -> None:
    assert (await only_lesson(bench, num=number)).number == read


async def test_two_subgroups_in_one_slot_are_two_lessons(bench: Bench) -> None:
    bench.show(lesson(grp="Группа 1", grp_short="1"), lesson(lesson_id="7008", grp="Группа 2"), lesson(name="Физика"))
    found = (await bench.read(Datum.LESSONS)).lessons or ()
    assert [(one.number, one.group) for one in found] == [(2, "Группа 1"), (2, "Группа 2"), (2, None)]
    assert len({one.origin.id for one in found}) == 3


@pytest.mark.parametrize(
    "days", [[], {}, {"20261116": {"name": "20261116", "items": []}}, [{"name": "20261116", "holiday_name": "Каникулы"}]]
)
async def test_days_off_and_empty_maps_are_no_lessons(bench: Bench, days: Any) -> None:
    bench.show(getdiary={"students": {"386": {"name": "386", "days": days}}})
    assert (await bench.read(Datum.LESSONS)).lessons == ()


@pytest.mark.parametrize("name", ["20261116", "2026.11.16", "2026-11-16"])
async def test_days_are_read_in_each_spelling_and_as_a_list(bench: Bench, name: str) -> None:
    bench.show(getdiary={"students": [{"name": 386, "days": [day(lesson(), name=name)]}]})
    assert [one.school_date for one in (await bench.read(Datum.LESSONS)).lessons or ()] == [date(2026, 11, 16)]


async def test_days_outside_the_window_are_left_out(bench: Bench) -> None:
    bench.show(lesson())
    assert (await bench.read(Datum.LESSONS, window=Window(start=date(2026, 11, 17), end=date(2026, 11, 18)))).lessons == ()


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    "students",
    [
        {"387": {"name": "387", "days": {}}},
        {"386": {"name": "387", "days": {}}},
        [{"name": "386", "days": {}}, {"name": "387", "days": {}}],
        [{"days": {}}],
        [],
    ],
)
async def test_another_childs_diary_is_never_taken(bench: Bench, students: Any) -> None:
    bench.show(getdiary={"students": students})
    with pytest.raises(Drifted):
        await bench.read(Datum.LESSONS)


@pytest.mark.rule("A15")
async def test_a_child_that_the_account_does_not_show_is_not_asked_for(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    with pytest.raises(AccessDenied):
        await bench.port.read(access, child("387"), frozenset({Datum.LESSONS}), WEEK)
    assert not bench.stub.forms("getdiary")


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("value", "number", "parts"),
    [("5", 5, ()), (5, 5, ()), ("5-", 5, ()), ("4/5", None, ("4", "5")), ("зач", None, ()), ("осв", None, ()), ("•", None, ())],
)
async def test_a_mark_is_text(bench: Bench, value: Any, number: int | None, parts: tuple[str, ...]) -> None:
    (found,) = await marks(bench, mark(value))
    assert (found.value, found.number, found.parts) == (str(value), None if number is None else Decimal(number), parts)
    assert (found.lesson_date, found.counts_in_average) == (date(2026, 11, 16), True)
    assert found.work is not None
    assert (found.work.type_code, found.work.type_name, found.work.abbr) == ("5", "Диктант", "ДИК")


@pytest.mark.parametrize("value", ["", "  ", None])
async def test_an_empty_mark_is_none(bench: Bench, value: Any) -> None:
    assert await marks(bench, mark(value)) == ()


@pytest.mark.parametrize(
    ("weights", "read"),
    [({"weight": 1, "weight_float": 1.5}, "1.5"), ({"weight_float": None}, "1"), ({"weight": "2", "weight_float": "0,5"}, "0.5")],
)
async def test_the_weight_is_the_one_that_is_not_cut(bench: Bench, weights: Any, read: str) -> None:
    (found,) = await marks(bench, mark(**weights))
    assert found.weight == Decimal(read)


async def test_the_name_of_the_work_may_stand_beside_an_empty_type(bench: Bench) -> None:
    (found,) = await marks(bench, mark(mtype=[], control_type="Тест", control_type_short="Т"))
    assert found.work is not None and (found.work.type_name, found.work.abbr) == ("Тест", "Т")


async def test_both_comments_are_kept(bench: Bench) -> None:
    (found,) = await marks(bench, mark(comment="Молодец", lesson_comment="<b>Дежурный</b>"))
    assert found.comment == "Молодец\nДежурный"


@pytest.mark.rule("C3")
async def test_marks_of_one_lesson_have_ids_that_outlast_a_correction(bench: Bench) -> None:
    before = await marks(bench, mark("2"), mark("4", nm="2"))
    after = await marks(bench, mark("3"), mark("4", nm="2"))
    assert [one.origin.id for one in before] == [one.origin.id for one in after]
    assert len({one.origin.id for one in before}) == 2
    assert len({one.origin.id for one in await marks(bench, mark("2"), mark("4"))}) == 2


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("н", AttendanceKind.ABSENT_UNEXCUSED), ("Н", AttendanceKind.ABSENT_UNEXCUSED), ("б", AttendanceKind.ILL),
        ("уп", AttendanceKind.EXCUSED), ("ОП", AttendanceKind.LATE),
    ],
)  # fmt: skip
async def test_an_absence_comes_as_a_mark_and_is_none(bench: Bench, value: str, kind: AttendanceKind) -> None:
    bench.show(
        lesson(assessments=[mark(value, convert=0, count=False, weight=0, weight_float=0.0, mtype={"id": 0, "type": "", "short": ""})])
    )
    page = await bench.read(Datum.MARKS, Datum.ATTENDANCE)
    assert page.marks == ()
    (found,) = page.attendance or ()
    assert (found.code, found.kind, found.school_date, found.subject) == (value, kind, date(2026, 11, 16), "Алгебра")


async def test_homework_is_due_on_its_lesson(bench: Bench) -> None:
    (found,) = await tasks(bench, homework=home("Упр. 115 <a href='//site.example/x'>тут</a>", individual=True))
    assert (found.text, found.due_date, found.assigned_date, found.individual) == ("Упр. 115 тут", date(2026, 11, 16), None, True)
    assert (found.origin.id, found.due_lesson, found.links) == ("902", "20261116-7007", ("https://site.example/x",))


async def test_homework_may_come_as_a_list(bench: Bench) -> None:
    assert [one.text for one in await tasks(bench, homework=list(home().values()))] == ["Упр. 115"]


@pytest.mark.parametrize("text", ["", "-", "Нет", "Не задано.", "Без задания"])
async def test_nothing_set_is_no_homework(bench: Bench, text: str) -> None:
    assert await tasks(bench, homework=home(text)) == ()


async def test_files_belong_to_the_homework_that_they_name(bench: Bench) -> None:
    files = [
        {"toid": 902, "filename": "задача.pdf", "link": "/files/1"},
        {"toid": "903", "filename": "чужой.pdf", "link": "https://x.example/2"},
        {"toid": None, "filename": "ничей.pdf", "link": "javascript:1"},
    ]
    (found,) = await tasks(bench, homework=home("-"), files=files)
    assert found.attachments == (
        Attachment(name="задача.pdf", url="https://shkola7.eljur.ru/files/1"),
        Attachment(name="ничей.pdf", url=""),
    )


async def test_a_period_mark_finds_its_period_by_name(bench: Bench) -> None:
    given = [
        {"period": "1 четверть", "value": "5-", "convert": 5, "comment": ""},
        {"period": "2 четверть", "value": "", "convert": 0},
        {"period": "Годовая", "value": 4},
    ]
    bench.show(getfinalassessments={"students": {"386": {"name": "386", "items": [{"name": "Алгебра", "assessments": given}]}}})
    first, year = (await bench.read(Datum.FINALS)).finals or ()
    assert (first.value, first.number, first.period.kind, first.period.number) == ("5-", Decimal(5), PeriodKind.QUARTER, 1)
    assert (first.period.start, first.period.end, first.period.school_year) == (date(2026, 9, 1), date(2026, 10, 25), "2026/2027")
    assert (year.period.kind, year.period.start, year.value) == (PeriodKind.YEAR, None, "4")


@pytest.mark.parametrize(
    ("average", "read"), [("4.33", "4.33"), ("4,50", "4,50"), (5, "5"), ("", None), ("0.00", None), (0, None), (None, None)]
)
async def test_the_average_is_the_platforms_own_for_the_running_term(bench: Bench, average: Any, read: str | None) -> None:
    subject = {"name": "Алгебра", "lesson_id": "2", "average": average, "averageConvert": 4, "marks": []}
    bench.show(getmarks={"students": {"386": {"name": "386", "lessons": [subject]}}})
    found = (await bench.read(Datum.AVERAGES)).averages or ()
    assert [one.average for one in found] == ([read] if read else [])
    assert bench.stub.forms("getmarks")[0]["days"] == "20261102-20261229"
    assert not bench.stub.forms("getfinalassessments")


async def test_before_the_first_term_there_is_no_average(bench: Bench) -> None:
    bench.show(getperiods={"students": [{"name": "386", "periods": [TERMS[0] | {"start": "20270901", "end": "20271025"}]}]})
    assert (await bench.read(Datum.AVERAGES)).averages == ()


@pytest.mark.rule("C3")
async def test_announcements_are_read_without_opening_them(bench: Bench) -> None:
    bench.show(getboardnotices={"notices": [notice(2, "2026-11-17 10:00:00"), notice(1, "2026-11-10")], "total": 2})
    (found,) = (await bench.read(Datum.ANNOUNCEMENTS)).announcements or ()
    assert (found.title, found.body, found.author) == ("Собрание", "В 18:00", "Ким")
    assert found.published_at == datetime(2026, 11, 17, 5, 0, tzinfo=UTC)
    assert found.origin.fetched_at == NOW
    assert {one.url.path.rpartition("/")[2] for one in bench.stub.asked} == {"auth", "getrules", "getboardnotices"}


async def test_pages_are_turned_back_to_the_window_and_no_further(bench: Bench) -> None:
    def board(request: httpx.Request) -> httpx.Response:
        page = int(bench.stub.forms("getboardnotices")[-1]["page"])
        days = {1: "2026-11-21", 2: "2026-11-18", 3: "2026-11-01"}
        return httpx.Response(200, json=told({"notices": [notice(page * 100 + one, days[page]) for one in range(50)], "total": 900}))

    bench.show(getboardnotices=board)
    assert len((await bench.read(Datum.ANNOUNCEMENTS)).announcements or ()) == 100
    assert len(bench.stub.forms("getboardnotices")) == 3

"""Homework with both its days, marks of periods beside running averages, the school's calendar and announcements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit.correspondence import HomeworkDonePort
from connectors.kit.diary import Datum, Homework, PeriodKind, Term
from connectors.kit.errors import AccessDenied, Drifted, NotFound
from connectors.kit.ports import Window
from tests.unit.mes.stub import FAMILY, GUID, STUDENT, WEEK, Bench, answered, child, entry, event, period, refused, subject, task

DONE = "homeworks/660001/done"


def given(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return event(homework={"descriptions": [], "entries": list(entries)}, **changes)


async def tasks(bench: Bench) -> tuple[Homework, ...]:
    return (await bench.read(Datum.HOMEWORK)).homework or ()


@pytest.mark.feature("F173")
async def test_homework_has_the_day_it_was_set_and_the_lesson_it_is_due_on(bench: Bench) -> None:
    file = {"title": "Карточка.pdf", "link": "/files/1.pdf", "file_size": 1200}
    bench.show(given(entry(attachments=[file])), tasks=[task()])
    (found,) = await tasks(bench)
    assert (found.text, found.subject, found.done) == ("Упр. 115", "Русский язык", False)
    assert (found.assigned_date, found.due_date, found.due_lesson) == (date(2026, 11, 13), date(2026, 11, 16), "880001")
    assert (found.origin.id, found.origin.ids) == ("660001", {"homework_entry_id": "650001"})
    assert [(one.name, one.url, one.size) for one in found.attachments] == [("Карточка.pdf", "", 1200)]


async def test_two_tasks_of_one_lesson_stay_two(bench: Bench) -> None:
    lesson = given(entry(), entry(homework_entry_id=2, description="Читать"))
    bench.show(lesson, tasks=[task(), task(homework_entry_student_id=2, description="Читать")])
    assert [(one.text, one.due_lesson) for one in await tasks(bench)] == [("Упр. 115", "880001"), ("Читать", "880001")]


async def test_the_same_text_for_double_lessons_goes_to_each_of_them(bench: Bench) -> None:
    lessons = [given(entry()), given(entry(), id=2, start_at="2026-11-16T10:15:00+03:00")]
    bench.show(*lessons, tasks=[task(), task(homework_entry_student_id=2)])
    assert [one.due_lesson for one in await tasks(bench)] == ["880001", "2"]


@pytest.mark.parametrize("text", ["Без задания", "не указана", "нет", "", None, " - "])
async def test_no_task_is_no_homework(bench: Bench, text: str | None) -> None:
    bench.show(tasks=[task(description=text)])
    assert await tasks(bench) == ()


@pytest.mark.rule("C8")
async def test_hostile_text_is_text_and_only_https_is_a_link(bench: Bench) -> None:
    written = '<p>Смотри <a href="https://example.ru/a">тут</a><script>alert(1)</script> javascript:1 http://x.ru</p>'
    file = {"file_name": "x.pdf", "path": "javascript:alert(1)"}
    bench.show(given(entry(description=written, attachments=[file, "чужое"])), tasks=[task(description=written)])
    (found,) = await tasks(bench)
    assert found.text == "Смотри тут javascript:1 http://x.ru"
    assert found.links == ("https://example.ru/a",)
    assert [(one.name, one.url) for one in found.attachments] == [("x.pdf", "")]


async def test_homework_of_a_lesson_that_the_calendar_does_not_show_has_its_day_alone(bench: Bench) -> None:
    bench.show(tasks=[task()])
    (found,) = await tasks(bench)
    assert (found.due_lesson, found.due_date) == (None, date(2026, 11, 16))


@pytest.mark.parametrize(("done", "method"), [(True, "POST"), (False, "DELETE")])
async def test_the_family_marks_homework_as_done_and_as_not_done(bench: Bench, done: bool, method: str) -> None:
    bench.show()
    bench.stub.answers[f"{FAMILY}/{DONE}"] = {"success": True}
    assert isinstance(bench.port, HomeworkDonePort)
    await bench.port.set_done(await bench.access(), child(), "660001", done=done)
    (asked,) = bench.stub.to(DONE)
    assert asked.method == method


@pytest.mark.parametrize("homework", ["999", "../profile", "", "660001/../../x", "а1"])
async def test_homework_that_is_not_there_is_not_found(bench: Bench, homework: str) -> None:
    bench.show()
    assert isinstance(bench.port, HomeworkDonePort)
    with pytest.raises(NotFound):
        await bench.port.set_done(await bench.access(), child(), homework, done=True)


@pytest.mark.rule("A15")
async def test_homework_of_another_accounts_child_is_not_touched(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.stub.asked.clear()
    assert isinstance(bench.port, HomeworkDonePort)
    with pytest.raises(AccessDenied):
        await bench.port.set_done(access, child(1), "660001", done=True)
    assert not bench.stub.asked


@pytest.mark.rule("C1")
@pytest.mark.feature("F040")
async def test_a_set_period_mark_is_final_and_a_running_average_is_not(bench: Bench) -> None:
    running = period(title="2 четверть", start_iso="2026-11-02", end_iso="2026-12-27", value="4.75", fixed_value=None)
    bench.show(subjects=[subject(period(), running)])
    page = await bench.read(Datum.FINALS, Datum.AVERAGES)
    (final,) = page.finals or ()
    assert (final.subject, final.value, final.number, final.average) == ("Русский язык", "4", Decimal(4), "4.33")
    assert (final.period.kind, final.period.number, final.period.school_year) == (PeriodKind.QUARTER, 1, "2026/2027")
    assert (final.period.start, final.period.end) == (date(2026, 9, 1), date(2026, 10, 25))
    assert [(one.period.name, one.average) for one in page.averages or ()] == [
        ("1 четверть", "4.33"),
        ("2 четверть", "4.75"),
        ("Год", "4.25"),
    ]
    assert len(bench.stub.to("subject_marks")) == 1


@pytest.mark.parametrize(("year", "value"), [("5", "5"), (5, "5"), ("осв", "осв")])
async def test_the_mark_of_the_year_stands_apart(bench: Bench, year: Any, value: str) -> None:
    bench.show(subjects=[subject(period(fixed_value=None), year_mark=year)])
    (final,) = (await bench.read(Datum.FINALS)).finals or ()
    assert (final.period.kind, final.period.name, final.value, final.average) == (PeriodKind.YEAR, "Год", value, "4.25")


async def test_periods_of_older_answers_have_dotted_days_alone(bench: Bench) -> None:
    bench.show(subjects=[subject(period(start_iso=None, end_iso=None, title="I полугодие", fixed_value=5))])
    (final,) = (await bench.read(Datum.FINALS)).finals or ()
    assert (final.period.start, final.period.kind, final.period.number, final.value) == (
        date(2026, 9, 1),
        PeriodKind.SEMESTER,
        1,
        "5",
    )


@pytest.mark.parametrize("average", [None, "", "0", "0.00", "-"])
async def test_nothing_to_average_is_no_average(bench: Bench, average: str | None) -> None:
    bench.show(subjects=[subject(period(value=average), average_by_all=average)])
    assert (await bench.read(Datum.AVERAGES)).averages == ()


RANKS = "api/ej/rating/v1/rank/subjects"


@pytest.mark.rule("C1")
@pytest.mark.feature("F202")
async def test_the_childs_own_place_stands_at_the_average_that_runs(bench: Bench) -> None:
    running = period(title="2 четверть", start_iso="2026-11-02", end_iso="2026-12-27", value="4.75", fixed_value=None)
    bench.show(subjects=[subject(period(), running), subject(subject_id=4, subject_name="История")])
    bench.stub.answers[RANKS] = [{"subjectId": 3, "subjectName": "Русский язык", "rank": {"rankPlace": 7, "averageMarkFive": 4.2}}]
    page = await bench.read(Datum.AVERAGES)
    assert [(one.subject, one.period.name, one.place) for one in page.averages or () if one.place] == [("Русский язык", "2 четверть", 7)]
    assert bench.stub.params(RANKS) == [{"personId": GUID, "date": "2026-11-21"}]


@pytest.mark.parametrize("answer", [answered(404), refused(403, "forbidden"), [{"subjectId": 3, "rank": None}], answered(200)])
async def test_a_node_without_a_rating_has_averages_all_the_same(bench: Bench, answer: Any) -> None:
    bench.show(subjects=[subject()])
    bench.stub.answers[RANKS] = answer
    assert [one.place for one in (await bench.read(Datum.AVERAGES)).averages or ()] == [None, None]


@pytest.mark.rule("C5")
async def test_of_the_class_no_mean_is_told_and_none_invented(bench: Bench) -> None:
    bench.show(subjects=[subject()])
    assert all(one.class_average is None and one.class_size is None for one in (await bench.read(Datum.AVERAGES)).averages or ())


def day(text: str, type_: str, **more: str) -> dict[str, Any]:
    return {"date": text, "type": type_, "title": None, "description": None, "events": None} | more


async def terms(bench: Bench, *days: dict[str, Any], window: Window = WEEK) -> tuple[Term, ...]:
    bench.show(days=list(days))
    return (await bench.read(Datum.TERMS, window=window)).terms or ()


@pytest.mark.feature("F174")
async def test_days_become_periods_vacations_and_feasts(bench: Bench) -> None:
    found = await terms(
        bench,
        day("2026-10-22", "workday", description="1 четверть"),
        day("2026-10-23", "workday", description="1 четверть"),
        day("2026-10-24", "dayoff", title="Выходной"),
        day("2026-10-25", "dayoff", title="Выходной"),
        day("2026-10-26", "vacation", title="Осенние каникулы"),
        day("2026-10-27", "vacation", title="Осенние каникулы"),
        day("2026-10-28", "workday", description="2 четверть"),
        day("2026-10-29", "holiday", title="День народного единства"),
        day("2026-10-30", "dayoff"),
        day("2026-10-31", "workday", description="2 четверть"),
    )
    assert [(one.name, one.start.day, one.end.day, one.is_holiday) for one in found] == [
        ("1 четверть", 22, 25, False),
        ("Осенние каникулы", 26, 27, True),
        ("2 четверть", 28, 31, False),
        ("День народного единства", 29, 29, True),
    ]
    assert found[0].period is not None
    assert (found[0].period.kind, found[0].period.number) == (PeriodKind.QUARTER, 1)
    assert found[1].period is None


async def test_a_feast_within_a_vacation_does_not_cut_it_and_two_vacations_of_one_name_stay_two(bench: Bench) -> None:
    found = await terms(
        bench,
        day("2026-12-30", "vacation", title="Каникулы"),
        day("2026-12-31", "holiday", title="Новый год"),
        day("2027-01-01", "vacation", title="Каникулы"),
        day("2027-01-02", "workday", description="3 четверть"),
        day("2027-01-03", "vacation", title="Каникулы"),
    )
    assert [(one.name, str(one.start), str(one.end)) for one in found] == [
        ("Каникулы", "2026-12-30", "2027-01-01"),
        ("Новый год", "2026-12-31", "2026-12-31"),
        ("3 четверть", "2027-01-02", "2027-01-02"),
        ("Каникулы", "2027-01-03", "2027-01-03"),
    ]


async def test_the_calendar_is_asked_for_the_school_year_of_the_window(bench: Bench) -> None:
    await terms(bench, window=Window(start=date(2027, 1, 11), end=date(2027, 1, 17)))
    assert bench.stub.params("periods_schedules") == [{"student_id": str(STUDENT), "from": "2026-09-01", "to": "2027-08-31"}]


async def test_an_unknown_kind_of_day_says_nothing(bench: Bench) -> None:
    assert await terms(bench, day("2026-11-16", "other", title="Что-то")) == ()


def message(**changes: Any) -> dict[str, Any]:
    made = {"id": 5, "title": "Обновление", "text": "<b>Новое</b><script>1</script>", "published_from": "2026-11-17T10:00:00"}
    return made | {"published_to": None, "is_published": True, "author": "Поддержка"} | changes


async def test_an_announcement_is_plain_text_of_the_windows_days(bench: Bench) -> None:
    bench.show(
        messages=[
            message(),
            message(id=6, published_from="2026-11-01T10:00:00"),
            message(id=7, is_published=False),
            message(id=8, published_from=None),
        ]
    )
    (found,) = (await bench.read(Datum.ANNOUNCEMENTS)).announcements or ()
    assert (found.origin.id, found.title, found.body, found.author) == ("5", "Обновление", "Новое", "Поддержка")
    assert (found.published_at, found.scope) == (datetime(2026, 11, 17, 7, 0, tzinfo=UTC), "system")


@pytest.mark.parametrize(
    ("path", "answer", "datum", "where"),
    [
        ("homeworks/short", {"payload": [{"date": "2026-11-16"}]}, Datum.HOMEWORK, "$.payload[0]"),
        ("homeworks/short", {"payload": [task(date="потом")]}, Datum.HOMEWORK, "$.payload[0].date"),
        ("subject_marks", {"payload": [{"subject_name": "x"}]}, Datum.FINALS, "$.payload[0]"),
        ("subject_marks", {"payload": [subject(period(fixed_value=[4]))]}, Datum.FINALS, "$.payload[0].periods[0].fixed_value"),
        ("periods_schedules", [{"type": "workday"}], Datum.TERMS, "$[0]"),
        ("periods_schedules", [day("32.13.2026", "workday", title="x")], Datum.TERMS, "$[0].date"),
    ],
)
async def test_an_answer_that_changed_its_form_names_the_place(bench: Bench, path: str, answer: Any, datum: Datum, where: str) -> None:
    bench.show()
    bench.stub.answers[f"{FAMILY}/{path}"] = answer
    with pytest.raises(Drifted) as told:
        await bench.read(datum)
    assert told.value.where == where


async def test_an_empty_window_and_nothing_asked_ask_nobody(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.stub.asked.clear()
    assert (await bench.port.read(access, child(), frozenset(), WEEK)).lessons is None
    backwards = Window(start=WEEK.end, end=WEEK.start)
    assert (await bench.port.read(access, child(), frozenset({Datum.MARKS}), backwards)).marks == ()
    assert not bench.stub.asked

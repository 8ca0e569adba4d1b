"""Marks of periods and running averages, which come in one list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.kit.diary import Datum, PeriodKind
from connectors.kit.errors import Drifted
from tests.unit.ruobr.stub import Bench, subject, term


async def test_a_period_that_is_over_gives_finals_and_no_averages(bench: Bench) -> None:
    bench.show(terms=[term()])
    page = await bench.read(Datum.FINALS, Datum.AVERAGES)
    (found,) = page.finals or ()
    assert (found.subject, found.value, found.period.kind, found.period.number) == ("Русский язык", "4", PeriodKind.QUARTER, 1)
    assert found.period.school_year == "2026/2027"
    assert page.averages == ()


async def test_a_running_average_is_no_final_mark(bench: Bench) -> None:
    bench.show(terms=[term(period=2, title="2-я четверть", rom="II", marks_future=1, marks=[subject(4.5)])])
    page = await bench.read(Datum.FINALS, Datum.AVERAGES)
    (found,) = page.averages or ()
    assert page.finals == ()
    assert (found.subject, found.average, found.period.number) == ("Русский язык", "4.5", 2)


@pytest.mark.rule("C1")
@pytest.mark.parametrize(("written", "text"), [(b"4.50", "4.50"), (b'"4,50"', "4,50"), (b"5", "5"), (b'"4.33"', "4.33")])
async def test_an_average_is_shown_as_it_was_written(bench: Bench, written: bytes, text: str) -> None:
    body = b'[{"period":2,"title":"x","marks_future":1,"marks":[{"subject_id":5,"subject_name":"y","mark":%s}]}]'
    bench.show(controlmark=body % written)
    (found,) = (await bench.read(Datum.AVERAGES)).averages or ()
    assert found.average == text


@pytest.mark.parametrize("value", [0, 0.0, "0", "0.0", "0,00", "", None])
@pytest.mark.parametrize("future", [0, 1])
async def test_nought_means_none(bench: Bench, value: Any, future: int) -> None:
    bench.show(terms=[term(marks_future=future, marks=[subject(value)])])
    page = await bench.read(Datum.FINALS, Datum.AVERAGES)
    assert (page.finals, page.averages) == ((), ())


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("value", "text"), [(5.0, "5"), ("5", "5"), ("5.0", "5"), (4, "4"), ("зач", "зач"), ("н/а", "н/а"), ("осв", "осв")]
)
async def test_a_periods_mark_is_the_teachers(bench: Bench, value: Any, text: str) -> None:
    bench.show(terms=[term(marks=[subject(value)])])
    (found,) = (await bench.read(Datum.FINALS)).finals or ()
    assert found.value == text


@pytest.mark.parametrize(
    ("title", "rom", "kind", "number"),
    [
        ("1-я четверть", "I", PeriodKind.QUARTER, 1),
        ("IV четверть", "IV", PeriodKind.QUARTER, 4),
        ("2 триместр", "", PeriodKind.TRIMESTER, 2),
        ("I полугодие", "I", PeriodKind.SEMESTER, 1),
        ("3 модуль", None, PeriodKind.MODULE, 3),
        ("Год", "", PeriodKind.YEAR, 1),
        ("Годовая оценка", None, PeriodKind.YEAR, 1),
        ("Экзамен", None, PeriodKind.EXAM, 1),
        ("Итоговая оценка", None, PeriodKind.FINAL, 1),
        ("Контрольный срез", "?", PeriodKind.UNKNOWN, None),
    ],
)
async def test_a_period_is_known_by_its_title(bench: Bench, title: str, rom: str | None, kind: PeriodKind, number: int | None) -> None:
    bench.show(terms=[term(title=title, rom=rom)])
    (found,) = (await bench.read(Datum.FINALS)).finals or ()
    assert (found.period.kind, found.period.number, found.period.name) == (kind, number, title)


async def test_dates_of_a_period_are_taken_where_they_are_told(bench: Bench) -> None:
    bench.show(terms=[term(date_start="2026-09-01", date_end="2026-10-25")])
    (found,) = (await bench.read(Datum.FINALS)).finals or ()
    assert (found.period.start, found.period.end) == (date(2026, 9, 1), date(2026, 10, 25))


async def test_a_child_without_periods_has_no_finals(bench: Bench) -> None:
    bench.show(terms=[])
    assert (await bench.read(Datum.FINALS)).finals == ()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"data": []}, "$"),
        ([term(marks_future="скоро")], "$[0].marks_future"),
        ([term(marks=[{"subject_id": 5, "mark": "5"}])], "$[0].marks[0]"),
        ([term(marks=[subject([5])])], "$[0].marks[0].mark"),
        ([term(date_start="01.09.2026")], "$[0].date_start"),
    ],
)
async def test_another_shape_has_drifted(bench: Bench, body: Any, where: str) -> None:
    bench.show(controlmark=body)
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.FINALS)
    assert told.value.where == where

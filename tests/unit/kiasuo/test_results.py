"""Marks of periods and averages, as the platform wrote them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit.diary import Datum, PeriodKind
from connectors.kit.errors import Drifted
from tests.unit.kiasuo.stub import CLASS_ID, TYPES, Bench, said

MARKS = f"api__student_marks__{CLASS_ID}"


def results(marks: Any) -> Any:
    return {"lessons": [{"id": 31, "subject": "Алгебра", "color": "x", "marks": marks}], "standard_mark_type": TYPES}


def of_period(**averages: Any) -> Any:
    return {"lessons": [{"id": 31, "subject": "Алгебра", "slots": [], "marks": [], "averages": averages}]}


async def test_final_marks_come_by_type_with_the_days_of_the_period(bench: Bench) -> None:
    bench.show(**{MARKS: results({"1": "4", "5": 5, "99": "3"})})
    quarter, year = (await bench.read(Datum.FINALS)).finals or ()
    assert (quarter.value, quarter.number, quarter.period.kind, quarter.period.number) == ("4", Decimal(4), PeriodKind.QUARTER, 1)
    assert (quarter.period.start, quarter.period.end, quarter.period.school_year) == (date(2026, 9, 1), date(2026, 10, 25), "2026/2027")
    assert (year.value, year.period.kind, year.period.start) == ("5", PeriodKind.YEAR, None)


@pytest.mark.parametrize("marks", [{"1": "", "5": None}, {}, [], None])
async def test_a_period_without_a_mark_has_none(bench: Bench, marks: Any) -> None:
    bench.show(**{MARKS: results(marks)})
    assert (await bench.read(Datum.FINALS)).finals == ()


async def test_a_class_id_beyond_what_a_double_holds_is_asked_for_to_the_last_digit(bench: Bench) -> None:
    bench.show(**{MARKS: results({"1": "4"})})
    (found,) = (await bench.read(Datum.FINALS)).finals or ()
    assert found.origin.id == f"{CLASS_ID}-31-1"


async def test_a_child_without_classes_has_no_final_marks(bench: Bench) -> None:
    bench.show(api__school_classes=[])
    assert (await bench.read(Datum.FINALS)).finals == ()


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("told", "average"), [(["4.50", 4.5], "4.50"), (["4,50", 4.5], "4,50"), ([4.5], "4.5"), (None, None), ([], None), (["", 0], None)]
)
async def test_an_average_is_the_platforms_own_text(bench: Bench, told: Any, average: str | None) -> None:
    bench.show(api__lesson_marks__512=of_period(for_student=told, for_class=["4.1", 4.1]))
    found = (await bench.read(Datum.AVERAGES)).averages or ()
    assert [one.average for one in found] == ([average] if average else [])


@pytest.mark.rule("C5")
async def test_the_classs_average_is_not_told_because_nobody_says_of_how_many(bench: Bench) -> None:
    bench.show(api__lesson_marks__512=of_period(for_student=["4.50", 4.5], for_class=["4.1", 4.1]))
    (found,) = (await bench.read(Datum.AVERAGES)).averages or ()
    assert (found.class_average, found.class_size) == (None, None)


async def test_only_periods_that_have_begun_are_asked_for(bench: Bench) -> None:
    bench.show(api__lesson_marks__512=said(204))
    assert (await bench.read(Datum.AVERAGES)).averages == ()
    assert len(bench.stub.of("api/lesson_marks/511") + bench.stub.of("api/lesson_marks/512")) == 2
    assert not bench.stub.of("api/lesson_marks/513")


async def test_an_average_of_another_kind_is_a_drift(bench: Bench) -> None:
    bench.show(api__lesson_marks__512=of_period(for_student=[{"value": 4}]))
    with pytest.raises(Drifted) as told:
        await bench.read(Datum.AVERAGES)
    assert told.value.where == "$.lessons[0].averages.for_student[0]"

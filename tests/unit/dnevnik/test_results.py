"""Final marks and averages of dnevnik.ru: periods of every kind, the platform's own figures, and a class of five or more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.diaries.dnevnik.mapping.results import school_year
from connectors.kit.diary import Datum, Final, Origin, PeriodKind, School, SubjectAverage
from connectors.kit.errors import AccessDenied, Drifted
from tests.unit.dnevnik.stub import PERSON, QUARTER, SUBJECT, Bench, child, mark, work

FINALS = f"/persons/{PERSON}/edu-groups/400/allfinalmarks"
CONTEXT = {
    "userId": 1,
    "personId": 2,
    "roles": ["EduParent"],
    "children": [{"personId": PERSON, "firstName": "Мария", "lastName": "Орлова", "schoolIds": [300], "groupIds": [400]}],
}


def answer(*found: dict[str, Any], works: list[dict[str, Any]]) -> dict[str, Any]:
    return {"marks": list(found), "works": works, "subjects": [{"id": SUBJECT, "name": "Русский язык"}], "workTypes": []}


async def finals(bench: Bench, *found: dict[str, Any], works: list[dict[str, Any]], periods: Any = None) -> tuple[Final, ...]:
    known = {} if periods is None else {"/edu-groups/400/reporting-periods": periods}
    bench.show(**({FINALS: answer(*found, works=works)} | known))
    page = await bench.read(Datum.FINALS)
    assert page.finals is not None
    return page.finals


def final(**changes: Any) -> dict[str, Any]:
    return mark(lesson=None, lesson_str=None, use_avg_calc=False) | changes


@pytest.mark.rule("C1")
async def test_a_period_mark_knows_its_period_and_keeps_its_text(bench: Bench) -> None:
    (found,) = await finals(bench, final(value="4", textValue="4"), works=[work(lesson=0, lesson_str="0")])
    assert (found.subject, found.value, found.number) == ("Русский язык", "4", Decimal(4))
    assert (found.period.kind, found.period.number, found.period.name) == (PeriodKind.QUARTER, 2, "2 четверть")
    assert (found.period.start, found.period.end) == (date(2026, 10, 26), date(2026, 12, 30))
    assert found.period.school_year == "2026/2027"


@pytest.mark.parametrize(
    ("word", "number", "kind", "name"),
    [
        ("Trimester", 1, PeriodKind.TRIMESTER, "1 триместр"),
        ("Semester", 2, PeriodKind.SEMESTER, "2 полугодие"),
        ("HalfYear", 1, PeriodKind.SEMESTER, "1 полугодие"),
        ("Module", 3, PeriodKind.MODULE, "3 модуль"),
        ("Year", 0, PeriodKind.YEAR, "Год"),
        ("Exam", 0, PeriodKind.EXAM, "Экзамен"),
        ("Final", 0, PeriodKind.FINAL, "Итоговая оценка"),
        ("Phase", 1, PeriodKind.UNKNOWN, "Phase"),
    ],
)
async def test_a_period_that_the_class_does_not_list_is_named_by_its_kind(
    bench: Bench, word: str, number: int, kind: PeriodKind, name: str
) -> None:
    works = [work(periodType=word, periodNumber=number, lesson=0, lesson_str="0")]
    (found,) = await finals(bench, final(), works=works)
    assert (found.period.kind, found.period.name, found.period.school_year) == (kind, name, "2026/2027")


async def test_one_school_mixes_quarters_and_half_years(bench: Bench) -> None:
    half = QUARTER | {"id": 131, "id_str": "131", "type": "Semester", "number": 1, "name": "1 полугодие"}
    works = [work(), work(id=2, id_str="2", periodType="Semester", periodNumber=1)]
    found = await finals(bench, final(), final(id_str="5", work=2, work_str="2"), works=works, periods=[QUARTER, half])
    assert {one.period.id for one in found} == {"130", "131"}


@pytest.mark.rule("C1")
@pytest.mark.parametrize("value", ["осв", "н/а", "зач", "5-"])
async def test_a_final_that_is_no_number_stays_text(bench: Bench, value: str) -> None:
    (found,) = await finals(bench, final(value=value, textValue=value), works=[work()])
    assert found.value == value


async def test_an_empty_final_is_none(bench: Bench) -> None:
    assert await finals(bench, final(value="", textValue=None), works=[work()]) == ()


@pytest.mark.rule("C8")
async def test_another_childs_final_spoils_the_whole_answer(bench: Bench) -> None:
    with pytest.raises(Drifted) as error:
        await finals(bench, final(person=PERSON + 1, person_str=None), works=[work()])
    assert error.value.where == "$.marks[0].person"


async def test_a_final_without_its_work_is_a_drift(bench: Bench) -> None:
    with pytest.raises(Drifted) as error:
        await finals(bench, final(), works=[])
    assert error.value.where == "$.marks[0].work"


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 9, 1), "2026/2027"), (date(2027, 5, 31), "2026/2027"), (date(2026, 8, 25), "2026/2027")]
)
def test_a_school_year_begins_with_august(day: date, year: str) -> None:
    assert school_year(day) == year


async def averages(bench: Bench, found: Any, *, weighted: bool = False, context: Any = CONTEXT) -> tuple[SubjectAverage, ...]:
    kind = "wa-marks" if weighted else "avg-marks"
    bench.show(**{f"/edu-groups/400/{kind}/2026-10-26/2026-12-30": found, "/users/me/context": context})
    origin = Origin(system="dnevnik", id="300", fetched_at=child().origin.fetched_at)
    page = await bench.read(Datum.AVERAGES, school=School(name="Школа 1", origin=origin, uses_weights=weighted))
    assert page.averages is not None
    return page.averages


def line(person: int, value: str) -> dict[str, Any]:
    return {"person": person, "per-subject-averages": [{"subject": SUBJECT, "avg-mark-value": value}]}


@pytest.mark.rule("C1")
@pytest.mark.parametrize("own", ["4,50", "4.50", "4.5"])
async def test_the_platforms_average_is_shown_as_it_wrote_it(bench: Bench, own: str) -> None:
    (found,) = await averages(bench, [line(PERSON, own), *(line(PERSON + n, "4") for n in range(1, 5))])
    assert (found.subject, found.average, found.period.id) == ("Русский язык", own, "130")


@pytest.mark.rule("C5")
async def test_the_classes_average_is_the_mean_of_five_or_more(bench: Bench) -> None:
    (found,) = await averages(bench, [line(PERSON, "4,50"), *(line(PERSON + n, "4.00") for n in range(1, 5))])
    assert (found.class_average, found.class_size) == ("4.10", 5)


@pytest.mark.rule("C5")
async def test_below_five_pupils_the_class_is_hidden(bench: Bench) -> None:
    (found,) = await averages(bench, [line(PERSON, "4.50"), *(line(PERSON + n, "4.00") for n in range(1, 4))])
    assert (found.average, found.class_average, found.class_size) == ("4.50", None, None)


@pytest.mark.rule("C5")
async def test_averages_that_are_no_number_do_not_count_in_the_class(bench: Bench) -> None:
    others = [line(PERSON + n, text) for n, text in enumerate(["4", "4", "4", "-", "0", "NaN", "4"], start=1)]
    (found,) = await averages(bench, [line(PERSON, "4"), *others])
    assert (found.class_average, found.class_size) == ("4.00", 5)


async def test_a_school_with_weights_has_weighted_averages(bench: Bench) -> None:
    marks = [{"person": PERSON + n, "value": value} for n, value in enumerate([4.33, 5, 4.5, 3.17, 4])]
    (found,) = await averages(bench, {"subjectMarks": [{"subject": SUBJECT, "subject_str": str(SUBJECT), "marks": marks}]}, weighted=True)
    assert (found.average, found.class_average, found.class_size) == ("4.33", "4.20", 5)


async def test_averages_take_two_rounds_once_and_one_when_the_periods_are_known(bench: Bench) -> None:
    for calls in (4, 3):
        bench.stub.asked.clear()
        await averages(bench, [line(PERSON, "4")])
        assert len(bench.stub.asked) == calls


@pytest.mark.rule("C8")
async def test_averages_of_a_child_of_another_account_are_refused(bench: Bench) -> None:
    with pytest.raises(AccessDenied):
        await averages(bench, [line(PERSON, "4")], context=CONTEXT | {"children": []})

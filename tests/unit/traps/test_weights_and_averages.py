"""Weights in every spelling become Decimals and are never cut; averages stay the platform's own text (facts/diaries.md, traps)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit.diary import Datum, School
from connectors.kit.errors import Drifted
from tests.unit.traps.stands import STANDS, stand_of


def dnevnik_weight(bench: Any, stub: Any, weight: Any) -> None:
    bench.show(
        stub.day(marks=[stub.mark()], works=[stub.work()]),
        **{"/work-types/300": [{"id": 40, "title": "Ответ", "abbr": "ОТВ", "weight": weight}]},
    )


def epgu_weight(bench: Any, stub: Any, weight: Any) -> None:
    bench.stub.lessons = stub.lesson(stub.mark("5", **({} if weight is None else {"Weight": str(weight)})))


def fgis_weight(bench: Any, stub: Any, weight: Any) -> None:
    bench.stub.body = stub.schedule(stub.lesson(score=[stub.score("5", **({} if weight is None else {"weight": weight}))]))


Lay = Callable[[Any, Any, Any], None]
WEIGHTS: dict[str, Lay] = {
    "dnevnik": dnevnik_weight,
    "mes": lambda bench, stub, weight: bench.show(stub.event(), marks=[stub.mark(weight=weight)]),
    "eljur": lambda bench, stub, weight: bench.show(stub.lesson(assessments=[stub.mark(weight=None, weight_float=weight)])),
    "kiasuo": lambda bench, stub, weight: bench.show(stub.lesson(marks=[stub.old(weight=weight)])),
    "netschool": lambda bench, stub, weight: bench.show(stub.lesson(assignments=[stub.assignment(weight=weight)])),
    "epgu": epgu_weight,
    "fgis": fgis_weight,
    "digital-school": lambda bench, stub, weight: bench.show(
        stub.lesson(marks=[stub.mark(weight=stub.NOTHING if weight is None else str(weight))])
    ),
    "iv-edu": lambda bench, stub, weight: bench.show(stub.lesson(marks=[stub.mark(weight=None if weight is None else str(weight))])),
}
SPELLINGS = [(2, Decimal(2)), ("1.0", Decimal(1)), (1.5, Decimal("1.5")), (None, None)]
# These write decimals their own way; of the others numbers or a dot are known, and a comma is another format.
WITH_COMMA = {"eljur", "kiasuo", "netschool", "digital-school"}
# This format says that an absent weight is one (docs/wire/epgu.md).
ABSENT = {"epgu": Decimal(1)}


def test_every_diary_that_has_weights_is_here() -> None:
    assert set(WEIGHTS) == set(STANDS) - {"petersburg", "ruobr"}


async def weight_of(system: str, written: Any) -> Decimal | None:
    async with stand_of(system) as bench:
        WEIGHTS[system](bench, STANDS[system].stub, written)
        (mark,) = (await bench.read(Datum.MARKS)).marks
        found: Decimal | None = mark.weight
        return found


@pytest.mark.rule("C1")
@pytest.mark.parametrize("system", WEIGHTS)
async def test_a_weight_is_read_in_every_spelling_and_an_absent_one_is_not_nought(system: str) -> None:
    for written, meant in SPELLINGS:
        assert await weight_of(system, written) == (ABSENT.get(system) if written is None else meant), written


@pytest.mark.rule("C1")
@pytest.mark.parametrize("system", WEIGHTS)
async def test_a_weight_with_a_comma_is_a_fraction_or_a_drift_and_never_cut(system: str) -> None:
    if system in WITH_COMMA:
        assert await weight_of(system, "1,5") == Decimal("1.5")
    else:
        with pytest.raises(Drifted):
            await weight_of(system, "1,5")


async def test_a_mark_of_a_weight_of_nought_is_a_mark_and_homework_of_none_is_none() -> None:
    """NetSchool: homework is an assignment of weight 0; it is told by its kind, not by its weight."""
    stub = STANDS["netschool"].stub
    async with stand_of("netschool") as bench:
        bench.show(stub.lesson(assignments=[stub.home(), stub.assignment(4, weight=0)]))
        page = await bench.read(Datum.MARKS, Datum.HOMEWORK)
        assert [(one.value, one.weight) for one in page.marks] == [("4", Decimal(0))]
        assert [one.text for one in page.homework] == ["Упр. 115"]


def dnevnik_average(bench: Any, stub: Any, text: str) -> None:
    line = {"person": stub.PERSON, "per-subject-averages": [{"subject": stub.SUBJECT, "avg-mark-value": text}]}
    context = {
        "userId": 200_000_000_000_000_001, "personId": 12, "roles": ["EduParent"], "schoolIds": [300], "groupIds": [400],
        "children": [{"personId": stub.PERSON, "firstName": "М", "lastName": "О", "schoolIds": [300], "groupIds": [400]}],
        "schools": [{"id": 300, "name": "Школа 1", "groupIds": [400]}],
    }  # fmt: skip
    bench.show(**{"/edu-groups/400/avg-marks/2026-10-26/2026-12-30": [line], "/users/me/context": context})


AVERAGES: dict[str, Lay] = {
    "dnevnik": dnevnik_average,
    "mes": lambda bench, stub, text: bench.show(subjects=[stub.subject(stub.period(value=text, fixed_value=None), average_by_all=None)]),
    "eljur": lambda bench, stub, text: bench.show(
        getmarks={"students": {"386": {"name": "386", "lessons": [{"name": "Алгебра", "lesson_id": "2", "average": text, "marks": []}]}}}
    ),
    "kiasuo": lambda bench, stub, text: bench.show(
        api__lesson_marks__512={
            "lessons": [{"id": 31, "subject": "Алгебра", "slots": [], "marks": [], "averages": {"for_student": [text, 4.5]}}]
        }
    ),
    "ruobr": lambda bench, stub, text: bench.show(terms=[stub.term(marks_future=1, marks=[stub.subject(text)])]),
    "iv-edu": lambda bench, stub, text: bench.show(diary_finals=stub.finals(stub.final()), diary_monitoring=stub.compared(child=text)),
}


async def test_every_diary_that_has_averages_is_here() -> None:
    for system in STANDS:
        async with stand_of(system) as bench:
            assert (Datum.AVERAGES in bench.port.manifest.data) == (system in AVERAGES), system


@pytest.mark.rule("C1")
@pytest.mark.parametrize("text", ["4,50", "4.50", "4.5"])
@pytest.mark.parametrize("system", AVERAGES)
async def test_an_average_is_the_platforms_text_to_the_last_nought(system: str, text: str) -> None:
    async with stand_of(system) as bench:
        AVERAGES[system](bench, STANDS[system].stub, text)
        weighted = (
            {"school": School(name="x", origin=STANDS[system].stub.child().origin, uses_weights=False)} if system == "dnevnik" else {}
        )
        found = (await bench.read(Datum.AVERAGES, **weighted)).averages
        assert [one.average for one in found] == [text] * len(found)
        assert found

"""A mark is text in every diary, whatever text; an id is text too, whatever its size (facts/diaries.md, traps)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from connectors.kit.diary import AttendanceKind, Datum, DiaryPage
from tests.records import written
from tests.unit.traps.stands import STANDS, stand_of

BEYOND_A_DOUBLE = 2**53 + 1
ABSENCES = ("Н", "н", "Б", "У", "УП", "НП", "ОТ", "ОП")
TEXTS = ("5", "5-", "5+", "4/5", "4.5", "4,5", "97", "А", "зач", "незач", "ОСВ", "осв", "н/а", "•", "Замечание", *ABSENCES)
NUMBERS = {"5": Decimal(5), "5-": Decimal(5), "5+": Decimal(5), "4.5": Decimal("4.5"), "4,5": Decimal("4.5"), "97": Decimal(97)}


async def read(system: str, *texts: str, id_: int = 1) -> list[DiaryPage]:
    async with stand_of(system) as bench:
        found = []
        for text in texts:
            STANDS[system].mark(bench, text, id_)
            found.append(await bench.read(*{Datum.MARKS, Datum.ATTENDANCE} & set(bench.port.manifest.data)))
        return found


@pytest.mark.rule("C1")
@pytest.mark.parametrize("system", STANDS)
async def test_every_text_in_the_place_of_a_mark_is_told_once_as_written(system: str) -> None:
    for text, page in zip(TEXTS, await read(system, *TEXTS), strict=True):
        marks, absences = page.marks or (), page.attendance or ()
        assert [one.value for one in marks] + [one.code for one in absences] == [text], (text, marks, absences)
        for absence in absences:
            assert text in ABSENCES
            assert absence.kind not in (AttendanceKind.PRESENT, AttendanceKind.EXEMPT), text
        for one in marks:
            assert one.number == NUMBERS.get(text), text
            assert one.parts == (("4", "5") if text == "4/5" else ()), text
            assert not one.flagged, text


@pytest.mark.parametrize("system", STANDS)
async def test_an_empty_text_is_no_mark(system: str) -> None:
    (page,) = await read(system, "")
    assert (page.marks, page.attendance or ()) == ((), ())


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from () if name == "raw" else numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, int | float):
        yield value


@pytest.mark.rule("C1")
@pytest.mark.parametrize("system", STANDS)
async def test_an_id_that_no_double_holds_keeps_every_digit_and_is_text(system: str) -> None:
    (page,) = await read(system, "5-", id_=BEYOND_A_DOUBLE)
    (mark,) = page.marks or ()
    assert str(BEYOND_A_DOUBLE) in mark.origin.id
    told = json.loads(written(page))
    assert all(abs(number) < 2**53 for number in numbers(told)), "a number that a reader of JSON may round"

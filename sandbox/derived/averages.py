"""Averages as the platforms compute them: weighted by the work, text marks left out, a pair counted as its mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sandbox.world.model import Mark
from sandbox.world.town import Town

CENT = Decimal("0.01")


def number_of(value: str) -> Decimal | None:
    """What a mark counts: `5-` is 5, `4/5` is 4.5, a word is nothing."""
    digits = [part.strip().rstrip("+-−") for part in value.split("/")]
    if not all(part.isascii() and part.isdigit() for part in digits):
        return None
    return sum(map(Decimal, digits), Decimal()) / len(digits)


def weight_of(town: Town, mark: Mark) -> Decimal:
    """The mark's own weight, or that of its work."""
    return Decimal(town.work_types[mark.work].weight) if mark.weight is None else Decimal(str(mark.weight))


def average(town: Town, marks: Iterable[Mark]) -> Decimal | None:
    """With two digits, half up; None where nothing counts."""
    total = weights = Decimal()
    for mark in marks:
        number, weight = number_of(mark.value), weight_of(town, mark)
        if number is not None and weight > 0:
            total, weights = total + number * weight, weights + weight
    return (total / weights).quantize(CENT, ROUND_HALF_UP) if weights else None


def by_subject(marks: Iterable[Mark]) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        found.setdefault(mark.subject, []).append(mark)
    return found


def class_by_subject(town: Town, class_id: str, start: date, end: date) -> dict[str, list[Mark]]:
    """Every pupil's marks of these days, by subject."""
    return by_subject(mark for pupil in town.classes[class_id].pupils for mark in town.marks(pupil, start, end))

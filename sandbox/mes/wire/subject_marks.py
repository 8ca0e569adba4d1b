"""Marks by subject and period: `value` is the running average, `fixed_value` the mark that was set for the period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.derived.averages import average, by_subject, number_of, weight_of
from sandbox.mes.wire import ids, marks, times
from sandbox.world.model import Final, Mark, Period, Person, School, Subject
from sandbox.world.town import Town


def text(found: Decimal | None) -> str | None:
    return None if found is None else f"{found}"


def dynamic(town: Town, items: list[Mark]) -> str:
    """Whether the latest mark pulled the average."""
    now, before = average(town, items), average(town, items[:-1])
    if now is None:
        return "NONE"
    if before is None or now == before:
        return "STABLE"
    return "UP" if now > before else "DOWN"


def target(town: Town, items: list[Mark]) -> dict[str, Any] | None:
    """How many fives of which weight lift the average to the next mark."""
    now = average(town, items)
    if now is None or now >= Decimal("4.50"):
        return None
    goal = int(now + Decimal("0.5")) + 1
    edge = goal - Decimal("0.5")
    weighed = [(number_of(mark.value), weight_of(town, mark)) for mark in items]
    total = sum((number * weight for number, weight in weighed if number is not None), Decimal())
    weights = sum((weight for number, weight in weighed if number is not None), Decimal())
    paths = [
        {"value": 5, "weight": weight, "remain": max(1, int(-((total - edge * weights) // (weight * (5 - edge)))))} for weight in (1, 2, 3)
    ]
    return {"value": goal, "remain": paths[0]["remain"], "round": f"{now}", "paths": paths}


@dataclass(slots=True, kw_only=True)
class Book:
    """One pupil's marks of the year, with what was set for the periods."""

    town: Town
    school: School
    pupil: Person
    marks: dict[str, list[Mark]]
    finals: dict[tuple[str, str], Final]
    periods: list[Period]
    today: date

    @classmethod
    def read(cls, town: Town, pupil: Person) -> Book:
        school = town.schools[pupil.school or ""]
        return cls(
            town=town,
            school=school,
            pupil=pupil,
            marks=by_subject(marks.by_date(town.marks(pupil.id, *times.whole_year(town)))),
            finals={(item.subject, item.period): item for item in town.finals(pupil.id)},
            periods=town.periods_of(pupil.class_id or ""),
            today=times.today(town, school),
        )

    @property
    def begun(self) -> list[Period]:
        """The periods up to the current one; the first always, since marks may be set before it begins."""
        parts = [period for period in self.periods if period.kind != "year"]
        return [period for place, period in enumerate(parts) if place == 0 or period.start <= self.today]

    def subjects(self) -> list[Subject]:
        keys = {*self.marks, *(subject for subject, _ in self.finals)}
        return sorted((self.town.subjects[key] for key in keys), key=lambda subject: subject.number)

    def of(self, subject: Subject, period: Period) -> list[Mark]:
        """Marks of holidays belong to the period before them, those of the summer to its neighbour."""
        parts = [it for it in self.periods if it.kind != "year"]
        place = parts.index(period)
        first, last = times.whole_year(self.town)
        start = first if place == 0 else period.start
        end = last if place == len(parts) - 1 else parts[place + 1].start - timedelta(days=1)
        return marks.within(self.marks.get(subject.id, []), start, end)

    def fixed(self, subject: Subject, period: Period) -> str | None:
        found = self.finals.get((subject.id, period.id))
        return None if found is None else found.value

    def shown(self, items: Iterable[Mark]) -> list[dict[str, Any]]:
        return [marks.dated_mark(self.town, self.school, mark) for mark in items]


def period(book: Book, subject: Subject, part: Period) -> dict[str, Any]:
    items = book.of(subject, part)
    return {
        "start": f"{part.start:%d.%m.%Y}",
        "end": f"{part.end:%d.%m.%Y}",
        "title": part.name,
        "dynamic": dynamic(book.town, items),
        "value": text(average(book.town, items)),
        "marks": book.shown(items),
        "count": len(items),
        "target": target(book.town, items),
        "fixed_value": book.fixed(subject, part),
        "start_iso": part.start.isoformat(),
        "end_iso": part.end.isoformat(),
    }


def by_periods(book: Book, subject: Subject) -> dict[str, Any]:
    """All periods of a subject, without the mark of the year."""
    current = book.of(subject, book.begun[-1])
    return {
        "average": text(average(book.town, current)),
        "dynamic": dynamic(book.town, current),
        "periods": [period(book, subject, part) for part in book.begun],
        "subject_id": ids.subject_id(subject),
        "subject_name": subject.name,
        "average_by_all": text(average(book.town, book.marks.get(subject.id, []))),
    }


def whole(book: Book, subject: Subject) -> dict[str, Any]:
    year = next((part for part in book.periods if part.kind == "year"), None)
    return by_periods(book, subject) | {"year_mark": None if year is None else book.fixed(subject, year)}


def short(book: Book, subject: Subject) -> dict[str, Any]:
    """The current period alone."""
    part = book.begun[-1]
    items = book.of(subject, part)
    return {
        "average": text(average(book.town, items)),
        "dynamic": dynamic(book.town, items),
        "period": part.name,
        "count": len(items),
        "target": target(book.town, items),
        "marks": book.shown(items),
        "start": f"{part.start:%d.%m.%Y}",
        "end": f"{part.end:%d.%m.%Y}",
        "subject_id": ids.subject_id(subject),
        "subject_name": subject.name,
        "fixed_value": book.fixed(subject, part),
    }

"""Places in a class by the average: guids, no names; the former place stands beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from sandbox.derived.averages import number_of, weight_of
from sandbox.mes.wire import ids
from sandbox.world.model import Mark, Person
from sandbox.world.town import Town

SPAN: Final = timedelta(days=90)
BEFORE: Final = timedelta(days=7)
MOST_DAYS: Final = 31
Entry = tuple[date, float, float]
Place = tuple[float, int]


def _is_of(subject: str, mark: Mark) -> bool:
    return mark.subject == subject


class Table:
    """A class's marks that count, read once; places at any day of the range."""

    def __init__(self, town: Town, class_id: str, start: date, end: date, fits: Callable[[Mark], bool] = lambda mark: True) -> None:
        self._entries: dict[str, list[Entry]] = {}
        for pupil in town.classes[class_id].pupils:
            self._entries[pupil] = [
                (mark.date, float(number), float(weight_of(town, mark)))
                for mark in town.marks(pupil, start - SPAN - BEFORE, end)
                if (number := number_of(mark.value)) is not None and fits(mark)
            ]

    def places(self, day: date) -> dict[str, Place]:
        """(average, place) of those who have marks; equal averages share a place."""
        means: dict[str, float] = {}
        for pupil, entries in self._entries.items():
            own = [(number, weight) for at, number, weight in entries if day - SPAN < at <= day]
            weights = sum(weight for _, weight in own)
            if weights:
                means[pupil] = round(sum(number * weight for number, weight in own) / weights, 2)
        ranked = sorted(set(means.values()), reverse=True)
        return {pupil: (mean, ranked.index(mean) + 1) for pupil, mean in means.items()}


def _rank(now: Place, before: Place | None) -> dict[str, Any]:
    step = 0 if before is None else before[1] - now[1]
    word = "stable" if step == 0 else "up" if step > 0 else "down"
    return {"averageMarkFive": now[0], "rankPlace": now[1], "rankStatus": word, "trend": word}


def of_class(town: Town, class_id: str, day: date, subject: str | None) -> list[dict[str, Any]]:
    table = Table(town, class_id, day, day, lambda mark: subject is None or mark.subject == subject)
    now, before = table.places(day), table.places(day - BEFORE)
    rows = []
    for pupil, place in sorted(now.items(), key=lambda item: item[1][1]):
        past = before.get(pupil)
        rows.append(
            {
                "personId": ids.guid(town.people[pupil]),
                "rank": _rank(place, past),
                "previousRank": None if past is None else {"averageMarkFive": past[0], "rankPlace": past[1]},
                "imageId": town.people[pupil].number % 12,
            }
        )
    return rows


def by_day(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    table, found = Table(town, pupil.class_id or "", start, end), []
    for shift in range((end - start).days + 1):
        day = start + timedelta(days=shift)
        place = table.places(day).get(pupil.id)
        if place is not None:
            found.append({"date": day.isoformat(), "rankPlace": place[1]})
    return found


def by_subject(town: Town, pupil: Person, day: date) -> list[dict[str, Any]]:
    found = []
    for subject in town.subjects.values():
        table = Table(town, pupil.class_id or "", day, day, partial(_is_of, subject.id))
        now = table.places(day).get(pupil.id)
        if now is not None:
            before = table.places(day - BEFORE).get(pupil.id)
            found.append({"subjectId": ids.subject_id(subject), "subjectName": subject.name, "rank": _rank(now, before)})
    return found

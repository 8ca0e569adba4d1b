"""A school's roster as lists: classes with counts, pupils by class or name, and what a card names already (RULES A7, A8, B5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from identity.model import PersonId
from identity.sealing import Keys
from identity.snils import Snils
from identity.store.persons import MATCH_LABEL, SNILS_LABEL, match_text
from identity.store.rows import fetch, instant, marks, micros
from identity.store.school.tables import CardGuardianRow, CardRow

One = TypeVar("One")
AT_ONCE = 400
_GUARDED = "EXISTS (SELECT 1 FROM guardianship g WHERE g.child = c.child AND g.state = 'active')"
_CODE = "(SELECT MAX(i.expires_at) FROM invitation_code i WHERE i.child = c.child AND i.state = 'active' AND i.expires_at > ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCount:
    """`linked`: pupils whom at least one guardian sees; `coded`: the others who hold a live code."""

    name: str
    pupils: int
    linked: int
    coded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pupil in the roster; `code_until` only while a live code waits."""

    child: PersonId
    klass: str
    number: str | None
    linked: bool
    code_until: datetime | None


def classes_in(school: str, *, now: datetime) -> tuple[ClassCount, ...]:
    sql = (
        f"SELECT c.class, {_GUARDED}, {_CODE} IS NOT NULL, COUNT(*) FROM school_card c"  # noqa: S608 - own words, ? for values
        " WHERE c.school = ? AND c.state = 'active' GROUP BY 1, 2, 3"
    )
    sums: dict[str, list[int]] = {}
    for name, linked, coded, count in fetch(CardRow, sql, (micros(now), school)):
        found = sums.setdefault(str(name), [0, 0, 0])
        found[0] += count
        found[1] += count if linked else 0
        found[2] += count if coded and not linked else 0
    return tuple(ClassCount(name=name, pupils=all_, linked=linked, coded=coded) for name, (all_, linked, coded) in sums.items())


def places_in(school: str, *, klass: str | None = None, now: datetime) -> tuple[Place, ...]:
    """Every pupil of the school or of one class."""
    sql = (
        f"SELECT c.child, c.class, c.number, {_GUARDED}, {_CODE} FROM school_card c"  # noqa: S608 - own words, ? for values
        " WHERE c.school = ? AND c.state = 'active' AND (c.class = ? OR 1 = ?) ORDER BY c.child"
    )
    return tuple(
        Place(child=PersonId(child), klass=str(name), number=number, linked=bool(linked), code_until=instant(until))
        for child, name, number, linked, until in fetch(CardRow, sql, (micros(now), school, klass or "", int(klass is None)))
    )


def named_in(keys: Keys, school: str, asked: Iterable[tuple[str, str, date]]) -> dict[str, tuple[PersonId, ...]]:
    """The school's own pupils by `match_text` of surname, first name and birth date; nobody else's are looked at."""
    by_index = {index: text for text in _texts(asked) for index in keys.indexes(MATCH_LABEL, text)}
    found: dict[str, tuple[PersonId, ...]] = {}
    for some in _some(tuple(by_index)):
        sql = (
            "SELECT p.match_index, p.id FROM person p JOIN school_card c ON c.child = p.id WHERE c.school = ? AND c.state = 'active'"  # noqa: S608 - ? marks
            f" AND p.state = 'active' AND p.match_index IN ({marks(some)}) ORDER BY p.id"
        )
        for index, child in fetch(CardRow, sql, (school, *some)):
            found[by_index[index]] = (*found.get(by_index[index], ()), PersonId(child))
    return found


def numbered_in(school: str, numbers: Collection[str]) -> dict[str, PersonId]:
    """The school's pupils by the school's own number."""
    found = {}
    for some in _some(tuple(numbers)):
        sql = f"SELECT number, child FROM school_card WHERE school = ? AND number IN ({marks(some)})"  # noqa: S608 - ? marks
        found.update({str(number): PersonId(child) for number, child in fetch(CardRow, sql, (school, *some))})
    return found


def places_of(school: str, children: Collection[PersonId], *, now: datetime) -> dict[PersonId, Place]:
    """The named pupils of this school, by child."""
    found = {}
    for some in _some(tuple(children)):
        sql = (
            f"SELECT c.child, c.class, c.number, {_GUARDED}, {_CODE} FROM school_card c"  # noqa: S608 - own words, ? for values
            f" WHERE c.school = ? AND c.state = 'active' AND c.child IN ({marks(some)})"
        )
        for child, name, number, linked, until in fetch(CardRow, sql, (micros(now), school, *some)):
            found[PersonId(child)] = Place(
                child=PersonId(child), klass=str(name), number=number, linked=bool(linked), code_until=instant(until)
            )
    return found


class CardNumbers:
    """Which SNILS the cards of some pupils name, as keyed indexes: asked about a number, they answer yes or no."""

    def __init__(self, keys: Keys, children: Collection[PersonId]) -> None:
        self._keys = keys
        self._known: set[tuple[str, str]] = set()
        for some in _some(tuple(children)):
            sql = f"SELECT child, snils_index FROM school_card_guardian WHERE state <> 'removed' AND child IN ({marks(some)})"  # noqa: S608 - ? marks
            self._known.update((str(child), str(index)) for child, index in fetch(CardGuardianRow, sql, some))

    def names(self, child: PersonId, snils: Snils) -> bool:
        return any((child, index) in self._known for index in self._keys.indexes(SNILS_LABEL, snils.digits))


@contextmanager
def one_row() -> Iterator[None]:
    """What one row of an import writes, kept or undone together, inside the caller's unit."""
    with CardRow._meta.database.atomic():
        yield


def _texts(asked: Iterable[tuple[str, str, date]]) -> set[str]:
    return {text for last, first, born in asked if (text := match_text(last, first, born))}


def _some(all_: Sequence[One]) -> Iterator[Sequence[One]]:
    for start in range(0, len(all_), AT_ONCE):
        yield all_[start : start + AT_ONCE]

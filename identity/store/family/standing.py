"""What stands between a viewer and children besides edges: restrictions, lent views, early full capacity, read in one query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from identity.model import Person, PersonId
from identity.sealing import Keys
from identity.store.family.tables import CapacityRow, RestrictionRow
from identity.store.persons import SNILS_LABEL
from identity.store.rows import fetch, instant, marks, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A lent view; `giver` equal to `child` is a grown pupil's own grant."""

    child: PersonId
    giver: PersonId
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    restricted: frozenset[PersonId] = frozenset()
    capable: frozenset[PersonId] = frozenset()
    loans: tuple[Loan, ...] = field(default=())

    def loans_of(self, child: PersonId) -> tuple[Loan, ...]:
        return tuple(one for one in self.loans if one.child == child)


def standing(keys: Keys, who: Person, *, now: datetime) -> Standing:
    """Everything of this viewer; the SNILS counts whoever vouches for it, because it can only take away."""
    indexes = keys.indexes(SNILS_LABEL, who.snils.digits) if who.snils else ("",)
    at = micros(now)
    sql = (
        "SELECT 'r', child, '', until FROM guardian_restriction WHERE state = 'active' AND (until IS NULL OR until > ?)"  # noqa: S608 - ? marks
        f" AND (guardian = ? OR snils_index IN ({marks(indexes)}))"
        " UNION ALL SELECT 'l', child, giver, until FROM delegation WHERE delegate = ? AND state = 'active'"
        " AND (until IS NULL OR until > ?)"
        " UNION ALL SELECT 'c', person, '', since FROM full_capacity WHERE since <= ?"
        " AND person IN (SELECT child FROM guardianship WHERE guardian = ?)"
    )
    restricted: set[PersonId] = set()
    capable: set[PersonId] = set()
    loans: list[Loan] = []
    for kind, child, giver, until in fetch(RestrictionRow, sql, (at, who.id, *indexes, who.id, at, at, who.id)):
        if kind == "r":
            restricted.add(PersonId(child))
        elif kind == "c":
            capable.add(PersonId(child))
        else:
            loans.append(Loan(child=PersonId(child), giver=PersonId(giver), until=instant(until)))
    return Standing(restricted=frozenset(restricted), capable=frozenset(capable), loans=tuple(loans))


def capable(child: PersonId, *, now: datetime) -> bool:
    return bool(fetch(CapacityRow, "SELECT 1 FROM full_capacity WHERE person = ? AND since <= ?", (child, micros(now))))

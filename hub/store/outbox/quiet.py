"""When a person does not want to be woken: one row a person, the house's hours where there is none (RULES F3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hub.store.fields import delete, rows
from hub.store.outbox.raw import found_among
from hub.store.outbox.tables import QuietHours

USUAL_FIRST, USUAL_LAST = 22 * 60, 7 * 60
_COLUMNS = "person, off, first, last, zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Minutes after midnight of `zone`; an empty zone is that of the child's school."""

    off: bool = False
    first: int = USUAL_FIRST
    last: int = USUAL_LAST
    zone: str = ""


USUAL = Quiet()


def put(person: str, quiet: Quiet, *, now: datetime) -> None:
    known = {"off": quiet.off, "first": quiet.first, "last": quiet.last, "zone": quiet.zone, "updated_at": now}
    QuietHours.insert(person=person, **known).on_conflict(conflict_target=[QuietHours.person], update=known).execute()


def of_person(person: str) -> Quiet:
    return of_people([person]).get(person, USUAL)


def of_people(people: Collection[str]) -> dict[str, Quiet]:
    """Those who said their own."""
    sql = f"SELECT {_COLUMNS} FROM quiet_hours WHERE person = {{many}}"  # noqa: S608 - own names
    found = found_among(QuietHours, sql, people)
    return {person: Quiet(off=bool(off), first=int(first), last=int(last), zone=zone) for person, off, first, last, zone in found}


def forget(person: str) -> None:
    delete(QuietHours, QuietHours.person == person)


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: the one that stays keeps its own hours."""
    if rows(QuietHours, "SELECT 1 FROM quiet_hours WHERE person = ?", (to,)):
        forget(former)
    else:
        QuietHours.update(person=to).where(QuietHours.person == former).execute()

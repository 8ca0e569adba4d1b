"""When each person was in the cabinet last: what changed is told since the visit before this one."""

from __future__ import annotations

from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, from_micros, rows, to_micros

PAUSE = timedelta(minutes=30)
"""After so long without a page a new visit begins."""
NOTED_EVERY = timedelta(minutes=2)
KEPT = timedelta(days=400)


class CabinetVisit(peewee.Model):
    """`seen_at` is the last page of the latest visit, `before_at` the last page of the visit before it."""

    person = peewee.TextField(primary_key=True)
    seen_at = InstantField(index=True)
    before_at = InstantField(null=True)

    class Meta:
        table_name = "cabinet_visit"


TABLES = (CabinetVisit,)
SEALED: tuple[SealedColumn, ...] = ()


def of_person(person: str) -> tuple[datetime, datetime | None] | None:
    """The last page, and the end of the visit before it."""
    for seen, before in rows(CabinetVisit, "SELECT seen_at, before_at FROM cabinet_visit WHERE person = ?", (person,)):
        return from_micros(seen), None if before is None else from_micros(before)
    return None


def note(person: str, *, now: datetime) -> None:
    """A page was opened: the same visit goes on, or a new one begins."""
    begins = CabinetVisit.seen_at < now - PAUSE
    noted = CabinetVisit.update(before_at=peewee.Case(None, ((begins, CabinetVisit.seen_at),), CabinetVisit.before_at), seen_at=now).where(
        CabinetVisit.person == person
    )
    if not noted.execute():
        CabinetVisit.insert(person=person, seen_at=now).on_conflict_ignore().execute()


def forget(person: str) -> int:
    return delete(CabinetVisit, CabinetVisit.person == person)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Deletes the notes of people who were not here for more than a year."""
    found = rows(CabinetVisit, "SELECT person FROM cabinet_visit WHERE seen_at < ? LIMIT ?", (to_micros(now - KEPT), limit))
    return delete(CabinetVisit, CabinetVisit.person.in_([person for (person,) in found])) if found else 0

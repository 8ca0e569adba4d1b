"""A school's holidays as its office named them: tariffs rest in them, and a debit inside them is odd (RULES D6, D7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import peewee

from hub.store.fields import InstantField, delete, rows


class SchoolBreak(peewee.Model):
    """Both days are ISO dates and free."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    first_day = peewee.TextField()
    last_day = peewee.TextField()
    title = peewee.TextField()
    updated_by = peewee.TextField()
    updated_at = InstantField()

    class Meta:
        table_name = "school_break"
        indexes = ((("school", "first_day"), True),)


TABLES = (SchoolBreak,)
SEALED = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakCard:
    id: str
    first: date
    last: date
    title: str


def of_school(school: str, *, since: date = date.min) -> Sequence[BreakCard]:
    """Those that end on that day or later, the earliest first."""
    sql = "SELECT id, first_day, last_day, title FROM school_break WHERE school = ? AND last_day >= ? ORDER BY first_day"
    found = rows(SchoolBreak, sql, (school, since.isoformat()))
    return [
        BreakCard(id=id_, first=date.fromisoformat(first), last=date.fromisoformat(last), title=title) for id_, first, last, title in found
    ]


def put(school: str, first: date, last: date, title: str, *, by: str, now: datetime) -> None:
    """A second word on the same first day stands in place of the first."""
    known = {"last_day": last.isoformat(), "title": title, "updated_by": by, "updated_at": now}
    same = (SchoolBreak.school == school) & (SchoolBreak.first_day == first.isoformat())
    if not SchoolBreak.update(known).where(same).execute():
        SchoolBreak.insert(id=f"{school}-{first}", school=school, first_day=first.isoformat(), **known).execute()


def remove(school: str, id_: str) -> bool:
    """A foreign school's is not there."""
    return bool(delete(SchoolBreak, SchoolBreak.id == id_, SchoolBreak.school == school))

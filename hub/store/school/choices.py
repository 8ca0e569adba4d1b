"""What a school's head decided for the whole office: whether every join needs a second officer (RULES B5)."""

from __future__ import annotations

from datetime import datetime

import peewee

from hub.store.fields import InstantField, SealedColumn, rows


class SchoolChoice(peewee.Model):
    school = peewee.TextField(primary_key=True)
    four_eyes = peewee.IntegerField()
    changed_by = peewee.TextField()
    changed_at = InstantField()

    class Meta:
        table_name = "school_choice"


TABLES = (SchoolChoice,)
SEALED: tuple[SealedColumn, ...] = ()


def four_eyes(school: str) -> bool:
    """Whether this school wants two officers for each approval, also where the rules ask for one."""
    found = rows(SchoolChoice, "SELECT four_eyes FROM school_choice WHERE school = ?", (school,))
    return bool(found and found[0][0])


def set_four_eyes(school: str, *, on: bool, by: str, now: datetime) -> None:
    told = {"four_eyes": int(on), "changed_by": by, "changed_at": now}
    if not SchoolChoice.update(told).where(SchoolChoice.school == school).execute():
        SchoolChoice.insert(school=school, **told).on_conflict_ignore().execute()

"""The region that a person chose, by which the diaries are offered."""

from __future__ import annotations

from datetime import datetime

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, rows


class RegionChoice(peewee.Model):
    """`region` is the code of the region registry."""

    person = peewee.TextField(primary_key=True)
    region = peewee.TextField()
    chosen_at = InstantField()

    class Meta:
        table_name = "region_choice"


TABLES = (RegionChoice,)
SEALED: tuple[SealedColumn, ...] = ()


def of_person(person: str) -> str:
    """The code, empty where none was chosen."""
    for (region,) in rows(RegionChoice, "SELECT region FROM region_choice WHERE person = ?", (person,)):
        return str(region)
    return ""


def save(person: str, region: str, *, now: datetime) -> None:
    if not RegionChoice.update(region=region, chosen_at=now).where(RegionChoice.person == person).execute():
        RegionChoice.insert(person=person, region=region, chosen_at=now).on_conflict_ignore().execute()


def forget(person: str) -> int:
    return delete(RegionChoice, RegionChoice.person == person)

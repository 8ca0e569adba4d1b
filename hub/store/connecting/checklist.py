"""What a person said of the steps to join, where no record can tell it: checks under way elsewhere, a step put aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, rows


class ChecklistMark(peewee.Model):
    """`child` is empty for a step of the person's own; `value` is one word of a closed list."""

    person = peewee.TextField()
    child = peewee.TextField()
    mark = peewee.TextField()
    value = peewee.TextField()
    at = InstantField()

    class Meta:
        table_name = "checklist_mark"
        primary_key = peewee.CompositeKey("person", "child", "mark")


TABLES = (ChecklistMark,)
SEALED: tuple[SealedColumn, ...] = ()


def of_person(person: str) -> Mapping[tuple[str, str], tuple[str, datetime]]:
    """By child and mark: the word and when it was said."""
    found = ChecklistMark.select().where(ChecklistMark.person == person)
    return {(row.child, row.mark): (row.value, row.at) for row in found}


def put(person: str, child: str, mark: str, value: str, *, now: datetime) -> None:
    same = (ChecklistMark.person == person) & (ChecklistMark.child == child) & (ChecklistMark.mark == mark)
    if not ChecklistMark.update(value=value, at=now).where(same).execute():
        ChecklistMark.insert(person=person, child=child, mark=mark, value=value, at=now).on_conflict_ignore().execute()


def take(person: str, child: str, mark: str) -> None:
    delete(ChecklistMark, ChecklistMark.person == person, ChecklistMark.child == child, ChecklistMark.mark == mark)


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: what was said of the child goes along, unless the other has it said already."""
    known = {
        (str(person), str(mark)) for person, mark in rows(ChecklistMark, "SELECT person, mark FROM checklist_mark WHERE child = ?", (to,))
    }
    for row in list(ChecklistMark.select().where(ChecklistMark.child == former)):
        if (row.person, row.mark) not in known:
            put(row.person, to, row.mark, row.value, now=row.at)
    delete(ChecklistMark, ChecklistMark.child == former)
    delete(ChecklistMark, ChecklistMark.person == former)


def forget(person: str) -> None:
    delete(ChecklistMark, (ChecklistMark.person == person) | (ChecklistMark.child == person))

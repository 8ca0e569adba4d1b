"""What a person chose for the pages: formats of dates and times, nicknames of children, which contacts are used; sealed as one text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, rows
from identity.sealing import Keys

SOME = 400
"""So many people in one query."""


class DateFormat(StrEnum):
    """`WEEKDAY` «пт, 21 ноября», `LONG` «21 ноября 2026», `DOTTED` «21.11.2026», `ISO` «2026-11-21»."""

    WEEKDAY = "weekday"
    LONG = "long"
    DOTTED = "dotted"
    ISO = "iso"


class TimeFormat(StrEnum):
    """`PADDED` «08:30», `PLAIN` «8:30», `DOTTED` «08.30»."""

    PADDED = "padded"
    PLAIN = "plain"
    DOTTED = "dotted"


class Preferences(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`nicknames` by child: the only name that goes into an SMS or push (RULES F4). `phone`, `email`: the chosen contact itself; with
    none chosen the one that Gosuslugi vouches for is used (`hub.store.reach`), unless the person said `no_phone` or `no_email`."""

    date_format: DateFormat = DateFormat.WEEKDAY
    time_format: TimeFormat = TimeFormat.PADDED
    nicknames: dict[str, str] = {}
    phone: str = ""
    email: str = ""
    no_phone: bool = False
    no_email: bool = False


class Preference(peewee.Model):
    person = peewee.TextField(primary_key=True)
    body = peewee.TextField()
    updated_at = InstantField()

    class Meta:
        table_name = "preference"


TABLES = (Preference,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Preference, "body"),)

_BODY = msgspec.json.Decoder(Preferences)


def of_person(keys: Keys, person: str) -> Preferences:
    """The person's choices; the house's own where nothing was chosen."""
    for (body,) in rows(Preference, "SELECT body FROM preference WHERE person = ?", (person,)):
        return _BODY.decode(keys.open("preference", "body", person, body))
    return Preferences()


def of_people(keys: Keys, people: Sequence[str]) -> dict[str, Preferences]:
    """By person; whoever chose nothing is left out."""
    found: dict[str, Preferences] = {}
    for start in range(0, len(people), SOME):
        some = people[start : start + SOME]
        sql = f"SELECT person, body FROM preference WHERE person IN ({', '.join('?' * len(some))})"  # noqa: S608 - only ? marks
        for person, body in rows(Preference, sql, some):
            found[person] = _BODY.decode(keys.open("preference", "body", person, body))
    return found


def save(keys: Keys, person: str, chosen: Preferences, *, now: datetime) -> None:
    body = keys.seal("preference", "body", person, msgspec.json.encode(chosen).decode())
    made = Preference.insert(person=person, body=body, updated_at=now)
    made.on_conflict(conflict_target=[Preference.person], update={Preference.body: body, Preference.updated_at: now}).execute()


def forget(person: str) -> int:
    return delete(Preference, Preference.person == person)

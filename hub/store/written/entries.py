"""A notice of absence as the family's own diary has it: which of its days stand there, and when they are looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids
from hub.store.written.letters import GOING
from identity.sealing import Keys

ASKED = "asked"


class EntryState(StrEnum):
    """`FAILED`: surely not there, `UNKNOWN`: nobody knows, `GONE`: it stood there and does so no more.

    Of a withdrawn notice `LEAVING`: still to be taken out, `STAYS`: only the account's owner can take it out, `REMOVED`: it is out."""

    SENDING = "sending"
    TAKEN = "taken"
    PARTLY = "partly"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    GONE = "gone"
    LEAVING = "leaving"
    STAYS = "stays"
    REMOVED = "removed"


STANDING = frozenset({EntryState.TAKEN, EntryState.PARTLY})
AGAIN = frozenset({EntryState.PARTLY, EntryState.REFUSED, EntryState.FAILED, EntryState.UNKNOWN})
"""What the family may send again: each time the diary's list is looked at first."""


class EntryDay(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is the diary's word (`connectors.kit.absences.DayState`), or `asked` while nobody knows; `ours`: told by this notice."""

    day: date
    state: str
    ours: bool = True


class AbsenceEntry(peewee.Model):
    """`id` is the notice's; `link` the account that it was told through; `says` the diary's words where it refused."""

    id = peewee.TextField(primary_key=True)
    link = peewee.TextField()
    system = peewee.TextField()
    state = peewee.TextField()
    days = peewee.TextField()
    says = peewee.TextField(null=True)
    last_day = peewee.TextField(index=True)
    tried_at = InstantField()
    checked_at = InstantField(null=True)
    look_at = InstantField(null=True, index=True)

    class Meta:
        table_name = "absence_entry"


SEALED: tuple[SealedColumn, ...] = (SealedColumn(AbsenceEntry, "says"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    id: str
    link: str
    system: str
    state: EntryState
    days: tuple[EntryDay, ...]
    last_day: date
    checked_at: datetime | None
    says: str = field(default="", repr=False)


_DAYS = msgspec.json.Decoder(tuple[EntryDay, ...])


def claim(id_: str, *, link: str, system: str, last_day: date, now: datetime) -> bool:
    """True for the one caller that may tell the diary now; what is known of the days stays."""
    made = AbsenceEntry.insert(
        id=id_, link=link, system=system, state=EntryState.SENDING.value, days="[]", last_day=last_day.isoformat(), tried_at=now
    ).on_conflict_ignore()
    if made.as_rowcount().execute():
        return True
    stale = (AbsenceEntry.state == EntryState.SENDING.value) & (AbsenceEntry.tried_at < now - GOING)
    again = AbsenceEntry.state.in_([state.value for state in AGAIN])
    changes = {"state": EntryState.SENDING.value, "link": link, "system": system, "tried_at": now, "look_at": None}
    return bool(AbsenceEntry.update(changes).where(AbsenceEntry.id == id_, again | stale).execute())


def settle(
    keys: Keys,
    id_: str,
    state: EntryState,
    *,
    days: Sequence[EntryDay],
    says: str = "",
    checked_at: datetime | None = None,
    look_at: datetime | None = None,
) -> None:
    """What is known now. `checked_at` only where the diary's list was seen."""
    changes: dict[str, object] = {
        "state": state.value,
        "days": msgspec.json.encode(tuple(days)).decode(),
        "says": keys.seal("absence_entry", "says", id_, says) if says else None,
        "look_at": look_at,
    }
    if checked_at is not None:
        changes["checked_at"] = checked_at
    AbsenceEntry.update(changes).where(AbsenceEntry.id == id_).execute()


def later(id_: str, look_at: datetime | None) -> None:
    AbsenceEntry.update(look_at=look_at).where(AbsenceEntry.id == id_).execute()


def find(keys: Keys, id_: str, *, now: datetime) -> Entry | None:
    row = AbsenceEntry.get_or_none(AbsenceEntry.id == id_)
    return None if row is None else _entry(keys, row, now)


def due(keys: Keys, *, now: datetime, limit: int) -> Sequence[Entry]:
    """Whose diary is to be looked at by now, the longest waiting first; what a process left behind is among them."""
    left = (AbsenceEntry.state == EntryState.SENDING.value) & (AbsenceEntry.tried_at < now - GOING)
    found = AbsenceEntry.select().where((AbsenceEntry.look_at <= now) | left).order_by(AbsenceEntry.look_at, AbsenceEntry.id).limit(limit)
    return [_entry(keys, row, now) for row in found]


def forget(notices: peewee.ModelSelect[Any]) -> None:
    """Goes with its notice; `notices` selects their ids."""
    delete(AbsenceEntry, AbsenceEntry.id.in_(notices))


def remove_old(*, until: date, limit: int) -> int:
    return delete_ids(AbsenceEntry, "SELECT id FROM absence_entry WHERE last_day < ? LIMIT ?", (until.isoformat(), limit))


def _entry(keys: Keys, row: AbsenceEntry, now: datetime) -> Entry:
    state = EntryState(row.state)
    if state is EntryState.SENDING and row.tried_at < now - GOING:
        state = EntryState.UNKNOWN
    return Entry(
        id=row.id,
        link=row.link,
        system=row.system,
        state=state,
        days=_DAYS.decode(row.days),
        last_day=date.fromisoformat(row.last_day),
        checked_at=row.checked_at,
        says=keys.open("absence_entry", "says", row.id, row.says) if row.says else "",
    )

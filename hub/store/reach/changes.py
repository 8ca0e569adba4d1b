"""A phone took the place of another: for three days it gets no secrets, and whoever holds the former may take it back (RULES F3)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.store.fields import delete_ids, from_micros, rows, to_micros
from hub.store.reach.tables import CONTACT_LABEL, ReachChange
from identity.sealing import Keys

QUIET = timedelta(hours=72)
KEPT = timedelta(days=30)
STOP_DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    id: str
    person: str
    former: str = field(repr=False)
    value: str = field(repr=False)
    at: datetime
    quiet_until: datetime


def add(keys: Keys, person: str, *, former: str, value: str, now: datetime) -> str:
    """The code by which the former phone's side takes the change back; empty where there was no other phone."""
    id_, text = secrets.token_hex(12), f"phone:{value}"
    code = "".join(secrets.choice("0123456789") for _ in range(STOP_DIGITS)) if former else ""
    ReachChange.insert(
        id=id_,
        person=person,
        former=keys.seal("reach_phone_change", "former", id_, former) if former else None,
        value=keys.seal("reach_phone_change", "value", id_, text),
        value_index=keys.index(CONTACT_LABEL, text),
        stop_hash=keys.code_hash(f"phone stop {code}") if code else None,
        at=now,
        quiet_until=now + QUIET,
    ).execute()
    return code


def may_take_secrets(keys: Keys, person: str, phone: str, *, now: datetime) -> bool:
    """Whether a code, PIN or password may go to this phone by SMS. Whoever writes a secret text asks this first."""
    indexes = keys.indexes(CONTACT_LABEL, f"phone:{phone}")
    any_of = ", ".join("?" * len(indexes))
    sql = f"SELECT 1 FROM reach_phone_change WHERE person = ? AND quiet_until > ? AND value_index IN ({any_of}) LIMIT 1"  # noqa: S608 - only ? marks
    return not rows(ReachChange, sql, (person, to_micros(now), *indexes))


def running(keys: Keys, person: str, *, now: datetime) -> Change | None:
    """The latest change that is still within its three days and was not taken back."""
    sql = "SELECT id FROM reach_phone_change WHERE person = ? AND quiet_until > ? AND stopped_at IS NULL ORDER BY at DESC, id LIMIT 1"
    found = rows(ReachChange, sql, (person, to_micros(now)))
    return _change(keys, found[0][0]) if found else None


def stop(keys: Keys, *, now: datetime, code: str = "", person: str = "") -> Change | None:
    """Takes the change of this code, or the person's own latest, back, once; None where there is none to take back."""
    if code:
        hashes = keys.code_hashes(f"phone stop {code}")
        sql = f"SELECT id FROM reach_phone_change WHERE stop_hash IN ({', '.join('?' * len(hashes))}) AND quiet_until > ?"  # noqa: S608 - only ? marks
        found = rows(ReachChange, sql, (*hashes, to_micros(now)))
    else:
        mine = running(keys, person, now=now)
        found = [(mine.id,)] if mine else []
    if not found:
        return None
    changed = ReachChange.update(stopped_at=now).where(ReachChange.id == found[0][0], ReachChange.stopped_at.is_null()).execute()
    return _change(keys, found[0][0]) if changed else None


def _change(keys: Keys, id_: str) -> Change:
    ((person, former, value, at, quiet_until),) = rows(
        ReachChange, "SELECT person, former, value, at, quiet_until FROM reach_phone_change WHERE id = ?", (id_,)
    )
    return Change(
        id=id_,
        person=person,
        former=keys.open("reach_phone_change", "former", id_, former) if former else "",
        value=keys.open("reach_phone_change", "value", id_, value).partition(":")[2],
        at=from_micros(at),
        quiet_until=from_micros(quiet_until),
    )


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(ReachChange, "SELECT id FROM reach_phone_change WHERE at < ? LIMIT ?", (to_micros(now - KEPT), limit))

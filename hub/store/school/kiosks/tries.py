"""Wrong PINs of a contract's number, counted alike whether there is such a contract: 3 running pause it, 30 a day close it for the day."""

from __future__ import annotations

from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, delete_ids, from_micros, rows, to_micros
from identity.sealing import Keys

RUNNING = 3
PAUSE = timedelta(minutes=15)
A_DAY = 30
WINDOW = timedelta(days=1)


class KioskTry(peewee.Model):
    """`id` is a keyed index of the number. `total` counts from `since`; until `until` the right PIN is refused too."""

    id = peewee.TextField(primary_key=True)
    running = peewee.IntegerField(default=0)
    total = peewee.IntegerField(default=0)
    since = InstantField()
    until = InstantField(null=True)

    class Meta:
        table_name = "kiosk_try"


def paused_s(keys: Keys, number: str, *, now: datetime) -> float:
    """How long this number is refused still; its row is held for the rest of the unit, so that tries come one after another."""
    id_ = _id(keys, number)
    KioskTry.insert(id=id_, since=now).on_conflict_ignore().execute()
    KioskTry.update(running=KioskTry.running).where(KioskTry.id == id_).execute()
    ((until,),) = rows(KioskTry, "SELECT until FROM kiosk_try WHERE id = ?", (id_,))
    return max(0.0, (from_micros(until) - now).total_seconds()) if until is not None else 0.0


def wrong(keys: Keys, number: str, *, now: datetime) -> float:
    """After `paused_s` in the same unit: the seconds of a pause that this one began, else 0."""
    id_ = _id(keys, number)
    ((running, total, since, until),) = rows(KioskTry, "SELECT running, total, since, until FROM kiosk_try WHERE id = ?", (id_,))
    # A pause that is over begins the count of running ones anew.
    running = 1 if until is not None else int(running) + 1
    started = from_micros(since)
    total, started = (1, now) if now - started >= WINDOW else (int(total) + 1, started)
    pause = PAUSE if running >= RUNNING else timedelta()
    if total >= A_DAY:
        pause = max(pause, started + WINDOW - now)
    ends = now + pause if pause else None
    KioskTry.update(running=running, total=total, since=started, until=ends).where(KioskTry.id == id_).execute()
    return pause.total_seconds()


def right(keys: Keys, number: str) -> None:
    """The day's count stays: who has the PIN does not open the door for who guesses."""
    KioskTry.update(running=0, until=None).where(KioskTry.id == _id(keys, number)).execute()


def _id(keys: Keys, number: str) -> str:
    return keys.index("kiosk try", number)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(KioskTry, "SELECT id FROM kiosk_try WHERE since < ? LIMIT ?", (to_micros(now - 2 * WINDOW), limit))

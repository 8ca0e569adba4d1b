"""Commands that the office has for a terminal: asked, fetched by it at its next question, answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from device_ingest.store.life_tables import CommandRow
from device_ingest.store.raw import change, from_micros, query, to_micros

KEPT = timedelta(days=90)
SENT_AGAIN = timedelta(minutes=10)
"""A terminal that fetched a command and fell silent gets it again."""
WAITS = timedelta(days=1)
"""So long after the question a command is still given out: nobody wants yesterday's restart in the morning."""
_COLUMNS = "id, device, word, asked_by, asked_at, sent_at, answered_at, returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    id: int
    device: str
    word: str
    asked_by: str
    asked_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    returned: int | None


def ask(device: str, word: str, *, by: str, now: datetime) -> bool:
    """False while the same command waits for its answer."""
    waits = "SELECT 1 FROM device_command WHERE device = ? AND word = ? AND answered_at IS NULL AND asked_at > ?"
    if query(CommandRow, waits, (device, word, to_micros(now - WAITS))):
        return False
    sql = "INSERT INTO device_command (device, word, asked_by, asked_at) VALUES (?, ?, ?, ?)"
    return bool(change(CommandRow, sql, (device, word, by, to_micros(now))))


def waits(device: str, *, now: datetime) -> bool:
    """Whether there is anything to fetch: a terminal asks every few seconds, and mostly there is not."""
    sql = (
        "SELECT 1 FROM device_command WHERE device = ? AND answered_at IS NULL AND asked_at > ? "
        "AND (sent_at IS NULL OR sent_at <= ?) LIMIT 1"
    )
    return bool(query(CommandRow, sql, (device, to_micros(now - WAITS), to_micros(now - SENT_AGAIN))))


def fetch(device: str, *, now: datetime, limit: int = 10) -> Sequence[Command]:
    """What the terminal is to do now; it is noted as sent."""
    where = "device = ? AND answered_at IS NULL AND asked_at > ? AND (sent_at IS NULL OR sent_at <= ?) ORDER BY id LIMIT ?"
    found = _found(where, (device, to_micros(now - WAITS), to_micros(now - SENT_AGAIN), limit))
    for one in found:
        change(CommandRow, "UPDATE device_command SET sent_at = ? WHERE id = ?", (to_micros(now), one.id))
    return found


def answered(device: str, id_: int, returned: int, *, now: datetime) -> bool:
    """False for one that this device was never given, or that was answered before."""
    waits = "id = ? AND device = ? AND sent_at IS NOT NULL AND answered_at IS NULL"
    sql = f"UPDATE device_command SET answered_at = ?, returned = ? WHERE {waits}"  # noqa: S608 - own names
    return bool(change(CommandRow, sql, (to_micros(now), returned, id_, device)))


def newest(device: str, *, limit: int = 5) -> Sequence[Command]:
    return _found("device = ? ORDER BY id DESC LIMIT ?", (device, limit))


def remove_old(*, now: datetime, limit: int) -> int:
    sql = "DELETE FROM device_command WHERE id IN (SELECT id FROM device_command WHERE asked_at < ? LIMIT ?)"
    return change(CommandRow, sql, (to_micros(now - KEPT), limit))


def _found(where: str, params: Sequence[object]) -> Sequence[Command]:
    rows = query(CommandRow, f"SELECT {_COLUMNS} FROM device_command WHERE {where}", params)  # noqa: S608 - own names
    return [
        Command(
            id=int(id_),
            device=device,
            word=word,
            asked_by=by,
            asked_at=from_micros(asked),
            sent_at=None if sent is None else from_micros(sent),
            answered_at=None if answered_ is None else from_micros(answered_),
            returned=returned,
        )
        for id_, device, word, by, asked, sent, answered_, returned in rows
    ]

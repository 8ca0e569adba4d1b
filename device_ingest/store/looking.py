"""Looks into the log: rows by their number, what devices saw when or last, where a carrier was shown last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from device_ingest.model import EventType
from device_ingest.store.raw import query, to_micros
from device_ingest.store.reading import _COLUMNS as COLUMNS
from device_ingest.store.reading import Held, Kept, _kept
from device_ingest.store.tables import EventRow


def by_seq(seqs: Sequence[int]) -> list[Kept]:
    """Single rows, in the order in which they came."""
    if not seqs:
        return []
    marks = ", ".join("?" * len(seqs))
    sql = f"SELECT {COLUMNS} FROM ingest_event WHERE seq IN ({marks}) ORDER BY seq"  # noqa: S608 - own names
    return [_kept(row) for row in query(EventRow, sql, seqs)]


def of_time(
    devices: Sequence[str], *, school: str, start: datetime, end: datetime, after: tuple[int, int] = (0, 0), limit: int
) -> list[Kept]:
    """What these devices of a school saw in a time, oldest first, those after the place (`moment`, `seq`)."""
    if not devices:
        return []
    marks, first = ", ".join("?" * len(devices)), max(to_micros(start), after[0])
    sql = (
        f"SELECT {COLUMNS} FROM ingest_event WHERE device IN ({marks}) AND school = ? AND at >= ? AND at < ? "  # noqa: S608 - own names
        "AND (at > ? OR seq > ?) ORDER BY at, seq LIMIT ?"
    )
    return [_kept(row) for row in query(EventRow, sql, (*devices, school, first, to_micros(end), *after, limit))]


def latest(devices: Sequence[str], *, since: datetime, limit: int, types: Sequence[EventType]) -> list[Kept]:
    """What these devices saw last, newest first by the event's time."""
    kinds = [kind.value for kind in types]
    marks, found = ", ".join("?" * len(kinds)), list[Kept]()
    for device in devices:
        sql = (
            f"SELECT {COLUMNS} FROM ingest_event WHERE device = ? AND at >= ? AND type IN ({marks}) "  # noqa: S608 - own names
            "ORDER BY at DESC, seq DESC LIMIT ?"
        )
        found += [_kept(row) for row in query(EventRow, sql, (device, to_micros(since), *kinds, limit))]
    return sorted(found, key=lambda one: (one.at, one.seq), reverse=True)[:limit]


def last_of(held: Sequence[Held], *, types: Sequence[EventType]) -> Kept | None:
    """Where a carrier was shown last, in the times that are asked for."""
    kinds = [kind.value for kind in types]
    marks, found = ", ".join("?" * len(kinds)), list[Kept]()
    for one in held:
        until = "" if one.until is None else "AND at < ? "
        sql = (
            f"SELECT {COLUMNS} FROM ingest_event WHERE token = ? AND carrier = ? AND school = ? AND at >= ? {until}"  # noqa: S608 - own names
            f"AND type IN ({marks}) ORDER BY at DESC, seq DESC LIMIT 1"
        )
        ends = () if one.until is None else (to_micros(one.until),)
        found += [_kept(row) for row in query(EventRow, sql, (one.token, one.carrier, one.school, to_micros(one.since), *ends, *kinds))]
    return max(found, key=lambda one: (one.at, one.seq), default=None)

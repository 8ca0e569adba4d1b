"""The log as it is read: of the carriers that a child had when, of a device, all of it in the order it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from device_ingest.model import EventType, Sign
from device_ingest.store.raw import change, from_micros, query, to_micros
from device_ingest.store.tables import CursorRow, EventRow

A_BATCH = 1000
AT_ONCE = 100
_COLUMNS = "seq, device, school, id, type, at, written, received_at, late, auth, skew_ms, carrier, token, direction, door, data"
_TYPES = {one.value: one for one in EventType}
_SIGNS = {one.value: one for one in Sign}
_read_data = msgspec.json.Decoder().decode


class Kept(NamedTuple):
    """A row of the log; `seq` grows in the order of arrival."""

    seq: int
    device: str
    school: str
    id: str
    type: EventType
    at: datetime
    written: str
    received_at: datetime
    late: bool
    auth: Sign
    skew_s: float | None
    carrier: str | None
    token: str | None
    direction: str | None
    door: str | None
    data: dict[str, Any]
    moment: int
    """`at` in microseconds, as stores compare it."""


class Held(NamedTuple):
    """A carrier's keyed index and the time in which it was the child's; `school` is whose register it stands in."""

    school: str
    carrier: str
    token: str
    since: datetime
    until: datetime | None


def of_carriers(
    held: Sequence[Held], *, start: datetime, end: datetime, after: tuple[int, int] = (0, 0), limit: int, types: Sequence[EventType] = ()
) -> list[Kept]:
    """Oldest first by the event's time, those after the place (`at` in microseconds, `seq`)."""
    found: dict[int, Kept] = {}
    kinds = [kind.value for kind in types or EventType]
    marks = ", ".join("?" * len(kinds))
    for one in held:
        first = to_micros(max(start, one.since))
        last = to_micros(end if one.until is None else min(end, one.until))
        sql = (
            f"SELECT {_COLUMNS} FROM ingest_event WHERE token = ? AND carrier = ? AND school = ? AND at >= ? AND at < ? "  # noqa: S608 - own names
            f"AND (at > ? OR (at = ? AND seq > ?)) AND type IN ({marks}) ORDER BY at, seq LIMIT ?"
        )
        params = (one.token, one.carrier, one.school, first, last, after[0], after[0], after[1], *kinds, limit)
        found.update((row[0], _kept(row)) for row in query(EventRow, sql, params))
    return sorted(found.values(), key=lambda one: (one.at, one.seq))[:limit]


def newest_of_carriers(held: Sequence[Held], *, start: datetime, end: datetime, limit: int, types: Sequence[EventType] = ()) -> list[Kept]:
    """Newest first, of all the carriers in few statements; nothing at or after `end`."""
    found: dict[int, Kept] = {}
    kinds = [kind.value for kind in types or EventType]
    marks = ", ".join("?" * len(kinds))
    for begin in range(0, len(held), AT_ONCE):
        some = held[begin : begin + AT_ONCE]
        each = " OR ".join(["(token = ? AND carrier = ? AND school = ? AND at >= ? AND at < ?)"] * len(some))
        sql = f"SELECT {_COLUMNS} FROM ingest_event WHERE ({each}) AND type IN ({marks}) ORDER BY at DESC, seq DESC LIMIT ?"  # noqa: S608 - own names
        params: list[object] = []
        for one in some:
            last = end if one.until is None else min(end, one.until)
            params += (one.token, one.carrier, one.school, to_micros(max(start, one.since)), to_micros(last))
        found.update((row[0], _kept(row)) for row in query(EventRow, sql, (*params, *kinds, limit)))
    return sorted(found.values(), key=lambda one: (one.at, one.seq), reverse=True)[:limit]


def newest_seq() -> int:
    """How far the log is."""
    found = query(EventRow, "SELECT MAX(seq) FROM ingest_event", ())
    return int(found[0][0] or 0)


def came_after(tokens: Sequence[str], seq: int) -> bool:
    """Whether one of these carriers was shown since; as quick as the log is short behind that place."""
    marks = ", ".join("?" * len(tokens))
    sql = f"SELECT 1 FROM ingest_event WHERE seq > ? AND token IN ({marks}) LIMIT 1"  # noqa: S608 - own names
    return bool(tokens and query(EventRow, sql, (seq, *tokens)))


def spoke(devices: Sequence[str], *, start: datetime, end: datetime) -> bool:
    """Whether one of these doors saw anybody in this time."""
    sql = "SELECT 1 FROM ingest_event WHERE device = ? AND at >= ? AND at < ? AND type = ? LIMIT 1"
    return any(query(EventRow, sql, (one, to_micros(start), to_micros(end), EventType.PASS.value)) for one in devices)


def export(*, device: str | None = None, after: int = 0) -> Sequence[Kept]:
    """The next thousand of the log in the order of arrival."""
    where, params = ("device = ? AND ", (device,)) if device else ("", ())
    sql = f"SELECT {_COLUMNS} FROM ingest_event WHERE {where}seq > ? ORDER BY seq LIMIT {A_BATCH}"  # noqa: S608 - own names
    return [_kept(row) for row in query(EventRow, sql, (*params, after))]


def following(reader: str, *, limit: int) -> Sequence[Kept]:
    """What this reader has not seen yet, in the order of arrival."""
    sql = f"SELECT {_COLUMNS} FROM ingest_event WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - own names
    found = query(CursorRow, "SELECT seq FROM ingest_cursor WHERE reader = ?", (reader,))
    return [_kept(row) for row in query(EventRow, sql, (found[0][0] if found else 0, limit))]


def move_on(reader: str, *, to: int) -> None:
    """In the unit that keeps what the reader did: after a crash it sees the same events again, or none of them."""
    sql = "INSERT INTO ingest_cursor (reader, seq) VALUES (?, ?) ON CONFLICT (reader) DO UPDATE SET seq = excluded.seq"
    change(CursorRow, sql, (reader, to))


def skip(reader: str) -> Kept | None:
    """Past the next row, which this reader could not digest."""
    row = next(iter(following(reader, limit=1)), None)
    if row is not None:
        move_on(reader, to=row.seq)
    return row


def read(where: str, params: Sequence[Any]) -> list[Kept]:
    """For this store's own modules: rows that fit the condition, in its order."""
    return [_kept(row) for row in query(EventRow, f"SELECT {_COLUMNS} FROM ingest_event WHERE {where}", params)]  # noqa: S608 - own names


def count(*, device: str | None = None) -> int:
    where, params = (" WHERE device = ?", (device,)) if device else ("", ())
    return int(query(EventRow, f"SELECT COUNT(*) FROM ingest_event{where}", params)[0][0])  # noqa: S608 - own names


def _kept(row: tuple[Any, ...]) -> Kept:
    seq, device, school, id_, type_, at, written, received_at, late, auth, skew_ms, carrier, token, direction, door, data = row
    # By place: a reader of the whole log makes thousands of these a second.
    return Kept(
        seq, device, school, id_, _TYPES[type_], from_micros(at), written, _arrival(received_at), bool(late), _SIGNS[auth],
        None if skew_ms is None else skew_ms / 1000, carrier, token, direction, door, _read_data(data), at,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _arrival(micros: int) -> datetime:
    """All events of a message came at one moment."""
    return from_micros(micros)

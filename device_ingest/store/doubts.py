"""A revoked device: what it said since then is gone through once, child by child and debit by debit (RULES E6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from device_ingest.store.life_tables import DoubtRow, SerialRow
from device_ingest.store.raw import change, from_micros, query, to_micros
from device_ingest.store.reading import Kept, read
from device_ingest.store.tables import EventRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """`children` and `debits`: how many parents' children were told of, how many reversals were proposed, so far."""

    device: str
    school: str
    since: datetime
    by: str
    seq: int
    last: int
    children: int
    debits: int
    done_at: datetime | None


def begin(device: str, school: str, *, since: datetime, by: str) -> None:
    """Everything that the log holds of it until now; what it sends from now on is not taken."""
    last = query(EventRow, "SELECT MAX(seq) FROM ingest_event WHERE device = ?", (device,))[0][0] or 0
    sql = (
        "INSERT INTO device_doubt (device, school, since, by, seq, last, children, debits) VALUES (?, ?, ?, ?, 0, ?, 0, 0) "
        "ON CONFLICT DO NOTHING"
    )
    change(DoubtRow, sql, (device, school, to_micros(since), by, last))


def open_ones(*, limit: int) -> Sequence[Doubt]:
    return _found("done_at IS NULL ORDER BY device LIMIT ?", (limit,))


def of_device(device: str) -> Doubt | None:
    return next(iter(_found("device = ?", (device,))), None)


def events(doubt: Doubt, *, limit: int) -> Sequence[Kept]:
    """The next of them: those that happened since then, in the order of arrival."""
    where = "device = ? AND seq > ? AND seq <= ? AND at >= ? ORDER BY seq LIMIT ?"
    return read(where, (doubt.device, doubt.seq, doubt.last, to_micros(doubt.since), limit))


def move_on(device: str, *, to: int, children: int, debits: int, done_at: datetime | None) -> None:
    sql = "UPDATE device_doubt SET seq = ?, children = children + ?, debits = debits + ?, done_at = ? WHERE device = ?"
    change(DoubtRow, sql, (to, children, debits, None if done_at is None else to_micros(done_at), device))


def follow_number(device: str, memory: str, number: int, before: int) -> int:
    """How many records between the last one and this have not come; -1 for one that was passed over, 0 for the first of a memory."""
    found = query(SerialRow, "SELECT memory, number FROM device_serial WHERE device = ?", (device,))
    same = bool(found) and found[0][0] == memory
    last = int(found[0][1]) if same else before
    missing = -1 if number < last else max(0, before - last)
    if not same or number > last:
        sql = (
            "INSERT INTO device_serial (device, memory, number) VALUES (?, ?, ?) "
            "ON CONFLICT (device) DO UPDATE SET memory = excluded.memory, number = excluded.number"
        )
        change(SerialRow, sql, (device, memory, number))
    return missing


def _found(where: str, params: Sequence[object]) -> Sequence[Doubt]:
    columns = "device, school, since, by, seq, last, children, debits, done_at"
    return [
        Doubt(
            device=device,
            school=school,
            since=from_micros(since),
            by=by,
            seq=int(seq),
            last=int(last),
            children=int(children),
            debits=int(debits),
            done_at=None if done is None else from_micros(done),
        )
        for device, school, since, by, seq, last, children, debits, done in query(
            DoubtRow,
            f"SELECT {columns} FROM device_doubt WHERE {where}",  # noqa: S608 - own names
            params,
        )
    ]

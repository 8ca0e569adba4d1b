"""What is wrong with a device, since when and until when: an event and not an empty page (RULES E3, E7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from device_ingest.store.life_tables import TroubleRow
from device_ingest.store.raw import among, change, from_micros, is_sqlite, query, to_micros

KEPT = timedelta(days=400)
_COLUMNS = "id, device, school, kind, began_at, noticed_at, ended_at, amount"


class TroubleKind(StrEnum):
    """`SILENT`: no word in the school's hours; `OFFLINE`: its broker says that the line is down; both end with its next word.

    `CLOCK`: its clock jumped by `amount` seconds; `GAP`: `amount` records of its memory never came; `TWO`: two clocks speak under one id;
    `UNREAD`: the event with number `amount` of our log could not be digested.
    """

    SILENT = "silent"
    OFFLINE = "offline"
    CLOCK = "clock"
    GAP = "gap"
    TWO = "two"
    UNREAD = "unread"


QUIET = (TroubleKind.SILENT, TroubleKind.OFFLINE)
"""While one of these lasts, that nobody passed means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    id: int
    device: str
    school: str
    kind: TroubleKind
    began_at: datetime
    noticed_at: datetime
    ended_at: datetime | None
    amount: int | None


def begin(device: str, school: str, kind: TroubleKind, *, began_at: datetime, now: datetime, amount: int | None = None) -> bool:
    """False where it lasts already. What happens in a moment begins and ends at once: `note`."""
    return _put(device, school, kind, began_at, now, None, amount)


def note(device: str, school: str, kind: TroubleKind, *, at: datetime, now: datetime, amount: int | None = None) -> bool:
    """Something that happened at one moment; False where it is known."""
    sql = "SELECT 1 FROM device_trouble WHERE device = ? AND kind = ? AND began_at = ?"
    if query(TroubleRow, sql, (device, kind.value, to_micros(at))):
        return False
    return _put(device, school, kind, at, now, at, amount)


def _put(device: str, school: str, kind: TroubleKind, began: datetime, now: datetime, ended: datetime | None, amount: int | None) -> bool:
    sql = (
        "INSERT INTO device_trouble (device, school, kind, began_at, noticed_at, ended_at, amount, told) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING"
    )
    row = (device, school, kind.value, to_micros(began), to_micros(now), None if ended is None else to_micros(ended), amount)
    return bool(change(TroubleRow, sql, row))


def end(device: str, kind: TroubleKind, *, now: datetime) -> bool:
    sql = "UPDATE device_trouble SET ended_at = ? WHERE device = ? AND kind = ? AND ended_at IS NULL"
    return bool(change(TroubleRow, sql, (to_micros(now), device, kind.value)))


def leave_unread(device: str, school: str, seq: int, *, at: datetime, now: datetime) -> None:
    """The row stays in the log; its reader has gone on without it."""
    _put(device, school, TroubleKind.UNREAD, at, now, now, seq)


def unread_since(since: datetime) -> int:
    sql = "SELECT COUNT(*) FROM device_trouble WHERE kind = ? AND noticed_at >= ?"
    return int(query(TroubleRow, sql, (TroubleKind.UNREAD.value, to_micros(since)))[0][0])


def miss(device: str, school: str, count: int, *, now: datetime) -> None:
    """Records of its memory that have not come; they may yet."""
    if not _put(device, school, TroubleKind.GAP, now, now, None, count):
        sql = "UPDATE device_trouble SET amount = amount + ? WHERE device = ? AND kind = ? AND ended_at IS NULL"
        change(TroubleRow, sql, (count, device, TroubleKind.GAP.value))


def fill(device: str, *, now: datetime) -> None:
    """One of the missing came late; when the last has come there was no gap."""
    where = "WHERE device = ? AND kind = ? AND ended_at IS NULL"
    change(TroubleRow, f"UPDATE device_trouble SET amount = amount - 1 {where}", (device, TroubleKind.GAP.value))  # noqa: S608 - own names
    sql = f"UPDATE device_trouble SET ended_at = ? {where} AND amount <= 0"  # noqa: S608 - own names
    change(TroubleRow, sql, (to_micros(now), device, TroubleKind.GAP.value))


def lasting(*, limit: int) -> Sequence[Trouble]:
    """Those that have not ended, of all schools."""
    return _found("ended_at IS NULL ORDER BY id LIMIT ?", (limit,))


def of_devices(devices: Sequence[str], *, since: datetime) -> Sequence[Trouble]:
    """Newest first: those that last, and those that began since then."""
    given = ("SELECT value FROM json_each(?)", among(devices)) if is_sqlite(TroubleRow) else ("SELECT unnest(?::text[])", list(devices))
    where = f"device IN ({given[0]}) AND (ended_at IS NULL OR began_at >= ?) ORDER BY began_at DESC, id DESC LIMIT 500"
    return _found(where, (given[1], to_micros(since)))


def quiet_since(devices: Sequence[str]) -> Mapping[str, datetime]:
    """Those of them that do not speak now, by id."""
    given = ("SELECT value FROM json_each(?)", among(devices)) if is_sqlite(TroubleRow) else ("SELECT unnest(?::text[])", list(devices))
    marks = ", ".join("?" * len(QUIET))
    where = f"device IN ({given[0]}) AND kind IN ({marks}) AND ended_at IS NULL ORDER BY began_at DESC LIMIT 1000"
    return {one.device: one.began_at for one in _found(where, (given[1], *(kind.value for kind in QUIET)))}


def of_school(school: str, *, start: datetime, end: datetime, kinds: Sequence[TroubleKind] = QUIET) -> Sequence[Trouble]:
    """Those that lasted at some moment of that time, oldest first."""
    marks = ", ".join("?" * len(kinds))
    where = f"school = ? AND kind IN ({marks}) AND began_at < ? AND (ended_at IS NULL OR ended_at > ?) ORDER BY began_at, id LIMIT 500"
    return _found(where, (school, *(one.value for one in kinds), to_micros(end), to_micros(start)))


def untold(*, limit: int) -> Sequence[Trouble]:
    """Those of which the office has not heard; a gap that closed by itself is none."""
    return _found("told = 0 AND NOT (kind = 'gap' AND amount <= 0) ORDER BY id LIMIT ?", (limit,))


def note_told(ids: Sequence[int]) -> None:
    for id_ in ids:
        change(TroubleRow, "UPDATE device_trouble SET told = 1 WHERE id = ?", (id_,))


def remove_old(*, now: datetime, limit: int) -> int:
    sql = "DELETE FROM device_trouble WHERE id IN (SELECT id FROM device_trouble WHERE began_at < ? AND ended_at IS NOT NULL LIMIT ?)"
    return change(TroubleRow, sql, (to_micros(now - KEPT), limit))


def _found(where: str, params: Sequence[object]) -> Sequence[Trouble]:
    return [
        Trouble(
            id=int(id_),
            device=device,
            school=school,
            kind=TroubleKind(kind),
            began_at=from_micros(began),
            noticed_at=from_micros(noticed),
            ended_at=None if ended is None else from_micros(ended),
            amount=amount,
        )
        for id_, device, school, kind, began, noticed, ended, amount in query(
            TroubleRow,
            f"SELECT {_COLUMNS} FROM device_trouble WHERE {where}",  # noqa: S608 - own names
            params,
        )
    ]

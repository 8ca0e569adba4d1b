"""How each device fares: when it last spoke, how far its clock is off, when it jumped, why it was refused (RULES E3, E7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from device_ingest.errors import Distrust
from device_ingest.intake import JUMP
from device_ingest.store.raw import among, change, from_micros, is_sqlite, query, to_micros
from device_ingest.store.tables import StampRow, StateRow

_JUMP_MS = int(JUMP.total_seconds() * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """`skew_s` is the device's clock less ours at its last signed message; `jump_s` by how much it moved at `jumped_at`."""

    heard_at: datetime | None
    skew_s: float | None
    jumped_at: datetime | None
    jump_s: float | None
    refused: Distrust | None
    refused_at: datetime | None


def heard(device: str, *, skew_ms: int | None, now: int) -> None:
    """A jump of more than two minutes between two messages is kept with its moment."""
    sql = (
        "INSERT INTO ingest_device (device, heard_at, skew_ms) VALUES (?, ?, ?) ON CONFLICT (device) DO UPDATE SET "
        "heard_at = excluded.heard_at, "
        "jumped_at = CASE WHEN abs(excluded.skew_ms - ingest_device.skew_ms) > ? THEN excluded.heard_at ELSE ingest_device.jumped_at END, "
        "jump_ms = CASE WHEN abs(excluded.skew_ms - ingest_device.skew_ms) > ? THEN excluded.skew_ms - ingest_device.skew_ms "
        "ELSE ingest_device.jump_ms END, "
        "skew_ms = COALESCE(excluded.skew_ms, ingest_device.skew_ms)"
    )
    change(StateRow, sql, (device, now, skew_ms, _JUMP_MS, _JUMP_MS))


def note_word(device: str, *, now: datetime) -> None:
    """It asked something, and said nothing that is kept: it is there."""
    heard(device, skew_ms=None, now=to_micros(now))


def note_refusal(device: str, reason: Distrust, *, now: datetime) -> None:
    """A device that talks and is refused is not silent: the office sees why."""
    sql = (
        "INSERT INTO ingest_device (device, heard_at, refused, refused_at) VALUES (?, 0, ?, ?) "
        "ON CONFLICT (device) DO UPDATE SET refused = excluded.refused, refused_at = excluded.refused_at"
    )
    change(StateRow, sql, (device, reason.value, to_micros(now)))


def read_to(device: str, table: str, stamp: str) -> None:
    """The terminal's own mark, kept in the transaction after its rows."""
    sql = "INSERT INTO ingest_stamp (device, name, stamp) VALUES (?, ?, ?) ON CONFLICT (device, name) DO UPDATE SET stamp = excluded.stamp"
    change(StampRow, sql, (device, table, stamp))


def stamp_of(device: str, table: str) -> str:
    """«0» where nothing was read yet: the terminal sends all it has."""
    found = query(StampRow, "SELECT stamp FROM ingest_stamp WHERE device = ? AND name = ?", (device, table))
    return str(found[0][0]) if found else "0"


def of_devices(devices: Sequence[str]) -> Mapping[str, DeviceState]:
    columns = "device, heard_at, skew_ms, jumped_at, jump_ms, refused, refused_at"
    given = ("SELECT value FROM json_each(?)", among(devices)) if is_sqlite(StateRow) else ("SELECT unnest(?::text[])", list(devices))
    found = query(StateRow, f"SELECT {columns} FROM ingest_device WHERE device IN ({given[0]})", (given[1],))  # noqa: S608 - own names
    return {row[0]: _state(row[1:]) for row in found}


def _state(row: tuple[int, int | None, int | None, int | None, str | None, int | None]) -> DeviceState:
    heard_at, skew, jumped_at, jump, refused, refused_at = row
    return DeviceState(
        heard_at=from_micros(heard_at) if heard_at else None,
        skew_s=None if skew is None else skew / 1000,
        jumped_at=None if jumped_at is None else from_micros(jumped_at),
        jump_s=None if jump is None else jump / 1000,
        refused=Distrust(refused) if refused else None,
        refused_at=None if refused_at is None else from_micros(refused_at),
    )

"""Looks into the log at a device's habits."""

from __future__ import annotations

from datetime import datetime

from device_ingest.store.raw import query, to_micros
from device_ingest.store.tables import EventRow

_DAY = 24 * 3600 * 1_000_000


def spoke(device: str, *, start: datetime, end: datetime) -> bool:
    """Whether something happened at it in that time."""
    sql = "SELECT 1 FROM ingest_event WHERE device = ? AND at >= ? AND at < ? LIMIT 1"
    return bool(query(EventRow, sql, (device, to_micros(start), to_micros(end))))


def days_heard(device: str, *, start: datetime, end: datetime) -> int:
    """Days, counted back from the end, in which it said anything."""
    sql = f"SELECT COUNT(DISTINCT (? - at) / {_DAY}) FROM ingest_event WHERE device = ? AND at >= ? AND at < ?"  # noqa: S608 - own number
    return int(query(EventRow, sql, (to_micros(end), device, to_micros(start), to_micros(end)))[0][0])

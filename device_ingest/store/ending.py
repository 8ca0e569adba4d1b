"""What is not kept for ever: spent signatures, what was doubted, events whose school years are over (RULES A18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.store.appending import NONCE_KEPT
from device_ingest.store.raw import change, query, to_micros
from device_ingest.store.reading import Held
from device_ingest.store.tables import EventKey, EventRow, Nonce, Quarantined

__all__ = ["NONCE_KEPT", "QUARANTINE_KEPT", "forget", "forget_named", "remove_events", "remove_nonces", "remove_quarantined"]

QUARANTINE_KEPT = timedelta(days=90)
_KEY = "source = '/schools/' || ? || '/devices/' || ? AND id = ?"


def remove_nonces(*, now: datetime, limit: int) -> int:
    sql = "DELETE FROM ingest_nonce WHERE (device, nonce) IN (SELECT device, nonce FROM ingest_nonce WHERE until < ? LIMIT ?)"
    return change(Nonce, sql, (to_micros(now), limit))


def remove_quarantined(*, now: datetime, limit: int) -> int:
    """With the keys of those that were doubted at once: by now such an event is too old to be stored, whatever its id."""
    sql = "SELECT source, id, hash FROM ingest_quarantine WHERE received_at < ? LIMIT ?"
    old = query(Quarantined, sql, (to_micros(now - QUARANTINE_KEPT), limit))
    for source, id_, hash_ in old:
        change(Quarantined, "DELETE FROM ingest_quarantine WHERE source = ? AND id = ? AND hash = ?", (source, id_, hash_))
        change(EventKey, "DELETE FROM ingest_event_key WHERE source = ? AND id = ? AND hash = ?", (source, id_, hash_))
    return len(old)


def remove_events(*, before: datetime, limit: int) -> int:
    """The log's oldest that came before that moment, with their keys: a device that repeats one hears that it is too old."""
    oldest = query(EventRow, "SELECT seq, school, device, id, received_at FROM ingest_event ORDER BY seq LIMIT ?", (limit,))
    ended = [row for row in oldest if row[4] < to_micros(before)]
    for seq, school, device, id_, _ in ended:
        change(EventRow, "DELETE FROM ingest_event WHERE seq = ?", (seq,))
        change(EventKey, f"DELETE FROM ingest_event_key WHERE {_KEY}", (school, device, id_))  # noqa: S608 - own words
    return len(ended)


def forget(held: Sequence[Held]) -> int:
    """What these carriers did while they were one person's. The keys stay: a repeat must not bring an event back."""
    gone = 0
    for one in held:
        until = "" if one.until is None else " AND at < ?"
        params = (one.token, one.carrier, one.school, to_micros(one.since), *(() if one.until is None else (to_micros(one.until),)))
        gone += change(EventRow, f"DELETE FROM ingest_event WHERE token = ? AND carrier = ? AND school = ? AND at >= ?{until}", params)  # noqa: S608 - own words
        doubted = "DELETE FROM ingest_quarantine WHERE school = ? AND data LIKE ?"
        change(Quarantined, doubted, (one.school, f'%"token":"{one.token}"%'))
    return gone


def forget_named(child: str) -> int:
    """What a guard or a tutor said of the child by name (RULES E9)."""
    return change(EventRow, "DELETE FROM ingest_event WHERE token = ? AND carrier = ?", (child, MANUAL))

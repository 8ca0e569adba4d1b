"""What came out of the buffer and cannot be stored as an event: kept with its bytes, so that nothing is lost and nothing is blocked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

import peewee

from device_ingest.store.raw import change, to_micros
from device_ingest.store.tables import Quarantined

UNSTORABLE = (peewee.DataError, ValueError, OverflowError)
"""The row's own fault: no other try will store it."""
UNREADABLE = "unreadable"
_SQL = (
    "INSERT INTO ingest_quarantine (source, id, hash, school, device, type, written, received_at, reason, data) "
    "VALUES ('', ?, ?, '', '', '', '', ?, ?, ?) ON CONFLICT DO NOTHING"
)


def set_aside(raws: Sequence[bytes], *, now: datetime) -> None:
    for raw in raws:
        key = blake2b(raw, digest_size=16).digest()
        change(Quarantined, _SQL, (key.hex(), key, to_micros(now), UNREADABLE, base64.b64encode(raw).decode()))

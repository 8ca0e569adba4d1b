"""Events of devices as CloudEvents 1.0, one a line: the same bytes for the command and for the school's file."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from device_ingest.envelope.cloud_events import RFC3339
from device_ingest.store import Kept
from hub.store.school import devices


def lines_of(rows: Sequence[Kept]) -> bytes:
    """Inside the caller's unit, which also knows the devices."""
    sources = {id_: card.source for id_ in {row.device for row in rows} if (card := devices.find(id_))}
    return b"".join(msgspec.json.encode(_event(row, sources.get(row.device, ""))) + b"\n" for row in rows)


def _event(row: Kept, source: str) -> dict[str, object]:
    """As it was sent, but for the carrier's number: its end is left. A terminal's own way to write a time stands beside the time."""
    plain = RFC3339.fullmatch(row.written)
    return ({} if plain else {"writtentime": row.written}) | {
        "specversion": "1.0",
        "id": row.id,
        "source": source,
        "type": row.type.value,
        "time": row.written if plain else row.at,
        "datacontenttype": "application/json",
        "receivedat": row.received_at,
        "auth": row.auth.value,
        "data": row.data,
    }

"""How far each reader of the log is behind: a till that is not charged, a notice that is not decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from device_ingest.store.raw import from_micros, query
from device_ingest.store.tables import CursorRow, EventRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """`behind` counts numbers of the log, gaps included; `oldest` is when the first unread event came."""

    reader: str
    behind: int
    oldest: datetime | None


def lags() -> Sequence[Lag]:
    """Of everybody who ever read; two look-ups by the log's number each."""
    last = int(query(EventRow, "SELECT COALESCE(MAX(seq), 0) FROM ingest_event", ())[0][0])
    found = []
    for reader, seq in query(CursorRow, "SELECT reader, seq FROM ingest_cursor ORDER BY reader", ()):
        unread = query(EventRow, "SELECT received_at FROM ingest_event WHERE seq > ? ORDER BY seq LIMIT 1", (seq,))
        found.append(
            Lag(reader=str(reader), behind=max(0, last - int(seq)) if unread else 0, oldest=from_micros(unread[0][0]) if unread else None)
        )
    return found

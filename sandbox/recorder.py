"""The bounded log of requests that outside clients made; secrets are masked whenever it is shown."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.masking import masked_body, masked_headers, masked_pairs

LIMIT = 2000
BODY_KEPT = 65_536


@dataclass(slots=True, kw_only=True)
class Record:
    """One request as it came: `path` is the client's own spelling, `system` the prefix that it was routed to."""

    id: int
    system: str
    time: datetime
    method: str
    path: str
    raw_query: bytes = b""
    raw_headers: tuple[tuple[bytes, bytes], ...] = ()
    secret_fields: frozenset[str] = frozenset()
    raw_body: bytearray = field(default_factory=bytearray)
    status: int | None = None
    verdicts: dict[str, Any] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    duration_ms: float | None = None

    def shown(self) -> dict[str, Any]:
        content_type = next((value for name, value in self.raw_headers if name.lower() == b"content-type"), b"").decode("latin-1")
        return {
            "id": str(self.id),
            "system": self.system,
            "time": self.time.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": masked_pairs(self.raw_query.decode("latin-1"), self.secret_fields),
            "headers": masked_headers(self.raw_headers, self.secret_fields),
            "body": masked_body(bytes(self.raw_body), content_type, self.secret_fields),
            "status": self.status,
            "verdicts": self.verdicts,
            "faults": list(self.faults),
            "duration_ms": self.duration_ms,
        }


class Recorder:
    def __init__(self, limit: int = LIMIT) -> None:
        self._records: deque[Record] = deque(maxlen=limit)
        self._last = 0

    def next_id(self) -> int:
        self._last += 1
        return self._last

    def add(self, record: Record) -> None:
        self._records.append(record)

    def clear(self) -> None:
        self._records.clear()

    def all(self) -> list[Record]:
        """Oldest first."""
        return list(self._records)

"""The bounded log of requests that outside clients made, with secrets masked."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LIMIT = 2000


@dataclass(slots=True, kw_only=True)
class Record:
    """One request as it came; `path` is the client's own spelling, `system` the prefix it was routed to."""

    id: int
    system: str
    time: datetime
    method: str
    path: str
    query: dict[str, Any]
    headers: dict[str, str]
    body: Any = None
    status: int | None = None
    verdicts: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None
    duration_ms: float | None = None


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

    def list(self) -> list[Record]:
        """Oldest first."""
        return list(self._records)

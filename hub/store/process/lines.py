"""How a connection of this process fares that lives as long as the process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class LineState:
    """A connection that this process holds, or another; `gone_since` while it cannot be had."""

    listening: bool = False
    gone_since: datetime | None = None

    @property
    def word(self) -> str:
        """As a breaker's: open while nobody answers."""
        return "open" if self.gone_since else "closed"

"""What becomes of an event: its time is judged, nothing else; whether it is known already is the store's to say (RULES E2-E4). Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

OLDEST = timedelta(days=30)
NEWEST = timedelta(minutes=10)
LATE = timedelta(minutes=15)
JUMP = timedelta(minutes=2)
LIVE = timedelta(seconds=45)
"""Between an event and its arrival, where nothing held it up."""
BOUNCE = timedelta(seconds=5)
RESET = datetime(2001, 1, 1, tzinfo=UTC)
"""A device that lost its clock says the year 2000."""


def estimated_skew(newest: datetime, received_at: datetime) -> float | None:
    """Of a device that signs no time: how far its clock is off by its newest event. What lies back may have waited, so it tells nothing."""
    off = newest - received_at
    return off.total_seconds() if off >= -LIVE else None


class Clock:
    """Judges the events of one message. `since` is when its device was registered."""

    __slots__ = ("_earliest", "_late", "_newest", "_since")

    def __init__(self, *, since: datetime, received_at: datetime) -> None:
        self._newest = received_at + NEWEST
        self._earliest = received_at - OLDEST
        self._late = received_at - LATE
        self._since = since

    def doubt(self, at: datetime) -> str | None:
        """Why the time is not believed, or None (RULES E3)."""
        if self._since <= at <= self._newest and at >= self._earliest:
            return None
        if at < RESET:
            return "clock_reset"
        if at > self._newest:
            return "future"
        return "too_old" if at < self._earliest else "before_registration"

    def late(self, at: datetime) -> bool:
        """It enters the timeline as received late and tells nobody that a child «has entered» (RULES E4)."""
        return at < self._late

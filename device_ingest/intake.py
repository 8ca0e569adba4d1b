"""What becomes of an event: its clock is judged, nothing else; whether it is known already is the store's to say (RULES E2-E4). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from device_ingest.model import Event, Sender

OLDEST = timedelta(days=30)
NEWEST = timedelta(minutes=10)
LATE = timedelta(minutes=15)
JUMP = timedelta(minutes=2)
BOUNCE = timedelta(seconds=5)


def doubt(event: Event, sender: Sender, *, received_at: datetime) -> str | None:
    """Why the event's time is not believed, or None. A device that lost its clock says the year 2000 (RULES E3)."""
    if event.at.year <= 2000:
        return "clock_reset"
    if event.at > received_at + NEWEST:
        return "future"
    if event.at < received_at - OLDEST:
        return "too_old"
    return "before_registration" if event.at < sender.since else None


def late(event: Event, *, received_at: datetime) -> bool:
    """It enters the timeline as received late and tells nobody that a child «has entered» (RULES E4)."""
    return received_at - event.at > LATE


def jumped(skew_s: float | None, before_s: float | None) -> bool:
    """The device's clock moved by more than two minutes between two messages (RULES E3)."""
    return skew_s is not None and before_s is not None and abs(skew_s - before_s) > JUMP.total_seconds()

"""The source of what people of a school mark by hand: no device, and nobody else's (RULES E2, E9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from device_ingest.model import Sender, Sign


def desk_of(school: str) -> str:
    """The name under which the log knows the school's people."""
    return f"by-name-{school}"


def sender_of(school: str, zone: str, *, now: datetime) -> Sender:
    return Sender(
        id=desk_of(school),
        school=school,
        source=f"/schools/{school}/by-name",
        key_id="",
        serial="",
        sign=Sign.OFFICE,
        since=now - timedelta(days=1),
        zone=zone,
    )

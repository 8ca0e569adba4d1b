"""Announcements of the school: the list alone, because opening one would mark it read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connectors.diaries.eljur.mapping import wire
from connectors.diaries.eljur.mapping.frame import Frame
from connectors.kit.answers import text_of
from connectors.kit.diary import Announcement
from connectors.kit.local_time import moment
from connectors.kit.plain_text import plain_text


def announcements(frame: Frame, notices: Sequence[wire.Notice]) -> tuple[Announcement, ...]:
    """Those of the window's days, each once: what is posted while pages are turned moves one over."""
    records: dict[str, Announcement] = {}
    for index, notice in enumerate(notices):
        published_at = posted(frame, notice, f"$.notices[{index}].date")
        id_ = text_of(frame.system, notice.id, f"$.notices[{index}].id")
        if frame.holds(published_at.astimezone(frame.zone).date()):
            records[id_] = Announcement(
                origin=frame.origin(id_),
                title=plain_text(notice.subject),
                body=plain_text(notice.short_text),
                published_at=published_at,
                author=plain_text(notice.user_from_string),
            )
    return tuple(records.values())


def posted(frame: Frame, notice: wire.Notice, where: str) -> datetime:
    """A day, or a day and a time."""
    day, _, clock = notice.date.replace("T", " ", 1).partition(" ")
    return moment(frame.system, frame.day(day, where), clock or "00:00", frame.zone, where)

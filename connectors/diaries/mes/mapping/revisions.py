"""Corrections from the notifications: each names the subject, the day and both values, but not the mark (RULES C3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connectors.diaries.mes.mapping import wire
from connectors.diaries.mes.mapping.frame import Frame
from connectors.diaries.mes.mapping.marks import shown
from connectors.kit.diary import Revision
from connectors.kit.plain_text import plain_text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    old: str
    new: str
    at: datetime


_Spot = tuple[str, date]


def revisions(frame: Frame, marks: Sequence[wire.MarkOf], notifications: Sequence[wire.Notification]) -> Mapping[int, tuple[Revision, ...]]:
    """Mark id -> its older values, oldest first. Where two marks of one lesson look alike, nobody is guessed."""
    changes = _changes(frame, notifications)
    if not changes:
        return {}
    spots = {mark.id: (plain_text(mark.subject_name), frame.day(mark.date, "$.payload[].date")) for mark in marks}
    alike = Counter((spots[mark.id], shown(mark)) for mark in marks)
    found: dict[int, tuple[Revision, ...]] = {}
    for mark in marks:
        spot = spots[mark.id]
        if spot in changes and alike[spot, shown(mark)] == 1:
            history = _walk(changes[spot], shown(mark))
            if history:
                found[mark.id] = history
    return found


def _changes(frame: Frame, notifications: Sequence[wire.Notification]) -> dict[_Spot, list[_Change]]:
    """Corrections by lesson, the latest first."""
    found: dict[_Spot, list[_Change]] = {}
    for at, one in enumerate(notifications):
        if one.event_type != "update_mark" or not (one.old_mark_value and one.new_mark_value and one.lesson_date):
            continue
        where = f"$[{at}]"
        told = frame.maybe_moment(one.created_at or one.datetime, f"{where}.created_at")
        day = frame.day(one.lesson_date, f"{where}.lesson_date")
        if told is not None:
            change = _Change(old=one.old_mark_value.strip(), new=one.new_mark_value.strip(), at=told)
            found.setdefault((plain_text(one.subject_name), day), []).append(change)
    for changes in found.values():
        changes.sort(key=lambda change: change.at, reverse=True)
    return found


def _walk(changes: Sequence[_Change], value: str) -> tuple[Revision, ...]:
    """Back from the value of today, link by link."""
    history: list[Revision] = []
    for change in changes:
        if change.new == value and change.old != value:
            history.append(Revision(value=change.old, seen_at=change.at))
            value = change.old
    return tuple(reversed(history))

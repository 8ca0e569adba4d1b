"""What an opened account still waits for outside, since when, and when it is looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.store.diaries.diary_links import DiaryLink, LinkState
from hub.store.fields import from_micros, rows, to_micros

FIRST_LOOK = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=6)
DAILY = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(days=60)
"""Nobody approves after so long: then only the person looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """`since` is None for what began before this was kept."""

    waits_for: str
    since: datetime | None


def pause_after(looks: int) -> timedelta:
    """Longer each time: schools decide in days, and a letter is read within the hour."""
    pause: timedelta = min(FIRST_LOOK * 2 ** min(looks, 10), LONGEST_PAUSE)
    return pause


def set_waiting(id_: str, waits_for: str | None, *, now: datetime) -> None:
    """As the account says now; the same thing is waited for since it was first heard of."""
    for before, since in rows(DiaryLink, "SELECT waits_for, waits_since FROM diary_link WHERE id = ?", (id_,)):
        if waits_for is None:
            DiaryLink.update(waits_for=None, waits_since=None, looks=0, look_at=now + DAILY).where(DiaryLink.id == id_).execute()
        elif before != waits_for or since is None:
            DiaryLink.update(waits_for=waits_for, waits_since=now, looks=0, look_at=now + FIRST_LOOK).where(DiaryLink.id == id_).execute()


def waiting_of(person: str) -> Mapping[str, Waits]:
    """By link: what this person's accounts wait for outside."""
    sql = "SELECT id, waits_for, waits_since FROM diary_link WHERE person = ? AND waits_for IS NOT NULL"
    return {
        str(id_): Waits(waits_for=str(waits_for), since=from_micros(since) if since is not None else None)
        for id_, waits_for, since in rows(DiaryLink, sql, (person,))
    }


def due(*, now: datetime, seen_since: datetime, system: str, limit: int) -> Sequence[str]:
    """Working links to be looked at: those that wait, and once a day those of people who were here lately."""
    sql = (
        "SELECT l.id FROM diary_link l WHERE l.system = ? AND l.state = ? AND COALESCE(l.look_at, 0) <= ?"
        " AND ((l.waits_for IS NOT NULL AND COALESCE(l.waits_since, 0) > ?)"
        " OR EXISTS (SELECT 1 FROM session s WHERE s.person = l.person AND s.ended_at IS NULL AND s.seen_at > ?))"
        " ORDER BY CASE WHEN l.waits_for IS NULL THEN 1 ELSE 0 END, COALESCE(l.look_at, 0), l.id LIMIT ?"
    )
    since = to_micros(now - GIVEN_UP_AFTER)
    found = rows(DiaryLink, sql, (system, LinkState.ACTIVE.value, to_micros(now), since, to_micros(seen_since), limit))
    return [id_ for (id_,) in found]


def looked(id_: str, *, now: datetime) -> None:
    """Plans the next look; before the look, so that a failing one is not repeated at once."""
    for looks, waits_for in rows(DiaryLink, "SELECT COALESCE(looks, 0), waits_for FROM diary_link WHERE id = ?", (id_,)):
        at = now + (pause_after(int(looks) + 1) if waits_for else DAILY)
        DiaryLink.update(looks=int(looks) + 1, look_at=at).where(DiaryLink.id == id_).execute()

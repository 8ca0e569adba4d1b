"""When each link is read in the background again, and which systems asked us to wait: for the worker alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.diaries.diary_links import LinkState
from hub.store.fields import InstantField, SealedColumn, changed, delete_ids, from_micros, rows, to_micros

KEPT = timedelta(days=7)


class DiaryPoll(peewee.Model):
    """One child through one link. `failures` in a row make the pauses longer."""

    id = peewee.TextField(primary_key=True)
    link = peewee.TextField(index=True)
    child = peewee.TextField()
    next_at = InstantField(index=True)
    failures = peewee.IntegerField()

    class Meta:
        table_name = "diary_poll"


class ReadingPause(peewee.Model):
    """The system said «too many»: nobody asks it in the background before `until`, whichever process heard it."""

    system = peewee.TextField(primary_key=True)
    until = InstantField()
    reason = peewee.TextField()

    class Meta:
        table_name = "reading_pause"


TABLES = (DiaryPoll, ReadingPause)
SEALED: tuple[SealedColumn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One child whose diary is to be read for its owner `person`."""

    link: str
    system: str
    person: str
    child: str
    failures: int


def due(*, now: datetime, seen_since: datetime, system: str, limit: int) -> Sequence[Due]:
    """Working links of people who were here lately, the longest waiting first: so each has its turn before any has two."""
    sql = (
        "SELECT l.id, l.system, l.person, p.child, COALESCE(q.failures, 0) FROM diary_link l"
        " JOIN diary_pupil p ON p.link = l.id AND p.child IS NOT NULL"
        " LEFT JOIN diary_poll q ON q.link = l.id AND q.child = p.child"
        " WHERE l.system = ? AND l.state = ? AND l.waits_for IS NULL AND COALESCE(q.next_at, 0) <= ?"
        " AND EXISTS (SELECT 1 FROM session s WHERE s.person = l.person AND s.ended_at IS NULL AND s.seen_at > ?)"
        " ORDER BY COALESCE(q.next_at, 0), l.id, p.child LIMIT ?"
    )
    found = rows(DiaryPoll, sql, (system, LinkState.ACTIVE.value, to_micros(now), to_micros(seen_since), limit))
    return [Due(link=link, system=name, person=person, child=child, failures=int(n)) for link, name, person, child, n in found]


def put(*, link: str, child: str, next_at: datetime, failures: int) -> None:
    sql = (
        "INSERT INTO diary_poll (id, link, child, next_at, failures) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET next_at = excluded.next_at, failures = excluded.failures"
    )
    changed(DiaryPoll, sql, (f"{link}.{child}", link, child, to_micros(next_at), failures))


def pause(system: str, *, until: datetime, reason: str) -> None:
    """A longer pause stays as it is."""
    sql = (
        "INSERT INTO reading_pause (system, until, reason) VALUES (?, ?, ?)"
        " ON CONFLICT (system) DO UPDATE SET until = excluded.until, reason = excluded.reason WHERE reading_pause.until < excluded.until"
    )
    changed(ReadingPause, sql, (system, to_micros(until), reason))


def pauses(*, now: datetime) -> dict[str, datetime]:
    """Systems that are not to be asked yet, and until when."""
    found = rows(ReadingPause, "SELECT system, until FROM reading_pause WHERE until > ?", (to_micros(now),))
    return {system: from_micros(until) for system, until in found}


def waiting(*, now: datetime) -> dict[str, int]:
    """How many reads are overdue, by system."""
    sql = "SELECT l.system, COUNT(*) FROM diary_poll q JOIN diary_link l ON l.id = q.link WHERE q.next_at <= ? GROUP BY l.system"
    return {system: int(count) for system, count in rows(DiaryPoll, sql, (to_micros(now),))}


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Deletes what was due a week ago: its link is gone, or its people do not come any more."""
    return delete_ids(DiaryPoll, "SELECT id FROM diary_poll WHERE next_at < ? LIMIT ?", (to_micros(now - KEPT), limit))

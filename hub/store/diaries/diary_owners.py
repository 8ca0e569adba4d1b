"""Which diary accounts show a child, and who opened each (RULES A15)."""

from __future__ import annotations

from collections.abc import Sequence

from hub.store.diaries.diary_links import DiaryLink
from hub.store.fields import rows


def owners_of(child: str) -> Sequence[tuple[str, str]]:
    """System and owner of every account in which this child is listed, the oldest first."""
    sql = (
        "SELECT l.system, l.person FROM diary_link l JOIN diary_pupil p ON p.link = l.id WHERE p.child = ?"
        " GROUP BY l.system, l.person ORDER BY MIN(l.created_at), l.system, l.person"
    )
    return [(str(system), str(person)) for system, person in rows(DiaryLink, sql, (child,))]


def showing(child: str) -> Sequence[tuple[str, str, str]]:
    """Link, system and owner of every account that shows this child and waits for nothing, the oldest first."""
    sql = (
        "SELECT l.id, l.system, l.person FROM diary_link l JOIN diary_pupil p ON p.link = l.id"
        " WHERE p.child = ? AND l.waits_for IS NULL ORDER BY l.created_at, l.id"
    )
    return [(str(link), str(system), str(person)) for link, system, person in rows(DiaryLink, sql, (child,))]

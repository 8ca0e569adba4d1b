"""What an opened account still waits for outside: approval by the school, a letter, an invitation."""

from __future__ import annotations

from collections.abc import Mapping

from hub.store.diaries.diary_links import DiaryLink
from hub.store.fields import rows


def set_waiting(id_: str, waits_for: str | None) -> None:
    DiaryLink.update(waits_for=waits_for).where(DiaryLink.id == id_).execute()


def waiting_of(person: str) -> Mapping[str, str]:
    """By link: what this person's accounts wait for outside."""
    sql = "SELECT id, waits_for FROM diary_link WHERE person = ? AND waits_for IS NOT NULL"
    return {str(id_): str(waits_for) for id_, waits_for in rows(DiaryLink, sql, (person,))}

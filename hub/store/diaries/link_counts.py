"""How many accounts of each system are connected, and how many wait for a sign-in or for the school; nobody is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from hub.store.diaries.diary_links import DiaryLink
from hub.store.fields import rows


def counts() -> Mapping[str, Mapping[str, int]]:
    """By system and state; an account that waits for a letter, an approval or an invitation is `waiting`."""
    sql = "SELECT system, CASE WHEN waits_for IS NOT NULL THEN 'waiting' ELSE state END AS s, COUNT(*) FROM diary_link GROUP BY system, s"
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for system, state, count in rows(DiaryLink, sql, ()):
        found[system][state] = int(count)
    return found

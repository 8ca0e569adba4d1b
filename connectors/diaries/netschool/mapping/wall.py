"""Announcements of the school: HTML of anybody's making."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.diaries.netschool.mapping import wire
from connectors.diaries.netschool.mapping.frame import Frame
from connectors.kit.diary import Announcement
from connectors.kit.plain_text import plain_text


def announcements(frame: Frame, posts: Sequence[wire.Post]) -> tuple[Announcement, ...]:
    """Those of the window's days."""
    records = []
    for index, post in enumerate(posts):
        published_at = frame.moment(post.post_date, f"$[{index}].postDate")
        if frame.holds(published_at.astimezone(frame.zone).date()):
            records.append(
                Announcement(
                    origin=frame.origin(post.id),
                    title=plain_text(post.name),
                    body=plain_text(post.description),
                    published_at=published_at,
                    author=plain_text(post.author.fio) if post.author else "",
                )
            )
    return tuple(records)

"""What the school, the class and the diary itself announce (F203)."""

from __future__ import annotations

from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.show_diary.listing import RECENT
from hub.flows.show_diary.pages.frame import Asked, head, read
from hub.flows.show_diary.pages.views import AnnouncementsView
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import AnnouncementItem
from hub.flows.words import today_of
from hub.store.sessions import Visitor


async def show_announcements(deps: Deps, visitor: Visitor, child: str, asked: Asked) -> AnnouncementsView:
    """Without dates the last 90 days, newest first."""
    today = await today_of(deps, child)
    window = asked.window(today - RECENT, today)
    seen = await read(deps, visitor, child, "diary.announcements", frozenset({Datum.ANNOUNCEMENTS}), window)
    items = decoded(seen.of(Datum.ANNOUNCEMENTS), AnnouncementItem)
    return AnnouncementsView(
        **head(deps, visitor, seen, window), items=tuple(sorted(items, key=lambda one: one.published_at, reverse=True))
    )

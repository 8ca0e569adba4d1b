"""«Что изменилось»: new and corrected marks, homework, lessons, absences and results since a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.outputs.changes import changes_since
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import week_of
from hub.flows.show_diary.changed import news_of
from hub.flows.show_diary.pages.frame import head, read
from hub.flows.show_diary.pages.views import NewsView
from hub.flows.show_diary.week import WEEKLY
from hub.flows.words import today_of
from hub.store.sessions import Visitor, visits

YESTERDAY = timedelta(days=1)
FURTHEST = timedelta(days=60)
MOST = 300


async def show_news(deps: Deps, visitor: Visitor, child: str, *, since: datetime | None = None) -> NewsView:
    """This week and the next are asked as by any page; then what changed is told. Without a moment: since the last visit, or a day."""
    visit = await last_visit(deps, visitor)
    moment = since or visit or deps.now() - YESTERDAY
    today = await today_of(deps, child)
    window = Window(start=week_of(today).start, end=week_of(today).end + timedelta(days=7))
    seen = await read(deps, visitor, child, "diary.news", WEEKLY, window)
    found = await changes_since(deps, visitor, child, max(moment, deps.now() - FURTHEST), limit=MOST)
    return NewsView(**head(deps, visitor, seen, window), since=moment, visit=visit, news=news_of(found))


async def last_visit(deps: Deps, visitor: Visitor) -> datetime | None:
    """The end of the visit before this one, which is noted; None at the first."""
    now = deps.now()
    found = await deps.db.read(lambda: visits.of_person(visitor.person))
    if found is None or not timedelta(0) <= now - found[0] < visits.NOTED_EVERY:
        await deps.db.write(lambda: visits.note(visitor.person, now=now))
    if found is None:
        return None
    return found[0] if now - found[0] > visits.PAUSE else found[1]


def moment_of(text: str) -> datetime:
    """RFC 3339, with an offset."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(Reason.MALFORMED, "«since» записано неверно: нужен вид 2026-11-16T08:00:00Z.") from error

"""«Сегодня»: each child's day on the home page, from the copies at once; what is not fresh is asked meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.outputs.changes import changes_since
from hub.flows.refusals import Refused
from hub.flows.show_diary.changed import news_of
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.pages.news import YESTERDAY, last_visit
from hub.flows.show_diary.pages.views import TodayView
from hub.flows.show_diary.sources import Seen, look
from hub.flows.show_diary.week import WEEKLY, days_of, decoded, zone_of
from hub.flows.views.diary import DayView, Freshness
from hub.flows.views.items import HomeworkItem, TermItem
from hub.flows.words import today_of
from hub.store.sessions import Visitor

AHEAD = 4
"""From a Thursday before a long weekend to the Monday after it."""
NEWS = 4


async def show_today(deps: Deps, visitor: Visitor, children: Iterable[str]) -> dict[str, TodayView]:
    """By child; a child whose right ended a moment ago is left out."""
    since = await last_visit(deps, visitor) or deps.now() - YESTERDAY
    found = await asyncio.gather(*(_card(deps, visitor, child, since) for child in children))
    return {one.child: one for one in found if one is not None}


async def _card(deps: Deps, visitor: Visitor, child: str, since: datetime) -> TodayView | None:
    today = await today_of(deps, child)
    window = Window(start=today, end=today + timedelta(days=AHEAD))
    wish = Wish(child=child, data=WEEKLY | {Datum.TERMS}, window=window, page="diary.today", quiet=True, unasked=frozenset({Datum.TERMS}))
    try:
        seen = await look(deps, visitor, wish, pupils=True)
        news = news_of(await changes_since(deps, visitor, child, since))
    except Refused:
        return None
    days = days_of(today, seen, AHEAD + 1)
    ahead = next((day for day in days[1:] if day.lessons or _due(day)), None)
    return TodayView(
        child=child,
        today=today,
        zone=zone_of(seen.child, seen.pupils),
        day=days[0],
        holiday=_holiday(seen, today),
        next_day=ahead.date if ahead else None,
        due=tuple(_due(ahead)) if ahead else (),
        news=news[:NEWS],
        more_news=max(0, len(news) - NEWS),
        pending=_pending(seen),
        sources=seen.states,
    )


def _pending(seen: Seen) -> bool:
    """Some source was not yet asked for these days, and none has answered."""
    asked = [one for one in seen.states if one.state is not Freshness.UNAVAILABLE]
    return any(one.state is Freshness.STALE for one in asked) and all(one.fetched_at is None for one in asked)


def _due(day: DayView) -> Sequence[HomeworkItem]:
    return [*(item for slot in day.lessons for item in slot.homework), *day.homework]


def _holiday(seen: Seen, today: date) -> str:
    terms = decoded(seen.of(Datum.TERMS), TermItem)
    return next((one.name for one in terms if one.holiday and one.start <= today <= one.end), "")

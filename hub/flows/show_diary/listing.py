"""One kind of a child's diary as a list: what `/api/v1/children/{id}/…` answers."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.cursors import from_cursor, to_cursor
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import LONGEST, YEARLY, school_year_of, week_of
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.sources import look
from hub.flows.views.base import View
from hub.flows.views.diary import SourceState
from hub.flows.words import today_of
from hub.store.sessions import Visitor

PAGE = 1000
RECENT = timedelta(days=90)


class Listing(View, frozen=True, kw_only=True):
    """The items' JSON stays as it was stored; `next` asks for the rest."""

    items: tuple[msgspec.Raw, ...]
    sources: tuple[SourceState, ...]
    next: str | None = None


async def list_items(
    deps: Deps,
    visitor: Visitor,
    child: str,
    datum: Datum,
    *,
    start: date | None = None,
    end: date | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
    forced: bool = False,
) -> Listing:
    """Without dates: this week; results, figures and terms: this school year; announcements: the last 90 days."""
    window = window_of(datum, start, end, None if start or end else await today_of(deps, child))
    wish = Wish(child=child, data=frozenset({datum}), window=window, page=f"diary.{datum.value}", forced=forced)
    after = from_cursor(cursor) if cursor else None
    seen = await look(deps, visitor, wish)
    kept = [one for one in seen.of(datum) if after is None or one.order > after]
    page = kept[:limit]
    more = to_cursor(page[-1].order) if len(kept) > limit else None
    return Listing(items=tuple(one.item for one in page), sources=seen.states, next=more)


def window_of(datum: Datum, start: date | None, end: date | None, today: date | None) -> Window:
    """The asked dates; one alone means a week from or up to it. Longer than a year and a bit is refused."""
    if today is not None and datum is Datum.ANNOUNCEMENTS:
        return Window(start=today - RECENT, end=today)
    if today is not None:
        return school_year_of(today) if datum in YEARLY else week_of(today)
    first = start or (end or date.min) - timedelta(days=6)
    last = end or first + timedelta(days=6)
    if last < first or last - first > LONGEST:
        raise Refused(Reason.MALFORMED, "Проверьте даты: «from» не позже «to», вместе не больше 400 дней.")
    if not 2000 <= first.year <= last.year <= 2100:
        raise Refused(Reason.MALFORMED, "Проверьте даты: годы от 2000 до 2100.")
    return Window(start=first, end=last)

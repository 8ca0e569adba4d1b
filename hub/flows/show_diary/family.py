"""All children, all their diaries, in one answer: what `/api/v1/children/diary` gives an app that has just been opened."""

from __future__ import annotations

from datetime import date

import msgspec

from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.show_diary.blocks import week_of
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.listing import window_of
from hub.flows.show_diary.sources import Seen, look_at_all
from hub.flows.show_diary.week import WEEKLY
from hub.flows.views.base import View
from hub.flows.views.diary import SourceState
from hub.store.sessions import Visitor


class ChildDiaryView(View, frozen=True, kw_only=True):
    """One child's days in all linked diaries; the items' JSON stays as it was stored."""

    id: str
    last_name: str
    first_name: str
    lessons: tuple[msgspec.Raw, ...]
    marks: tuple[msgspec.Raw, ...]
    homework: tuple[msgspec.Raw, ...]
    attendance: tuple[msgspec.Raw, ...]
    sources: tuple[SourceState, ...]


class FamilyDiaryView(View, frozen=True, kw_only=True):
    start: date
    end: date
    children: tuple[ChildDiaryView, ...]


async def show_family(
    deps: Deps, visitor: Visitor, *, start: date | None = None, end: date | None = None, forced: bool = False
) -> FamilyDiaryView:
    """Every system of every child is asked at once, each with its own deadline; without dates this week."""
    window = window_of(Datum.LESSONS, start, end, None) if start or end else week_of(deps.now().date())
    wish = Wish(data=WEEKLY, window=window, page="diary.family", forced=forced, hurry=True)
    children = await look_at_all(deps, visitor, wish)
    return FamilyDiaryView(start=window.start, end=window.end, children=tuple(_child(seen) for seen in children))


def _child(seen: Seen) -> ChildDiaryView:
    return ChildDiaryView(
        id=seen.child.id,
        last_name=seen.child.last_name,
        first_name=seen.child.first_name,
        lessons=_items(seen, Datum.LESSONS),
        marks=_items(seen, Datum.MARKS),
        homework=_items(seen, Datum.HOMEWORK),
        attendance=_items(seen, Datum.ATTENDANCE),
        sources=seen.states,
    )


def _items(seen: Seen, datum: Datum) -> tuple[msgspec.Raw, ...]:
    return tuple(kept.item for kept in seen.of(datum))

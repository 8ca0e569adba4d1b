"""Homework by date: what is due tomorrow stands first (F173)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.show_diary.pages.frame import Asked, head, read
from hub.flows.show_diary.pages.views import HomeworkDay, HomeworkView
from hub.flows.show_diary.shape import day_of
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import HomeworkItem
from hub.flows.words import today_of
from hub.store.sessions import Visitor

AHEAD = timedelta(days=7)


async def show_homework(deps: Deps, visitor: Visitor, child: str, asked: Asked) -> HomeworkView:
    """Without dates today and the week after it."""
    today = await today_of(deps, child)
    window = asked.window(today, today + AHEAD)
    seen = await read(deps, visitor, child, "diary.homework", frozenset({Datum.HOMEWORK}), window)
    items = decoded(seen.of(Datum.HOMEWORK), HomeworkItem)
    top = head(deps, visitor, seen, window)
    ahead = [one for one in items if (day := day_of(one)) is not None and day >= top["today"]]
    return HomeworkView(
        **top,
        days=_days(items, top["today"]),
        left=sum(1 for one in ahead if not one.done),
        done=sum(1 for one in ahead if one.done),
    )


def _days(items: Iterable[HomeworkItem], today: date) -> tuple[HomeworkDay, ...]:
    found: dict[date | None, list[HomeworkItem]] = {}
    for item in items:
        found.setdefault(day_of(item), []).append(item)
    return tuple(HomeworkDay(date=day, items=tuple(found[day])) for day in sorted(found, key=lambda day: _place(day, today)))


def _place(day: date | None, today: date) -> tuple[int, int]:
    if day is None:
        return (3, 0)
    away = (day - today).days
    return (0, away) if away > 0 else (1, 0) if away == 0 else (2, -away)

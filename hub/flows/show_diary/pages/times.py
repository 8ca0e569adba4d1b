"""«Режим пребывания»: when the lessons and electives of a week begin and end (F175)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.show_diary.blocks import week_of
from hub.flows.show_diary.pages.frame import head, read
from hub.flows.show_diary.pages.views import Bell, TimesDay, TimesView
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import LessonItem
from hub.flows.words import today_of
from hub.store.sessions import Visitor


async def show_times(deps: Deps, visitor: Visitor, child: str, *, day: date | None = None) -> TimesView:
    """The week of that day, or of today."""
    week = week_of(day or await today_of(deps, child))
    seen = await read(deps, visitor, child, "diary.times", frozenset({Datum.LESSONS}), week)
    lessons = [one for one in decoded(seen.of(Datum.LESSONS), LessonItem) if one.status != "cancelled"]
    top = head(deps, visitor, seen, week)
    days = (week.start + timedelta(days=shift) for shift in range(7))
    return TimesView(
        **top,
        days=tuple(_day(one, mine) for one in days if (mine := [lesson for lesson in lessons if lesson.date == one])),
        bells=tuple(_bells(lessons, ZoneInfo(top["zone"]))),
    )


def _day(day: date, lessons: Sequence[LessonItem]) -> TimesDay:
    plain = [one for one in lessons if one.kind == "lesson"]
    return TimesDay(
        date=day,
        start=min((one.start for one in plain if one.start), default=None),
        end=max((one.end for one in plain if one.end), default=None),
        lessons=len(plain),
        extras=tuple(one for one in lessons if one.kind != "lesson"),
    )


def _bells(lessons: Iterable[LessonItem], zone: ZoneInfo) -> Iterable[Bell]:
    found = {
        Bell(number=one.number, start=one.start.astimezone(zone).time(), end=one.end.astimezone(zone).time())
        for one in lessons
        if one.number is not None and one.start and one.end and one.kind == "lesson"
    }
    return sorted(found, key=lambda bell: (bell.number, bell.start))

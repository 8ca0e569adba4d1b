"""One mark as a card: its lesson, weight, comment, history, source and age."""

from __future__ import annotations

from datetime import date

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.pages.frame import head, read
from hub.flows.show_diary.pages.views import MarkView
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import LessonItem, MarkItem
from hub.store.sessions import Visitor


async def show_mark(deps: Deps, visitor: Visitor, child: str, mark: str, day: date) -> MarkView:
    """The mark of that day. One that is gone meanwhile is not found."""
    window = Window(start=day, end=day)
    seen = await read(deps, visitor, child, "diary.mark", frozenset({Datum.MARKS, Datum.LESSONS}), window)
    found = next((one for one in decoded(seen.of(Datum.MARKS), MarkItem) if one.id == mark), None)
    if found is None:
        raise Refused(Reason.NOT_FOUND, "Такой оценки в этот день больше нет: возможно, её убрали или перенесли. Откройте неделю дневника.")
    lesson = next((one for one in decoded(seen.of(Datum.LESSONS), LessonItem) if one.id == found.lesson), None)
    return MarkView(**head(deps, visitor, seen, window), mark=found, lesson=lesson)

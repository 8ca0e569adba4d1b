"""What a change of a record means to a family: a new mark, another value, a lesson that will not take place; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from connectors.kit.diary import Datum
from hub.flows.show_diary.pages.views import News, NewsKind
from hub.flows.views.base import View
from hub.flows.views.items import AnnouncementItem, AttendanceItem, FinalItem, HomeworkItem, LessonItem, MarkItem
from hub.flows.views.outputs import SeenChange

Item = TypeVar("Item", bound=View)
_LESSONS = {"cancelled": NewsKind.LESSON_CANCELLED, "replaced": NewsKind.LESSON_REPLACED, "moved": NewsKind.LESSON_MOVED}


def news_of(changes: Iterable[SeenChange]) -> tuple[News, ...]:
    """In the order of the changes; what says nothing to a family (a planned lesson was held, a file got another address) is left out."""
    return tuple(told for change in changes if (reader := _READERS.get(change.kind)) and (told := reader(change)) is not None)


def _both(change: SeenChange, kind: type[Item]) -> tuple[Item | None, Item | None]:
    read = msgspec.json.Decoder(kind)
    item = read.decode(change.item) if change.item is not None else None
    before = read.decode(change.before) if change.before is not None else None
    return item, before


def _mark(change: SeenChange) -> News | None:
    item, before = _both(change, MarkItem)
    shown = item or before
    if shown is None or (item and before and item.value == before.value):
        return None
    kind = NewsKind.MARK_REMOVED if item is None else NewsKind.MARK_CHANGED if before else NewsKind.MARK_NEW
    return _news(change, kind, shown, item.value if item else "", before.value if before else None)


def _homework(change: SeenChange) -> News | None:
    item, before = _both(change, HomeworkItem)
    shown = item or before
    if shown is None or (item and before and (item.text, item.due_date) == (before.text, before.due_date)):
        return None
    kind = NewsKind.HOMEWORK_REMOVED if item is None else NewsKind.HOMEWORK_CHANGED if before else NewsKind.HOMEWORK_NEW
    told = _news(change, kind, shown, item.text if item else "", before.text if before else None)
    return msgspec.structs.replace(told, date=shown.due_date or shown.assigned_date)


def _lesson(change: SeenChange) -> News | None:
    item, before = _both(change, LessonItem)
    if item is None:
        return _news(change, NewsKind.LESSON_REMOVED, before, "", before.subject) if before else None
    kind = _LESSONS.get(item.status)
    if kind is None or (before and before.status == item.status and before.subject == item.subject):
        return None
    return _news(change, kind, item, item.subject, item.replaces or (before.subject if before else None))


def _absence(change: SeenChange) -> News | None:
    item, before = _both(change, AttendanceItem)
    item, before = (one if one and one.kind != "present" else None for one in (item, before))
    shown = item or before
    if shown is None or (item and before and item.kind == before.kind):
        return None
    kind = NewsKind.ABSENCE_REMOVED if item is None else NewsKind.ABSENCE_CHANGED if before else NewsKind.ABSENCE_NEW
    return _news(change, kind, shown, item.kind if item else "", before.kind if before else None)


def _final(change: SeenChange) -> News | None:
    """A running average changes with every mark and is no result."""
    item, before = _both(change, FinalItem)
    if item is None or item.is_preliminary or (before and before.value == item.value and not before.is_preliminary):
        return None
    old = before.value if before and not before.is_preliminary else None
    told = _news(change, NewsKind.FINAL_NEW if old is None else NewsKind.FINAL_CHANGED, item, item.value, old)
    return msgspec.structs.replace(told, subject=f"{item.subject}, {item.period}")


def _announcement(change: SeenChange) -> News | None:
    item, before = _both(change, AnnouncementItem)
    return _news(change, NewsKind.ANNOUNCEMENT_NEW, item, item.title or item.body, None) if item and before is None else None


def _news(change: SeenChange, kind: NewsKind, shown: View, value: str, before: str | None) -> News:
    day, subject = getattr(shown, "date", None), getattr(shown, "subject", "")
    return News(id=change.id, kind=kind, date=day, subject=subject, value=value, before=before, at=change.at)


_READERS: Mapping[str, Callable[[SeenChange], News | None]] = {
    Datum.MARKS: _mark,
    Datum.HOMEWORK: _homework,
    Datum.LESSONS: _lesson,
    Datum.ATTENDANCE: _absence,
    Datum.FINALS: _final,
    Datum.ANNOUNCEMENTS: _announcement,
}

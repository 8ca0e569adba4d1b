"""The canonical records as the items of the JSON and the pages: opaque ids, provenance, older values of marks; pure."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from connectors.kit import diary
from connectors.kit.diary import Datum, DiaryPage
from connectors.kit.statistics import Figure
from hub.flows.views import items as views
from hub.flows.views.base import View
from hub.store.diaries.diary_copies import Kept

MOST_REVISIONS = 20


def opaque(child: str, system: str, kind: str, source_id: str) -> str:
    """A record's id: the same at each reading, meaningless elsewhere."""
    text = "\x1f".join((child, system, kind, source_id))
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:15]).decode()


class Shaper:
    """Shapes the records of one child in one system."""

    def __init__(self, child: str, system: str) -> None:
        self._child = child
        self._system = system

    def page(self, page: DiaryPage) -> Mapping[Datum, list[View]]:
        """The items of each kind that the page holds; a kind that it does not hold is absent."""
        found: dict[Datum, list[View]] = {}
        for datum, shape in self._shapes.items():
            records = getattr(page, datum.value)
            if records is not None:
                found[datum] = [shape(self, record) for record in records]
        return found

    def _id(self, kind: Datum, source_id: str) -> str:
        return opaque(self._child, self._system, kind.value, source_id)

    def _lesson_id(self, source_id: str | None) -> str | None:
        return None if source_id is None else self._id(Datum.LESSONS, source_id)

    def _head(self, kind: Datum, origin: diary.Origin) -> dict[str, Any]:
        source = views.ItemSource(system=self._system, id=origin.id, fetched_at=origin.fetched_at)
        return {"id": self._id(kind, origin.id), "child": self._child, "source": source}

    def lesson(self, one: diary.Lesson) -> views.LessonItem:
        return views.LessonItem(
            **self._head(Datum.LESSONS, one.origin),
            date=one.school_date,
            number=one.number,
            subject=one.subject,
            status=one.status.value,
            replaces=one.replaces,
            moved_from=one.moved_from,
            start=one.start,
            end=one.end,
            teachers=one.teachers,
            room=one.room,
            topic=one.topic,
            kind=one.kind,
            is_control=one.is_control,
            comment=one.comment,
        )

    def mark(self, one: diary.Mark) -> views.MarkItem:
        work = one.work or diary.Work()
        return views.MarkItem(
            **self._head(Datum.MARKS, one.origin),
            date=one.lesson_date,
            subject=one.subject,
            lesson=self._lesson_id(one.lesson),
            value=one.value,
            weight=_number(one.weight),
            comment=one.comment,
            revisions=tuple(views.RevisionView(value=old.value, seen_at=old.seen_at) for old in one.revisions),
            number=_number(one.number),
            parts=one.parts,
            scale=one.scale.value,
            criteria=tuple(views.CriterionView(name=c.name, value=c.value, max=c.max) for c in one.criteria),
            counts_in_average=one.counts_in_average,
            work=work.type_name or work.abbr,
            topic=work.topic,
            mood=one.mood,
            set_at=one.set_at,
            flagged=one.flagged,
        )

    def homework(self, one: diary.Homework) -> views.HomeworkItem:
        return views.HomeworkItem(
            **self._head(Datum.HOMEWORK, one.origin),
            subject=one.subject,
            text=one.text,
            assigned_date=one.assigned_date,
            due_date=one.due_date,
            due_lesson=self._lesson_id(one.due_lesson),
            assigned_lesson=self._lesson_id(one.assigned_lesson),
            individual=one.individual,
            done=one.done,
            requires_answer=one.requires_answer,
            attachments=_attachments(one.attachments),
            links=tuple(link for link in one.links if link.startswith("https://")),
        )

    def final(self, one: diary.Final) -> views.FinalItem:
        return views.FinalItem(
            **self._head(Datum.FINALS, one.origin),
            subject=one.subject,
            period=one.period.name,
            value=one.value,
            period_info=_period(one.period),
            average=one.average,
            class_average=one.class_average,
            is_preliminary=one.is_preliminary,
        )

    def absence(self, one: diary.Attendance) -> views.AttendanceItem:
        return views.AttendanceItem(
            **self._head(Datum.ATTENDANCE, one.origin),
            date=one.school_date,
            subject=one.subject,
            lesson=self._lesson_id(one.lesson),
            code=one.code,
            kind=one.kind.value,
            minutes_late=one.minutes_late,
            comment=one.comment,
        )

    def average(self, one: diary.SubjectAverage) -> views.AverageItem:
        # A class of fewer than five says too much about each (RULES C5).
        hidden = one.class_size is not None and one.class_size < 5
        return views.AverageItem(
            **self._head(Datum.AVERAGES, one.origin),
            subject=one.subject,
            period=one.period.name,
            period_info=_period(one.period),
            average=one.average,
            class_average=None if hidden else one.class_average,
            class_size=None if hidden else one.class_size,
            place=one.place,
        )

    def announcement(self, one: diary.Announcement) -> views.AnnouncementItem:
        return views.AnnouncementItem(
            **self._head(Datum.ANNOUNCEMENTS, one.origin),
            date=one.published_at.date(),
            title=one.title,
            body=one.body,
            published_at=one.published_at,
            author=one.author,
            scope=one.scope,
            valid_until=one.valid_until,
            attachments=_attachments(one.attachments),
        )

    def term(self, one: diary.Term) -> views.TermItem:
        return views.TermItem(
            **self._head(Datum.TERMS, one.origin),
            name=one.name,
            start=one.start,
            end=one.end,
            holiday=one.is_holiday,
            period_info=_period(one.period) if one.period else None,
        )

    def figure(self, one: Figure) -> views.FigureItem:
        return views.FigureItem(
            **self._head(Datum.STATISTICS, one.origin),
            name=one.name,
            title=one.title,
            place=one.place,
            value=one.value,
            change=one.change.value if one.change else None,
            told_at=one.told_at,
        )

    _shapes: Mapping[Datum, Callable[[Shaper, Any], View]] = {
        Datum.LESSONS: lesson,
        Datum.MARKS: mark,
        Datum.HOMEWORK: homework,
        Datum.FINALS: final,
        Datum.ATTENDANCE: absence,
        Datum.AVERAGES: average,
        Datum.ANNOUNCEMENTS: announcement,
        Datum.TERMS: term,
        Datum.STATISTICS: figure,
    }


def _attachments(found: Iterable[diary.Attachment]) -> tuple[views.AttachmentView, ...]:
    """Only https leads out of the page (RULES C8); another address is not shown, the name is."""
    return tuple(views.AttachmentView(name=a.name, url=a.url if a.url.startswith("https://") else "", size=a.size) for a in found)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _period(one: diary.Period) -> views.PeriodView:
    return views.PeriodView(
        id=one.id, kind=one.kind.value, name=one.name, number=one.number, start=one.start, end=one.end, school_year=one.school_year
    )


def day_of(item: View) -> date | None:
    """The date by which an item is asked for: the lesson's, for homework the due one."""
    if isinstance(item, views.HomeworkItem):
        return item.due_date or item.assigned_date
    if isinstance(item, views.MarkItem) and item.date is None and item.set_at is not None:
        return item.set_at.date()
    if isinstance(item, views.FinalItem | views.AverageItem):
        return item.period_info.start
    if isinstance(item, views.TermItem):
        return item.start
    found: date | None = getattr(item, "date", None)
    return found


def order_of(item: View, day: date | None) -> str:
    """Sorts by day, lesson number, the clock (some diaries number no lessons, two shifts number theirs alike), id; a figure by place."""
    number, start = (item.number, item.start) if isinstance(item, views.LessonItem) else (None, None)
    if isinstance(item, views.FigureItem):
        number = item.place
    place = f"{99 if number is None else number:02d}~{start.isoformat() if start else ''}"
    return f"{day.isoformat() if day else ''}~{place}~{getattr(item, 'id', '')}"


def keep(item: View) -> Kept:
    return keep_on(item, day_of(item))


def keep_on(item: View, day: date | None) -> Kept:
    """`day` is the item's own, for a caller that knows it already."""
    return Kept(day.isoformat() if day else "", order_of(item, day), msgspec.Raw(msgspec.json.encode(item)))


_MARK = msgspec.json.Decoder(views.MarkItem)


def with_revisions(new: Sequence[views.MarkItem], old: Iterable[Kept], seen_at: datetime) -> list[views.MarkItem]:
    """The new marks with what they said before (RULES C3): `seen_at` is when the old value was last seen."""
    before = {mark.id: mark for mark in (_MARK.decode(kept.item) for kept in old)}
    found: list[views.MarkItem] = []
    for mark in new:
        former = before.get(mark.id)
        if former is None:
            found.append(mark)
            continue
        own = list(former.revisions)
        if former.value != mark.value:
            own.append(views.RevisionView(value=former.value, seen_at=seen_at))
        revisions = _joined(own, mark)
        found.append(msgspec.structs.replace(mark, revisions=tuple(revisions[-MOST_REVISIONS:])))
    return found


def _joined(own: list[views.RevisionView], mark: views.MarkItem) -> Sequence[views.RevisionView]:
    """What we saw, and what the diary itself tells of corrections: it knows the moment, and may forget after a while."""
    told = mark.revisions
    if Counter(one.value for one in own) <= Counter(one.value for one in told):
        return told
    known = {one.value for one in own}
    return own + [one for one in told if one.value not in known and one.value != mark.value]

"""One datum of a diary each, as `/api/v1/children/{id}/…` lists them."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View


class ItemSource(View, frozen=True, kw_only=True):
    system: str
    id: str
    fetched_at: dt.datetime


class LessonItem(View, frozen=True, kw_only=True):
    """`start` and `end` are instants of the lesson in UTC, `zone` the school's zone to show them in."""

    id: str
    child: str
    source: ItemSource
    date: dt.date
    number: int | None
    subject: str
    status: str
    replaces: str | None
    moved_from: dt.date | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    teachers: tuple[str, ...] = ()
    room: str = ""
    topic: str = ""
    kind: str = "lesson"
    is_control: bool = False
    comment: str = ""


class RevisionView(View, frozen=True, kw_only=True):
    value: str
    seen_at: dt.datetime


class CriterionView(View, frozen=True, kw_only=True):
    name: str
    value: str
    max: str | None


class MarkItem(View, frozen=True, kw_only=True):
    """`value` is the text as written; `number` is derived from it and may be null (RULES C1)."""

    id: str
    child: str
    source: ItemSource
    date: dt.date | None
    subject: str
    lesson: str | None
    value: str
    weight: float | None
    comment: str
    revisions: tuple[RevisionView, ...]
    number: float | None = None
    parts: tuple[str, ...] = ()
    scale: str = "unknown"
    criteria: tuple[CriterionView, ...] = ()
    counts_in_average: bool | None = None
    work: str = ""
    topic: str = ""
    mood: str | None = None
    set_at: dt.datetime | None = None
    flagged: bool = False


class AttachmentView(View, frozen=True, kw_only=True):
    name: str
    url: str
    size: int | None


class HomeworkItem(View, frozen=True, kw_only=True):
    id: str
    child: str
    source: ItemSource
    subject: str
    text: str
    assigned_date: dt.date | None
    due_date: dt.date | None
    due_lesson: str | None
    assigned_lesson: str | None = None
    individual: bool = False
    done: bool | None = None
    requires_answer: bool | None = None
    attachments: tuple[AttachmentView, ...] = ()
    links: tuple[str, ...] = ()


class PeriodView(View, frozen=True, kw_only=True):
    """A school period as the source names it."""

    id: str
    kind: str
    name: str
    number: int | None
    start: dt.date | None
    end: dt.date | None
    school_year: str | None


class FinalItem(View, frozen=True, kw_only=True):
    """A period's result; `period` is its name, `period_info` the rest of it. Averages are the platform's own, as text."""

    id: str
    child: str
    source: ItemSource
    subject: str
    period: str
    value: str
    period_info: PeriodView
    average: str | None = None
    class_average: str | None = None
    is_preliminary: bool = False


class AttendanceItem(View, frozen=True, kw_only=True):
    id: str
    child: str
    source: ItemSource
    date: dt.date
    subject: str
    lesson: str | None
    code: str
    kind: str
    minutes_late: int | None = None
    comment: str = ""


class AverageItem(View, frozen=True, kw_only=True):
    """The platform's averages of a subject in a period; the class's is hidden below five pupils (RULES C5).

    `place` is the child's own in the class, where the diary tells it (RULES C1)."""

    id: str
    child: str
    source: ItemSource
    subject: str
    period: str
    period_info: PeriodView
    average: str | None
    class_average: str | None
    class_size: int | None
    place: int | None = None


class AnnouncementItem(View, frozen=True, kw_only=True):
    """A notice of the school, the class or the system; `body` is plain text, attachments lead only to https (RULES C8)."""

    id: str
    child: str
    source: ItemSource
    date: dt.date
    title: str
    body: str
    published_at: dt.datetime
    author: str = ""
    scope: str = "school"
    valid_until: dt.datetime | None = None
    attachments: tuple[AttachmentView, ...] = ()


class TermItem(View, frozen=True, kw_only=True):
    """A stretch of the school's calendar, both days included: a period of study (`period_info` says which) or holidays."""

    id: str
    child: str
    source: ItemSource
    name: str
    start: dt.date
    end: dt.date
    holiday: bool
    period_info: PeriodView | None = None


class FigureItem(View, frozen=True, kw_only=True):
    """A figure of the child's own as the diary sums it up; `value` null means that the diary has no data, which is not a zero.

    `change` is `up`, `down`, `none` or null where it is not told; `told_at` is when the diary last counted."""

    id: str
    child: str
    source: ItemSource
    name: str
    title: str
    place: int
    value: str | None
    change: str | None
    told_at: dt.datetime | None

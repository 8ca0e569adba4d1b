"""A week, the year's results and the progress of one child, with the state of each source."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from hub.flows.views.base import View
from hub.flows.views.items import AttendanceItem, AverageItem, FigureItem, FinalItem, HomeworkItem, LessonItem, MarkItem, PeriodView
from hub.flows.views.me import ChildSchool


class Freshness(StrEnum):
    """How a diary answered (API.md, `sources`)."""

    FRESH = "fresh"
    STALE = "stale"
    SILENT = "silent"
    NEEDS_LOGIN = "needs_login"
    UNAVAILABLE = "unavailable"


class SourceState(View, frozen=True, kw_only=True):
    """How one linked diary answered; `error` is one of the eight words. `title` and `genitive` are for sentences."""

    system: str
    state: Freshness
    fetched_at: dt.datetime | None
    error: str | None
    title: str = ""
    link: str | None = None


class ChildHead(View, frozen=True, kw_only=True):
    """Whose page it is. `idn` is the code by which a diary without names knows the child."""

    id: str
    last_name: str
    first_name: str
    birth_date: dt.date | None
    is_self: bool = msgspec.field(name="self", default=False)
    school: ChildSchool | None = None
    idn: str = ""


class LessonSlot(View, frozen=True, kw_only=True):
    """A lesson with all that hangs on it: homework stands where it is due."""

    lesson: LessonItem
    marks: tuple[MarkItem, ...]
    homework: tuple[HomeworkItem, ...]
    attendance: tuple[AttendanceItem, ...]


class DayView(View, frozen=True, kw_only=True):
    """One school day; what no lesson claims is kept beside the lessons, so nothing is lost."""

    date: dt.date
    lessons: tuple[LessonSlot, ...]
    marks: tuple[MarkItem, ...] = ()
    homework: tuple[HomeworkItem, ...] = ()
    attendance: tuple[AttendanceItem, ...] = ()


class WeekView(View, frozen=True, kw_only=True):
    """A week of one child, Monday first; `zone` is the school's IANA zone. No linked diary: `sources` is empty."""

    child: ChildHead
    start: dt.date
    end: dt.date
    previous: dt.date
    following: dt.date
    today: dt.date
    zone: str
    days: tuple[DayView, ...]
    sources: tuple[SourceState, ...]


class FinalRow(View, frozen=True, kw_only=True):
    """One subject; `cells` stand under `FinalsView.periods`, null where there is no result."""

    subject: str
    cells: tuple[FinalItem | None, ...]


class FinalsView(View, frozen=True, kw_only=True):
    child: ChildHead
    school_year: str
    start: dt.date
    end: dt.date
    periods: tuple[PeriodView, ...]
    rows: tuple[FinalRow, ...]
    sources: tuple[SourceState, ...]


class ProgressPoint(View, frozen=True, kw_only=True):
    """A day with numeric marks and our own running average after it (named ours, RULES C1)."""

    date: dt.date
    value: str
    average: float


class SubjectProgress(View, frozen=True, kw_only=True):
    """One subject: its marks, our running average, and the platform's averages of the latest period."""

    subject: str
    marks: tuple[MarkItem, ...]
    points: tuple[ProgressPoint, ...]
    our_average: float | None
    averages: tuple[AverageItem, ...]


class ProgressView(View, frozen=True, kw_only=True):
    child: ChildHead
    start: dt.date
    end: dt.date
    subjects: tuple[SubjectProgress, ...]
    sources: tuple[SourceState, ...]
    zone: str
    figures: tuple[FigureItem, ...] = ()

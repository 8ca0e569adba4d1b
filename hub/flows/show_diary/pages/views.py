"""What the diary's further pages show: homework by date, the year's calendar, absences, announcements, a subject, a report, a mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from hub.flows.views.base import View
from hub.flows.views.diary import ChildHead, DayView, SourceState, SubjectProgress
from hub.flows.views.items import AnnouncementItem, AttendanceItem, FinalItem, HomeworkItem, LessonItem, MarkItem, PeriodView, TermItem


class DiaryPageView(View, frozen=True, kw_only=True):
    """What all of them have: whose page, which days, and how the sources answered. `today` and `zone` are the school's."""

    child: ChildHead
    start: dt.date
    end: dt.date
    today: dt.date
    zone: str
    sources: tuple[SourceState, ...]


class HomeworkDay(View, frozen=True, kw_only=True):
    """What is due on one day, or has no day (`date` is None)."""

    date: dt.date | None
    items: tuple[HomeworkItem, ...]


class HomeworkView(DiaryPageView, frozen=True, kw_only=True):
    """What comes next stands first: tomorrow, the days after it, today, then the days that are over, the last one first."""

    days: tuple[HomeworkDay, ...]
    left: int
    done: int


class DayCell(View, frozen=True, kw_only=True):
    """A day of the year's calendar; `kind` is study, holiday, weekend or off (outside every term)."""

    date: dt.date
    kind: str
    name: str = ""


class MonthView(View, frozen=True, kw_only=True):
    """Weeks from Monday; None where the day belongs to another month."""

    first: dt.date
    weeks: tuple[tuple[DayCell | None, ...], ...]


class TermsView(DiaryPageView, frozen=True, kw_only=True):
    """The school year at a glance. `now` is the stretch that holds today, `soon` the next holidays."""

    school_year: str
    periods: tuple[TermItem, ...]
    holidays: tuple[TermItem, ...]
    months: tuple[MonthView, ...]
    now: TermItem | None
    soon: TermItem | None


class Absences(View, frozen=True, kw_only=True):
    """Counts by kind under one name (a subject or a month)."""

    name: str
    counts: Mapping[str, int]
    total: int
    first: dt.date | None = None


class AttendanceView(DiaryPageView, frozen=True, kw_only=True):
    """`kinds` are those that occur, in the order of the columns; being there is no absence and is not counted."""

    kinds: tuple[str, ...]
    total: Absences
    days: int
    subjects: tuple[Absences, ...]
    months: tuple[Absences, ...]
    items: tuple[AttendanceItem, ...]
    periods: tuple[PeriodView, ...]


class AnnouncementsView(DiaryPageView, frozen=True, kw_only=True):
    """Newest first."""

    items: tuple[AnnouncementItem, ...]


class SubjectView(DiaryPageView, frozen=True, kw_only=True):
    """One subject over the school year; `subjects` are all names to choose from. `progress` is None where nothing is known of it."""

    subject: str
    subjects: tuple[str, ...]
    progress: SubjectProgress | None
    finals: tuple[FinalItem, ...]
    homework: tuple[HomeworkItem, ...]
    absences: tuple[AttendanceItem, ...]


class Bell(View, frozen=True, kw_only=True):
    """When the lesson of this number begins and ends, on the school's clock; several where two shifts share a number."""

    number: int
    start: dt.time
    end: dt.time


class TimesDay(View, frozen=True, kw_only=True):
    """From the first lesson to the last; `extras` are electives and events."""

    date: dt.date
    start: dt.datetime | None
    end: dt.datetime | None
    lessons: int
    extras: tuple[LessonItem, ...]


class TimesView(DiaryPageView, frozen=True, kw_only=True):
    """«Режим пребывания»: the days of one week, and the bells as its lessons tell them."""

    days: tuple[TimesDay, ...]
    bells: tuple[Bell, ...]


class ReportRow(View, frozen=True, kw_only=True):
    """One subject in the period: `held` of `lessons` lessons have taken place, by the timetable of the diary."""

    subject: str
    marks: tuple[MarkItem, ...]
    our_average: float | None
    averages: tuple[str, ...]
    finals: tuple[FinalItem, ...]
    absences: int
    held: int
    lessons: int


class ReportView(DiaryPageView, frozen=True, kw_only=True):
    rows: tuple[ReportRow, ...]
    periods: tuple[PeriodView, ...]
    marks: int
    absences: int
    held: int
    lessons: int


class MarkView(DiaryPageView, frozen=True, kw_only=True):
    """One mark with its lesson, where the diary names it."""

    mark: MarkItem
    lesson: LessonItem | None


class NewsKind(StrEnum):
    """What changed, in words that a page can sort and colour by."""

    MARK_NEW = "mark_new"
    MARK_CHANGED = "mark_changed"
    MARK_REMOVED = "mark_removed"
    HOMEWORK_NEW = "homework_new"
    HOMEWORK_CHANGED = "homework_changed"
    HOMEWORK_REMOVED = "homework_removed"
    LESSON_CANCELLED = "lesson_cancelled"
    LESSON_REPLACED = "lesson_replaced"
    LESSON_MOVED = "lesson_moved"
    LESSON_REMOVED = "lesson_removed"
    ABSENCE_NEW = "absence_new"
    ABSENCE_CHANGED = "absence_changed"
    ABSENCE_REMOVED = "absence_removed"
    FINAL_NEW = "final_new"
    FINAL_CHANGED = "final_changed"
    ANNOUNCEMENT_NEW = "announcement_new"


class News(View, frozen=True, kw_only=True):
    """One change: `value` is what stands there now, `before` what stood there; `at` is when the hub saw it.

    Of a mark, a result and an absence `value` is the text as written, of a lesson the subject that stands there, of homework its text."""

    id: str
    kind: NewsKind
    date: dt.date | None
    subject: str
    value: str
    before: str | None
    at: dt.datetime


class NewsView(DiaryPageView, frozen=True, kw_only=True):
    """Newest first. `since` is the moment after which changes are told, `visit` the end of the visit before this one."""

    since: dt.datetime
    visit: dt.datetime | None
    news: tuple[News, ...]


class TodayView(View, frozen=True, kw_only=True):
    """A child's day on the home page, from the copies: the sources are asked meanwhile. `pending`: no copy of today has come yet.

    `holiday` names the holidays that hold today, `due` is what is set for the next school day `next_day`."""

    child: str
    today: dt.date
    zone: str
    day: DayView
    holiday: str
    next_day: dt.date | None
    due: tuple[HomeworkItem, ...]
    news: tuple[News, ...]
    more_news: int
    pending: bool
    sources: tuple[SourceState, ...]

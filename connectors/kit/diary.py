"""The canonical diary records into which every diary system is normalised (facts/diaries.md 2; RULES C)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from connectors.kit.record import Origin as Origin  # noqa: PLC0414 - a part of this module for all who import it
from connectors.kit.record import Original
from connectors.kit.record import Record as Record  # noqa: PLC0414 - the same
from connectors.kit.statistics import Figure


class Datum(StrEnum):
    """The kinds of data that a diary may offer; a manifest says which."""

    LESSONS = "lessons"
    MARKS = "marks"
    HOMEWORK = "homework"
    FINALS = "finals"
    ATTENDANCE = "attendance"
    AVERAGES = "averages"
    ANNOUNCEMENTS = "announcements"
    TERMS = "terms"
    STATISTICS = "statistics"


class LessonStatus(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    MOVED = "moved"


class Scale(StrEnum):
    FIVE = "five"
    HUNDRED = "hundred"
    PASS = "pass"
    LETTER = "letter"
    CRITERIA = "criteria"
    UNKNOWN = "unknown"


class PeriodKind(StrEnum):
    QUARTER = "quarter"
    TRIMESTER = "trimester"
    SEMESTER = "semester"
    MODULE = "module"
    YEAR = "year"
    EXAM = "exam"
    FINAL = "final"
    UNKNOWN = "unknown"


class AttendanceKind(StrEnum):
    ABSENT_UNEXCUSED = "absent_unexcused"
    ILL = "ill"
    EXCUSED = "excused"
    LATE = "late"
    EXEMPT = "exempt"
    PRESENT = "present"
    UNKNOWN = "unknown"


class DiaryChild(Record, frozen=True, kw_only=True):
    """A pupil as one diary account shows it; `key` names the child in later calls to the same connector.

    A system that shows no names at all says `is_depersonalised`; names are then empty and never invented."""

    key: str
    last_name: str
    first_name: str
    origin: Origin
    middle_name: str = ""
    birth_date: date | None = None
    sex: str | None = None
    school: School | None = None
    group: Group | None = None
    ids: dict[str, str] = {}
    is_self: bool = False
    is_depersonalised: bool = False
    raw: Original | None = None


class School(Record, frozen=True, kw_only=True):
    """A school as the diary knows it; `tz` is an IANA zone, `tz_assumed` says that the source gave none."""

    name: str
    origin: Origin
    legal_name: str = ""
    short_name: str = ""
    inn: str | None = None
    ogrn: str | None = None
    tz: str = "Europe/Moscow"
    tz_assumed: bool = False
    city: str = ""
    region: str = ""
    uses_weights: bool | None = None


class Group(Record, frozen=True, kw_only=True):
    """A class or a part of it; `parent` is the id of the group that it belongs to."""

    id: str
    name: str
    kind: str = "class"
    parallel: int | None = None
    parent: str | None = None
    study_year: str | None = None


class Lesson(Record, frozen=True, kw_only=True):
    """One lesson. `replaces` is the subject that stood here first; `number` may be 0 or absent (C, traps)."""

    origin: Origin
    school_date: date
    subject: str
    status: LessonStatus
    number: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    group: str | None = None
    teachers: tuple[str, ...] = ()
    room: str = ""
    topic: str = ""
    replaces: str | None = None
    moved_from: date | None = None
    kind: str = "lesson"
    is_control: bool = False
    comment: str = ""
    raw: Original | None = None


class Attachment(Record, frozen=True, kw_only=True):
    name: str
    url: str
    size: int | None = None


class Homework(Record, frozen=True, kw_only=True):
    """Homework with both hooks: the lesson that set it and the lesson or date it is due on (facts 0.9)."""

    origin: Origin
    subject: str
    text: str
    assigned_lesson: str | None = None
    assigned_date: date | None = None
    due_lesson: str | None = None
    due_date: date | None = None
    individual: bool = False
    attachments: tuple[Attachment, ...] = ()
    links: tuple[str, ...] = ()
    done: bool | None = None
    requires_answer: bool | None = None
    raw: Original | None = None


class Work(Record, frozen=True, kw_only=True):
    """What a mark was given for."""

    type_code: str = ""
    type_name: str = ""
    abbr: str = ""
    topic: str = ""


class Criterion(Record, frozen=True, kw_only=True):
    name: str
    value: str
    max: str | None = None


class Revision(Record, frozen=True, kw_only=True):
    """An older value of a mark and when the hub last saw it."""

    value: str
    seen_at: datetime


class Mark(Record, frozen=True, kw_only=True):
    """A mark as text; `number` and `parts` are derived and never replace `value` (C1)."""

    origin: Origin
    subject: str
    value: str
    lesson: str | None = None
    lesson_date: date | None = None
    set_at: datetime | None = None
    number: Decimal | None = None
    parts: tuple[str, ...] = ()
    scale: Scale = Scale.UNKNOWN
    criteria: tuple[Criterion, ...] = ()
    weight: Decimal | None = None
    counts_in_average: bool | None = None
    work: Work | None = None
    comment: str = ""
    mood: str | None = None
    flagged: bool = False
    revisions: tuple[Revision, ...] = ()
    raw: Original | None = None


class Period(Record, frozen=True, kw_only=True):
    id: str
    kind: PeriodKind
    name: str
    number: int | None = None
    start: date | None = None
    end: date | None = None
    school_year: str | None = None


class Final(Record, frozen=True, kw_only=True):
    """A period's result. Averages are the platform's own, as text (C1)."""

    origin: Origin
    subject: str
    period: Period
    value: str
    number: Decimal | None = None
    average: str | None = None
    class_average: str | None = None
    is_preliminary: bool = False
    raw: Original | None = None


class SubjectAverage(Record, frozen=True, kw_only=True):
    """The child's average and own `place` in class (C1), and the class's average; `class_size` counts pupils with marks (C5)."""

    origin: Origin
    subject: str
    period: Period
    average: str | None = None
    class_average: str | None = None
    class_size: int | None = None
    place: int | None = None


class Attendance(Record, frozen=True, kw_only=True):
    origin: Origin
    school_date: date
    code: str
    kind: AttendanceKind
    subject: str = ""
    lesson: str | None = None
    minutes_late: int | None = None
    comment: str = ""
    raw: Original | None = None


class Announcement(Record, frozen=True, kw_only=True):
    """A notice to a school or a class; `body` is plain text (RULES C8)."""

    origin: Origin
    title: str
    body: str
    published_at: datetime
    author: str = ""
    scope: str = "school"
    valid_until: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    raw: Original | None = None


class Term(Record, frozen=True, kw_only=True):
    """A stretch of the school's calendar, both days included: a period of study, or holidays (F174)."""

    origin: Origin
    name: str
    start: date
    end: date
    is_holiday: bool = False
    period: Period | None = None
    raw: Original | None = None


class DiaryPage(Record, frozen=True, kw_only=True):
    """Everything that one read brought, by kind; a kind that was not asked for stays None."""

    lessons: tuple[Lesson, ...] | None = None
    marks: tuple[Mark, ...] | None = None
    homework: tuple[Homework, ...] | None = None
    finals: tuple[Final, ...] | None = None
    attendance: tuple[Attendance, ...] | None = None
    averages: tuple[SubjectAverage, ...] | None = None
    announcements: tuple[Announcement, ...] | None = None
    terms: tuple[Term, ...] | None = None
    statistics: tuple[Figure, ...] | None = None

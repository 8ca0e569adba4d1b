"""Lessons and terms as entries of a calendar: the timetable alone, no marks, homework, topics or names; pure (RULES C7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.flows.show_diary.blocks import monday
from hub.flows.show_diary.shape import opaque
from hub.flows.views.items import LessonItem, TermItem
from hub.store.outputs.feeds import Change

LONGEST = timedelta(hours=12)
_MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`end` of whole days is the day after the last one. `sequence` grows with each change that the hub saw, `modified` is its time."""

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    modified: datetime
    sequence: int = 0
    place: str = ""
    text: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How often a lesson changed, and when last."""

    times: int
    at: datetime


def ages(history: Iterable[Change]) -> tuple[Mapping[str, Age], Mapping[str, datetime]]:
    """By lesson, and by block when it was first read: what never changed since is as old as that."""
    found: dict[str, Age] = {}
    first: dict[str, datetime] = {}
    for change in history:
        if change.whole:
            first.setdefault(change.block, change.at)
        for piece in change.pieces:
            before = found.get(piece.id)
            found[piece.id] = Age(times=before.times + 1 if before else int(piece.action != "created"), at=change.at)
    return found, first


def lesson_entries(lessons: Sequence[LessonItem], zone: str, child: str, history: Iterable[Change]) -> list[Entry]:
    """Lessons with their hours; those of a diary that gives no hours stand together as one line of their day."""
    known, first = ages(history)
    place = ZoneInfo(zone)
    entries: list[Entry] = []
    loose: dict[date, list[LessonItem]] = {}
    for lesson in lessons:
        if lesson.start is None or lesson.end is None or not timedelta() < lesson.end - lesson.start <= LONGEST:
            loose.setdefault(lesson.date, []).append(lesson)
            continue
        age = _age(lesson, known, first)
        entries.append(
            Entry(
                uid=f"{lesson.id}@school-hub",
                start=lesson.start.astimezone(place),
                end=lesson.end.astimezone(place),
                summary=_title(lesson),
                place=lesson.room,
                text=_text(lesson),
                cancelled=lesson.status == "cancelled",
                sequence=age.times,
                modified=age.at,
            )
        )
    return entries + [_day(child, day, some, known, first) for day, some in sorted(loose.items())]


def term_entries(terms: Iterable[TermItem], history: Iterable[Change]) -> list[Entry]:
    """Periods of study and holidays as whole days; one that two diaries tell alike is one."""
    known, first = ages(history)
    told = {(term.start, term.end, term.holiday): term for term in terms if not (term.period_info and term.period_info.kind == "year")}
    entries = []
    for term in sorted(told.values(), key=lambda one: (one.start, one.end, one.name)):
        age = known.get(term.id) or Age(times=0, at=min(first.values(), default=datetime.combine(term.start, time(), UTC)))
        entries.append(
            Entry(
                uid=f"{term.id}@school-hub",
                start=term.start,
                end=term.end + timedelta(days=1),
                summary=term.name or ("Каникулы" if term.holiday else "Учебный период"),
                sequence=age.times,
                modified=age.at,
            )
        )
    return entries


def _day(child: str, day: date, lessons: Sequence[LessonItem], known: Mapping[str, Age], first: Mapping[str, datetime]) -> Entry:
    found = [_age(lesson, known, first) for lesson in lessons]
    names = [f"{'' if one.number is None else f'{one.number}. '}{_title(one)}" for one in lessons]
    return Entry(
        uid=f"{opaque(child, 'hub', 'day', day.isoformat())}@school-hub",
        start=day,
        end=day + timedelta(days=1),
        summary=f"Уроки: {len(lessons)}",
        text="\n".join(names),
        sequence=sum(age.times for age in found),
        modified=max(age.at for age in found),
    )


def _age(lesson: LessonItem, known: Mapping[str, Age], first: Mapping[str, datetime]) -> Age:
    """A lesson that was there when its week was first read is as old as that reading; of an older copy, as its week."""
    start = monday(lesson.date)
    return known.get(lesson.id) or Age(times=0, at=first.get(start.strftime("W%Y%m%d"), datetime.combine(start, time(), UTC)))


def _title(lesson: LessonItem) -> str:
    if lesson.status == "cancelled":
        return f"{lesson.subject} (отменён)"
    if lesson.status == "replaced":
        return f"{lesson.subject} (замена: было «{lesson.replaces}»)" if lesson.replaces else f"{lesson.subject} (замена)"
    if lesson.status == "moved":
        return f"{lesson.subject} (перенесён)"
    return lesson.subject


def _text(lesson: LessonItem) -> str:
    parts = []
    if lesson.number is not None:
        parts.append(f"Урок {lesson.number}")
    if lesson.moved_from is not None:
        parts.append(f"перенесён с {lesson.moved_from.day} {_MONTHS[lesson.moved_from.month - 1]}")
    return ", ".join(parts)

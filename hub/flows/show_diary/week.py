"""A week as the paper diary shows it: lessons with their marks, homework where it is due, absences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.diary import Datum, DiaryChild
from hub.deps import Deps
from hub.flows.show_diary.blocks import week_of
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.sources import Seen, look
from hub.flows.show_me import school_of
from hub.flows.views.base import View
from hub.flows.views.diary import ChildHead, DayView, LessonSlot, WeekView
from hub.flows.views.items import AttendanceItem, HomeworkItem, LessonItem, MarkItem
from hub.flows.words import today_of
from hub.store.diaries.diary_copies import Kept
from hub.store.sessions import Visitor
from identity.model import Person

WEEKLY = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE})
Item = TypeVar("Item", bound=View)
Hung = TypeVar("Hung", MarkItem, HomeworkItem, AttendanceItem)


async def show_week(deps: Deps, visitor: Visitor, child: str, *, day: date | None = None, forced: bool = False) -> WeekView:
    """The week of that day, or of today at the child's school."""
    now = deps.now()
    week = week_of(day or await today_of(deps, child))
    seen = await look(deps, visitor, Wish(child=child, data=WEEKLY, window=week, page="diary.week", forced=forced), pupils=True)
    zone = zone_of(seen.child, seen.pupils)
    return WeekView(
        child=head_of(visitor, seen),
        start=week.start,
        end=week.end,
        previous=week.start - timedelta(days=7),
        following=week.start + timedelta(days=7),
        today=now.astimezone(ZoneInfo(zone)).date(),
        zone=zone,
        days=days_of(week.start, seen, 7),
        sources=seen.states,
    )


def zone_of(child: Person, pupils: Iterable[DiaryChild]) -> str:
    """The school's zone as its diary tells it, else the child's."""
    return next((pupil.school.tz for pupil in pupils if pupil.school and not pupil.school.tz_assumed), child.zone)


def head_of(visitor: Visitor, seen: Seen) -> ChildHead:
    child = seen.child
    return ChildHead(
        id=child.id,
        last_name=child.last_name,
        first_name=child.first_name,
        birth_date=child.birth_date,
        is_self=child.id == visitor.person,
        school=school_of(seen.pupils),
        idn=next((code for pupil in seen.pupils if pupil.is_depersonalised and (code := pupil.ids.get("idn"))), ""),
    )


def decoded(kept: Iterable[Kept], kind: type[Item]) -> list[Item]:
    read = msgspec.json.Decoder(kind)
    return [read.decode(one.item) for one in kept]


def days_of(first: date, seen: Seen, count: int) -> tuple[DayView, ...]:
    """So many days in a row, everything hung on its lesson."""
    lessons = decoded(seen.of(Datum.LESSONS), LessonItem)
    marks = decoded(seen.of(Datum.MARKS), MarkItem)
    homework = decoded(seen.of(Datum.HOMEWORK), HomeworkItem)
    absences = decoded(seen.of(Datum.ATTENDANCE), AttendanceItem)
    days = []
    for offset in range(count):
        day = first + timedelta(days=offset)
        mine = [lesson for lesson in lessons if lesson.date == day]
        hung_marks, loose_marks = _hang(mine, [(one, one.lesson, one.date) for one in marks], day, alone=True)
        hung_work, loose_work = _hang(mine, [(one, one.due_lesson, one.due_date or one.assigned_date) for one in homework], day)
        hung_absence, loose_absence = _hang(mine, [(one, one.lesson, one.date) for one in absences], day)
        slots = tuple(
            LessonSlot(
                lesson=lesson,
                marks=tuple(hung_marks.get(lesson.id, ())),
                homework=tuple(hung_work.get(lesson.id, ())),
                attendance=tuple(hung_absence.get(lesson.id, ())),
            )
            for lesson in mine
        )
        days.append(DayView(date=day, lessons=slots, marks=tuple(loose_marks), homework=tuple(loose_work), attendance=tuple(loose_absence)))
    return tuple(days)


def _hang(
    lessons: Sequence[LessonItem], items: Iterable[tuple[Hung, str | None, date | None]], day: date, *, alone: bool = False
) -> tuple[dict[str, list[Hung]], list[Hung]]:
    """Puts each item of the day on its lesson: the named one, else one of its subject (`alone`: only if there is just one)."""
    ids = {lesson.id for lesson in lessons}
    hung: dict[str, list[Hung]] = {}
    loose: list[Hung] = []
    for item, lesson, when in items:
        if lesson in ids:
            hung.setdefault(lesson or "", []).append(item)
        elif when == day:
            same = [one.id for one in lessons if one.subject == item.subject] if item.subject else []
            if lesson is None and same and (len(same) == 1 or not alone):
                hung.setdefault(same[0], []).append(item)
            else:
                loose.append(item)
    return hung, loose

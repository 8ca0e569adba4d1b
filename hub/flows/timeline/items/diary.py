"""Marks and absences from the copies of the diaries that this person opened; no diary is asked for a timeline (RULES A15, C2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.diary import AttendanceKind, Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.show_diary.known import Wish, pairs_of
from hub.flows.timeline.merging import Found
from hub.flows.timeline.scope import Scope
from hub.flows.views.base import View
from hub.flows.views.items import AttendanceItem, LessonItem, MarkItem
from hub.flows.views.people.joint import JointItem, JointSource
from hub.flows.words import title_of
from hub.store.diaries import diary_copies, diary_links
from hub.store.diaries.diary_copies import Kept
from hub.store.diaries.diary_links import Link

DATA = frozenset({Datum.LESSONS, Datum.MARKS, Datum.ATTENDANCE})
NOON = time(12)
SAID = {
    AttendanceKind.ABSENT_UNEXCUSED: "отсутствие",
    AttendanceKind.ILL: "отсутствие, болезнь",
    AttendanceKind.EXCUSED: "отсутствие, уважительная причина",
    AttendanceKind.LATE: "опоздание",
    AttendanceKind.EXEMPT: "освобождение",
    AttendanceKind.PRESENT: "присутствие",
}
Item = TypeVar("Item", bound=View)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one diary account has of one child in these days; `system` is the instance's name."""

    child: str
    system: str
    person: str
    marks: Sequence[MarkItem]
    absences: Sequence[AttendanceItem]
    lessons: dict[str, LessonItem]


def read_diaries(deps: Deps, links: Mapping[str, Sequence[Link]], window: Window) -> Iterator[Read]:
    """In the caller's unit: one query, whatever the number of children."""
    wish = Wish(data=DATA, window=window, page="")
    wanted = {(link.id, child): pairs_of(deps, link, wish) for child, mine in links.items() for link in mine}
    copies = diary_copies.load_all(deps.keys, wanted) if wanted else {}
    for child, mine in links.items():
        for link in mine:
            kept: dict[str, list[Kept]] = {}
            for (datum, _), copy in copies[link.id, child].items():
                kept.setdefault(datum, []).extend(copy.items or ())
            lessons = _decoded(kept.get(Datum.LESSONS.value, ()), LessonItem)
            yield Read(
                child=child,
                system=link.system,
                person=link.person,
                marks=_decoded(kept.get(Datum.MARKS.value, ()), MarkItem),
                absences=_decoded(kept.get(Datum.ATTENDANCE.value, ()), AttendanceItem),
                lessons={one.id: one for one in lessons},
            )


def diary_items(deps: Deps, scope: Scope, *, end: datetime) -> Found:
    """In the caller's unit; all of the days asked for."""
    window = Window(start=scope.start.date() - timedelta(days=1), end=end.date() + timedelta(days=1))
    found: dict[str, JointItem] = {}
    for read in read_diaries(deps, diary_links.of_children(scope.visitor.person, scope.children), window):
        title = title_of(deps.diaries, read.system)
        for mark in read.marks:
            item = _mark(scope, read, mark, title) if mark.date else None
            if item is not None and scope.start <= item.at < end:
                found[item.id] = item
        for absence in read.absences:
            item = _absence(scope, read, absence, title)
            if scope.start <= item.at < end:
                found[item.id] = item
    return Found(items=list(found.values()))


def lesson_end(lesson: LessonItem | None) -> datetime | None:
    return None if lesson is None else lesson.end or lesson.start


def _mark(scope: Scope, read: Read, mark: MarkItem, title: str) -> JointItem:
    lesson = read.lessons.get(mark.lesson or "")
    at, precision = _when(mark.date, lesson, scope.zone_of(read.child), exact=mark.set_at)
    return JointItem(
        id=f"mark:{read.system}/{mark.id}",
        kind="mark",
        child=read.child,
        first_name=scope.children[read.child].first_name,
        at=at,
        precision=precision,
        zone=scope.zone_of(read.child),
        title=f"Оценка {mark.value}",
        text=": ".join(part for part in (mark.subject, mark.work or mark.comment) if part),
        source=JointSource(system=read.system, title=title, id=mark.source.id, fetched_at=mark.source.fetched_at),
        href=f"/children/{read.child}/diary?day={mark.date}",
    )


def _absence(scope: Scope, read: Read, one: AttendanceItem, title: str) -> JointItem:
    at, precision = _when(one.date, read.lessons.get(one.lesson or ""), scope.zone_of(read.child))
    said = SAID.get(AttendanceKind(one.kind), f"отметка «{one.code}»")
    return JointItem(
        id=f"attendance:{read.system}/{one.id}",
        kind="attendance",
        child=read.child,
        first_name=scope.children[read.child].first_name,
        at=at,
        precision=precision,
        zone=scope.zone_of(read.child),
        title="Посещаемость",
        text=f"{one.subject}: {said}" if one.subject else said,
        source=JointSource(system=read.system, title=title, id=one.source.id, fetched_at=one.source.fetched_at),
        href=f"/children/{read.child}/attendance",
    )


def _when(day: date | None, lesson: LessonItem | None, zone: str, *, exact: datetime | None = None) -> tuple[datetime, str]:
    """When it was set, else when its lesson ended, else its day."""
    if exact is not None:
        return exact, "instant"
    ended = lesson_end(lesson)
    if ended is not None:
        return ended, "lesson"
    assert day is not None, "a datum without a day is on no timeline"
    return datetime.combine(day, NOON, ZoneInfo(zone)).astimezone(UTC), "day"


def _decoded(kept: Sequence[Kept], kind: type[Item]) -> list[Item]:
    read = msgspec.json.Decoder(kind)
    return [read.decode(one.item) for one in kept]

"""The last good copies of a pupil's diary as a schedule: one account's copies, never mixed, nothing asked outside (docs/adr/0025)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from connectors.kit.serving import ServedLesson, ServedSchedule, ServedSchool, ServedScore
from hub.flows.serve_schedule.pupils import Pupil
from hub.flows.show_diary.blocks import blocks, monday
from hub.flows.views import items
from hub.store.diaries import diary_copies
from hub.store.diaries.diary_copies import Copy
from hub.store.diaries.diary_owners import showing
from identity.model import PersonId
from identity.sealing import Keys
from identity.store import view_right

FEDERAL = frozenset({"fgis", "epgu"})
"""What the federal systems told us is not told back to them as ours."""
DATA = (Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE)
# Each diary has its own words for absences; the contract's reader knows these.
_CODES = {"absent_unexcused": "н", "ill": "б", "excused": "уп", "late": "оп"}
_NAMES = uuid.UUID("6f3a1f0e-7d0b-5b0c-9f34-5c1d2a7e8b90")
Item = TypeVar("Item")
Copies = dict[tuple[str, str], Copy]


def weeks_around(now: datetime, zone: str) -> Window:
    """The contract's default: the previous, this and the next week of the school."""
    start = monday(now.astimezone(ZoneInfo(zone)).date()) - timedelta(days=7)
    return Window(start=start, end=start + timedelta(days=20))


def gather(keys: Keys, pupil: Pupil, subject: str, window: Window, *, url: str, now: datetime) -> ServedSchedule | None:
    """In the caller's unit. None while no account has shown us lessons of these days: no answer is not an empty timetable."""
    wanted = [(datum.value, block) for datum in DATA for block in blocks(datum, window)]
    best: tuple[int, datetime, str, Copies] | None = None
    for link, system, owner in showing(pupil.id):
        right = view_right(keys, PersonId(owner), pupil.id, now=now)
        if system in FEDERAL or not right.allowed or right.delegated or right.diary_only:
            continue
        copies = diary_copies.load(keys, link=link, child=pupil.id, wanted=wanted)
        good = [one.fetched_at for one in copies.values() if one.datum == Datum.LESSONS and one.items is not None and one.fetched_at]
        if good and (best is None or (len(good), max(good), link) > best[:3]):
            best = (len(good), max(good), link, copies)
    if best is None:
        return None
    sheet = _Sheet.of(best[3], window)
    updated_at = max(one.fetched_at for one in best[3].values() if one.fetched_at is not None)
    zone = ZoneInfo(pupil.school.zone)
    school = ServedSchool(
        id=str(uuid.uuid5(_NAMES, pupil.school.ogrn)),
        name=pupil.school.legal_name,
        url=f"{url}/",
        group=pupil.group,
        start=window.start,
        end=window.end,
        lessons=tuple(sheet.lesson(one, zone) for one in sheet.lessons if one.start and one.end),
    )
    return ServedSchedule(subject=subject, updated_at=updated_at.astimezone(zone), schools=(school,))


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """The items of the window, hung on their lessons; what names no lesson hangs on the first of its subject that day."""

    lessons: Sequence[items.LessonItem]
    marks: dict[str, list[items.MarkItem]] = field(default_factory=lambda: defaultdict(list))
    homework: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    absences: dict[str, items.AttendanceItem] = field(default_factory=dict)

    @classmethod
    def of(cls, copies: Copies, window: Window) -> _Sheet:
        sheet = cls(lessons=_items(copies, Datum.LESSONS, items.LessonItem, window))
        own = {one.id for one in sheet.lessons}
        first: dict[tuple[date | None, str], str] = {}
        for one in sheet.lessons:
            first.setdefault((one.date, one.subject), one.id)

        def place(lesson: str | None, day: date | None, subject: str) -> str:
            return lesson if lesson in own and lesson is not None else first.get((day, subject), "")

        for mark in _items(copies, Datum.MARKS, items.MarkItem, window):
            sheet.marks[place(mark.lesson, mark.date, mark.subject)].append(mark)
        for home in _items(copies, Datum.HOMEWORK, items.HomeworkItem, window):
            sheet.homework[place(home.due_lesson, home.due_date, home.subject)].append(home.text)
        for absence in _items(copies, Datum.ATTENDANCE, items.AttendanceItem, window):
            sheet.absences.setdefault(place(absence.lesson, absence.date, absence.subject), absence)
        return sheet

    def lesson(self, one: items.LessonItem, zone: ZoneInfo) -> ServedLesson:
        assert one.start is not None and one.end is not None, "only lessons with their times are served"
        marks, absence = self.marks.get(one.id, []), self.absences.get(one.id)
        return ServedLesson(
            id=str(uuid.uuid5(_NAMES, one.id)),
            subject=one.subject,
            start=one.start.astimezone(zone),
            end=one.end.astimezone(zone),
            instead_of=one.replaces or "",
            topic=one.topic,
            homework="\n\n".join(text for text in self.homework.get(one.id, []) if text),
            room=one.room,
            note="\n\n".join(_notes(one, marks, absence)),
            attendance=_CODES.get(absence.kind, absence.code) if absence else "",
            scores=tuple(_score(mark) for mark in marks),
        )


def _items(copies: Copies, datum: Datum, kind: type[Item], window: Window) -> list[Item]:
    start, end = window.start.isoformat(), window.end.isoformat()
    kept = (one for (name, _), copy in copies.items() if name == datum for one in copy.items or ())
    found = {one.order: one.item for one in kept if start <= one.day <= end}
    return [msgspec.json.decode(found[order], type=kind) for order in sorted(found)]


def _notes(one: items.LessonItem, marks: Iterable[items.MarkItem], absence: items.AttendanceItem | None) -> Iterable[str]:
    """The contract has no status of a lesson: what changed it is said in words first."""
    if one.status == "cancelled":
        yield "Урок отменён"
    elif one.status == "moved" and one.moved_from is not None:
        yield f"Перенесён с {one.moved_from.isoformat()}"
    yield from (text for text in (one.comment, *(mark.comment for mark in marks), absence.comment if absence else "") if text)


def _score(mark: items.MarkItem) -> ServedScore:
    first, second = mark.parts if len(mark.parts) == 2 else (mark.value, "")
    weight = "" if mark.weight is None else f"{mark.weight:g}"
    return ServedScore(value=first, second=second, weight=weight, code=mark.work, system=mark.scale)

"""Absences, from the lesson's log and from marks that are absences in truth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from connectors.diaries.dnevnik.mapping import wire
from connectors.diaries.dnevnik.mapping.frame import Comment, Frame, Json, Tables, raw, ref
from connectors.diaries.dnevnik.mapping.marks import SeenMark
from connectors.kit.diary import Attendance, AttendanceKind
from connectors.kit.plain_text import plain_text

# `lesson-log-entries/statuses` answers with these and Attend.
_KINDS = {
    "absent": AttendanceKind.ABSENT_UNEXCUSED,
    "ill": AttendanceKind.ILL,
    "late": AttendanceKind.LATE,
    "pass": AttendanceKind.EXCUSED,
}
# Presence is the ordinary state and no record; such an entry carries a comment at most, which the lesson shows.
_PRESENT = frozenset({"", "attend", "none", "notset"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """A line of the log as it stood in a day of the schedule."""

    entry: wire.LogEntry
    original: Json
    date: date

    @property
    def lesson(self) -> str:
        return ref(self.entry.lesson, self.entry.lesson_str)

    @property
    def status(self) -> str:
        return (self.entry.status or "").strip()

    @property
    def present(self) -> bool:
        return self.status.casefold() in _PRESENT

    def comment(self) -> Comment:
        return Comment(text=plain_text(self.entry.comment), written=self.entry.created_date or "", present=self.present)


def attendance(frame: Frame, entries: Iterable[SeenEntry], seen: Iterable[SeenMark], tables: Tables) -> tuple[Attendance, ...]:
    """Each lesson's absence once; where the log and a mark say the same, the log's word stays, for its comment."""
    records: dict[tuple[str, date, AttendanceKind], Attendance] = {}
    for entry in entries:
        if entry.present or not frame.holds(entry.date):
            continue
        place = tables.lessons.get(entry.lesson)
        kind = _KINDS.get(entry.status.casefold(), AttendanceKind.UNKNOWN)
        stamp = entry.entry.created_date or entry.date.isoformat()
        records[entry.lesson or stamp, entry.date, kind] = Attendance(
            origin=frame.origin(f"log-{entry.lesson or stamp}"),
            school_date=entry.date,
            code=entry.status,
            kind=kind,
            subject=place.subject if place else "",
            lesson=entry.lesson or None,
            comment=plain_text(entry.entry.comment),
            raw=raw(entry.original, frame.person),
        )
    for item in seen:
        written, day = item.absence(), item.day(frame, tables)
        if written is None or day is None or not frame.holds(day) or (item.lesson or item.id, day, written) in records:
            continue
        records[item.lesson or item.id, day, written] = Attendance(
            origin=frame.origin(item.id),
            school_date=day,
            code=item.reading().text,
            kind=written,
            subject=item.subject(frame, tables),
            lesson=item.lesson or None,
            comment=item.comment(tables),
            raw=raw(item.original, frame.person),
        )
    return tuple(sorted(records.values(), key=lambda absence: (absence.school_date, absence.origin.id)))

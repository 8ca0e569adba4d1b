"""Marks: text kept as written, numbers derived, weight from the kind of work, comments from the lesson's log (RULES C1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from connectors.diaries.dnevnik.mapping import wire
from connectors.diaries.dnevnik.mapping.frame import Frame, Json, Tables, ident, raw, ref
from connectors.diaries.dnevnik.mapping.lessons import subject_of
from connectors.diaries.dnevnik.mapping.times import maybe_moment
from connectors.kit.diary import AttendanceKind, Criterion, Mark, Scale, Work
from connectors.kit.marks import MarkReading, read_mark
from connectors.kit.plain_text import plain_text

_SCALES = {
    "mark5": Scale.FIVE,
    "mark6": Scale.UNKNOWN,
    "mark7": Scale.UNKNOWN,
    "mark10": Scale.UNKNOWN,
    "mark12": Scale.UNKNOWN,
    "markoral6band": Scale.UNKNOWN,
    "mark100": Scale.HUNDRED,
    "test": Scale.PASS,
    "markabcdf": Scale.LETTER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMark:
    """A mark as it stood in an answer; `where` is its path there."""

    mark: wire.Mark
    original: Json
    where: str

    @property
    def id(self) -> str:
        return ident(self.mark.id, self.mark.id_str)

    @property
    def lesson(self) -> str:
        return ref(self.mark.lesson, self.mark.lesson_str)

    @property
    def work(self) -> str:
        return ref(self.mark.work, self.mark.work_str)

    def reading(self) -> MarkReading:
        scale = _SCALES.get((self.mark.type or "").casefold())
        return read_mark(self.mark.value or self.mark.text_value, scale=scale)

    def absence(self) -> AttendanceKind | None:
        """The absence that is written in the mark's place; «осв» is a mark here, the platform has a type for it."""
        kind = self.reading().attendance
        return None if kind is AttendanceKind.EXEMPT else kind

    def subject(self, frame: Frame, tables: Tables) -> str:
        place, work = tables.lessons.get(self.lesson), tables.works.get(self.work)
        if place is not None:
            return place.subject
        return subject_of(frame, work.subject_id if work else None, tables, f"{self.where}.work")

    def day(self, frame: Frame, tables: Tables) -> date | None:
        """The lesson's date; a mark without a lesson belongs to the day on which it was set."""
        if self.lesson:
            place = tables.lessons.get(self.lesson)
            return place.date if place else None
        set_at = maybe_moment(frame.system, self.mark.date, frame.zone, f"{self.where}.date")
        return set_at.astimezone(frame.zone).date() if set_at else None

    def comment(self, tables: Tables) -> str:
        """The teacher's word: in the lesson's log, or beside the mark where its text says more than its value."""
        remarks = [comment for comment in tables.comments.get(self.lesson, ()) if comment.present]
        same = [remark.text for remark in remarks if remark.written == self.mark.date]
        if same or len(remarks) == 1:
            return same[0] if same else remarks[0].text
        text = plain_text(self.mark.text_value)
        return text if self.mark.value and text != self.mark.value.strip() else ""


def marks(frame: Frame, seen: Iterable[SeenMark], tables: Tables) -> tuple[Mark, ...]:
    """The marks whose lesson (or, without a lesson, whose own day) lies in the window; absences written as marks are left out."""
    records = {}
    for item in {item.id: item for item in seen}.values():
        day = item.day(frame, tables)
        if frame.holds(day) and item.absence() is None and not item.reading().empty:
            records[item.id] = _mark(frame, item, day, tables)
    return tuple(sorted(records.values(), key=lambda mark: (mark.lesson_date or date.min, mark.origin.id)))


def _mark(frame: Frame, item: SeenMark, day: date | None, tables: Tables) -> Mark:
    mark, reading, work = item.mark, item.reading(), tables.works.get(item.work)
    type_ = tables.types.get(ref(mark.work_type)) or (tables.types.get(ref(work.work_type)) if work else None)
    criteria = tuple(_criterion(one, tables) for one in tables.criteria.get(mark.date or "", ()))
    return Mark(
        origin=frame.origin(item.id, work=item.work),
        subject=item.subject(frame, tables),
        value=reading.text,
        lesson=item.lesson or None,
        lesson_date=day,
        set_at=maybe_moment(frame.system, mark.date, frame.zone, f"{item.where}.date"),
        number=reading.number,
        parts=reading.parts,
        scale=Scale.CRITERIA if criteria and reading.number is None else reading.scale,
        criteria=criteria,
        weight=type_.weight if type_ else None,
        counts_in_average=mark.use_avg_calc,
        work=_work(work, type_),
        comment=item.comment(tables),
        mood=mark.mood if mark.mood and mark.mood.casefold() != "notset" else None,
        flagged=reading.flagged,
        raw=raw(item.original, frame.person),
    )


def _criterion(one: wire.CriteriaMark, tables: Tables) -> Criterion:
    section = tables.sections.get(str(one.section))
    most = section.max_value if section else None
    return Criterion(
        name=plain_text(section.name) if section and section.name else str(one.section),
        value=str(one.value),
        max=None if most is None else str(most),
    )


def _work(work: wire.Work | None, type_: wire.WorkType | None) -> Work | None:
    if work is None and type_ is None:
        return None
    return Work(
        type_code=(type_.kind or ident(type_.id)) if type_ else ref(work.work_type if work else None),
        type_name=plain_text(type_.title or type_.name) if type_ else "",
        abbr=plain_text(type_.abbr or type_.abbreviation) if type_ else "",
        topic=plain_text(work.text) if work else "",
    )

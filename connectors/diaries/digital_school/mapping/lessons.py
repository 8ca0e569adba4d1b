"""The diary's days: lessons, the marks that stand on them and the homework that is due on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.diaries.digital_school.mapping import wire
from connectors.diaries.digital_school.mapping.frame import Frame, said, words
from connectors.kit.answers import original
from connectors.kit.diary import Attachment, Criterion, Homework, Lesson, LessonStatus, Mark, Scale, Work
from connectors.kit.errors import Drifted
from connectors.kit.marks import read_mark
from connectors.kit.plain_text import https_links, says_nothing

# Records of their own.
_APART = frozenset({"homework", "marks"})
_STATES = {
    "запланирован": LessonStatus.PLANNED,
    "проведен": LessonStatus.HELD,
    "отменен": LessonStatus.CANCELLED,
    "замена": LessonStatus.REPLACED,
    "перенесен": LessonStatus.MOVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLesson:
    """A lesson as it stood in an answer; `where` is its path there."""

    lesson: wire.LessonOf
    plain: Any
    where: str
    date: date

    @property
    def id(self) -> str:
        return str(self.lesson.id)

    @property
    def subject(self) -> str:
        return words(self.lesson.subject)


def seen(frame: Frame, answers: Sequence[tuple[wire.Diary, Any]]) -> list[SeenLesson]:
    """The lessons of the window, each id once, in the order of their days and bells."""
    found: dict[int, SeenLesson] = {}
    for diary, plain in answers:
        for at, (day, kept) in enumerate(zip(diary.days, plain["days"], strict=True)):
            school_date = frame.day(day.date, f"$.data.days[{at}].date")
            if not frame.holds(school_date):
                continue
            for index, (lesson, own) in enumerate(zip(day.lessons, kept["lessons"], strict=True)):
                where = f"$.data.days[{at}].lessons[{index}]"
                if not words(lesson.subject):
                    raise Drifted(frame.system, f"{where}.subject", "a lesson of nothing")
                found[lesson.id] = SeenLesson(lesson=lesson, plain=own, where=where, date=school_date)
    return sorted(found.values(), key=lambda item: (item.date, item.lesson.begins, item.lesson.id))


def lessons(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Lesson, ...]:
    return tuple(_lesson(frame, item) for item in found)


def _lesson(frame: Frame, item: SeenLesson) -> Lesson:
    lesson, where = item.lesson, item.where
    status = _STATES.get(lesson.state.strip().casefold().replace("ё", "е"))
    if status is None:
        raise Drifted(frame.system, f"{where}.state", "not a documented state")
    return Lesson(
        origin=frame.origin(lesson.id),
        school_date=item.date,
        subject=item.subject,
        status=status,
        number=frame.whole(lesson.number, f"{where}.number"),
        start=frame.maybe_moment(lesson.begins, f"{where}.begins"),
        end=frame.maybe_moment(lesson.ends, f"{where}.ends"),
        group=words(lesson.subgroup) or None,
        room=words(lesson.room),
        topic=words(lesson.topic),
        replaces=words(lesson.instead_of) or None,
        moved_from=frame.maybe_day(lesson.moved_from, f"{where}.moved_from"),
        is_control=lesson.control,
        raw=original(item.plain, without=_APART),
    )


def marks(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Mark, ...]:
    return tuple(
        _mark(frame, item, mark, plain, f"{item.where}.marks[{index}]")
        for item in found
        for index, (mark, plain) in enumerate(zip(item.lesson.marks, item.plain["marks"], strict=True))
        if said(mark.value)
    )


def _mark(frame: Frame, item: SeenLesson, mark: wire.MarkOf, plain: Any, where: str) -> Mark:
    reading = read_mark(mark.value)
    criteria = tuple(Criterion(name=words(one.name), value=one.value, max=said(one.max) or None) for one in mark.criteria)
    named, code = words(mark.work), words(mark.work_code)
    return Mark(
        origin=frame.origin(mark.id),
        subject=item.subject,
        value=reading.text,
        lesson=item.id,
        lesson_date=item.date,
        set_at=frame.maybe_moment(mark.changed, f"{where}.changed") or frame.maybe_moment(mark.set, f"{where}.set"),
        number=reading.number,
        parts=reading.parts,
        scale=Scale.CRITERIA if criteria and reading.number is None else reading.scale,
        criteria=criteria,
        weight=frame.decimal(mark.weight, f"{where}.weight"),
        work=Work(type_code=code, type_name=named, abbr=code) if named or code else None,
        comment=words(mark.comment),
        flagged=reading.flagged,
        raw=original(plain),
    )


def homework(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Homework, ...]:
    """It stands on the lesson where it is due; «Без задания» is no homework."""
    records: dict[int, Homework] = {}
    for item in found:
        for index, (home, plain) in enumerate(zip(item.lesson.homework, item.plain["homework"], strict=True)):
            if home.files or not says_nothing(words(home.text)):
                records[home.id] = _homework(frame, item, home, plain, f"{item.where}.homework[{index}]")
    return tuple(records.values())


def _homework(frame: Frame, item: SeenLesson, home: wire.Home, plain: Any, where: str) -> Homework:
    return Homework(
        origin=frame.origin(home.id),
        subject=item.subject,
        text=words(home.text),
        assigned_lesson=said(home.assigned_lesson) or None,
        assigned_date=frame.maybe_day(home.assigned_date, f"{where}.assigned_date"),
        due_lesson=item.id,
        due_date=item.date,
        individual=home.individual,
        # The cabinet names files and gives no address to open them by.
        attachments=tuple(
            Attachment(name=words(file.name), url="", size=frame.whole(file.size, f"{where}.files[{index}].size"))
            for index, file in enumerate(home.files)
        ),
        links=https_links(home.text),
        raw=original(plain),
    )

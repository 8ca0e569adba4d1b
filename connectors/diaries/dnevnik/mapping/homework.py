"""Homework with both hooks: the lesson that set it and the day or lesson it is due on (facts/diaries.md 0.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from connectors.diaries.dnevnik.mapping import wire
from connectors.diaries.dnevnik.mapping.frame import Frame, Json, Tables, ident, raw
from connectors.diaries.dnevnik.mapping.lessons import subject_of
from connectors.diaries.dnevnik.mapping.times import maybe_day
from connectors.kit.diary import Attachment, Homework
from connectors.kit.plain_text import https_links, https_url, plain_text, says_nothing

_DONE = frozenset({"done", "completed", "complete", "finished", "checked", "accepted", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHomework:
    work: wire.Work
    original: Json
    where: str

    @property
    def id(self) -> str:
        return ident(self.work.id, self.work.id_str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Where homework hangs."""

    assigned_lesson: str | None = None
    assigned_date: date | None = None
    due_lesson: str | None = None
    due_date: date | None = None


def homework(frame: Frame, seen: list[SeenHomework], tables: Tables, *, base: str) -> tuple[Homework, ...]:
    """What is due in the window; what has no due date stands on the day it was set. «Без задания» is no homework."""
    records = {}
    for item in {item.id: item for item in seen}.values():
        hooks = _hooks(frame, item, tables)
        empty = says_nothing(plain_text(item.work.text)) and not item.work.files
        if frame.holds(hooks.due_date or hooks.assigned_date) and not empty:
            records[item.id] = _homework(frame, item, hooks, tables, base)
    return tuple(sorted(records.values(), key=lambda record: (record.due_date or record.assigned_date or date.min, record.origin.id)))


def _homework(frame: Frame, item: SeenHomework, hooks: Hooks, tables: Tables, base: str) -> Homework:
    work = item.work
    files = [tables.files[ident(id_)] for id_ in work.files or () if ident(id_) in tables.files]
    return Homework(
        origin=frame.origin(item.id),
        subject=_subject(frame, item, tables),
        text=plain_text(work.text),
        assigned_lesson=hooks.assigned_lesson,
        assigned_date=hooks.assigned_date,
        due_lesson=hooks.due_lesson,
        due_date=hooks.due_date,
        attachments=tuple(
            Attachment(name=plain_text(file.name), url=https_url(file.download_url, base=base), size=file.size) for file in files
        ),
        links=https_links(work.text),
        done=_done(frame, work),
        raw=raw(item.original, frame.person),
    )


def _hooks(frame: Frame, item: SeenHomework, tables: Tables) -> Hooks:
    """`lesson` is the lesson that set the work when it lies before the target date, and the lesson it is due on otherwise."""
    work = item.work
    lesson = ident(work.lesson, work.lesson_str) or None
    target = maybe_day(frame.system, work.target_date, frame.zone, f"{item.where}.targetDate")
    sent = maybe_day(frame.system, work.sent_date, frame.zone, f"{item.where}.sentDate")
    place = tables.lessons.get(lesson) if lesson else None
    if place is not None and (target is None or place.date >= target) and sent is not None and sent < place.date:
        return Hooks(assigned_date=sent, due_lesson=lesson, due_date=target or place.date)
    due_lesson = _due_lesson(_subject(frame, item, tables), target, tables) if target else None
    return Hooks(assigned_lesson=lesson, assigned_date=place.date if place else sent, due_lesson=due_lesson, due_date=target)


def _due_lesson(subject: str, day: date, tables: Tables) -> str | None:
    """The lesson of the subject on the due date, where the read shows that day; of a double lesson nobody says which."""
    found = [id_ for id_, place in tables.lessons.items() if place.date == day and place.subject == subject]
    return found[0] if len(found) == 1 else None


def _subject(frame: Frame, item: SeenHomework, tables: Tables) -> str:
    place = tables.lessons.get(ident(item.work.lesson, item.work.lesson_str))
    if item.work.subject_id is None and place is not None:
        return place.subject
    return subject_of(frame, item.work.subject_id, tables, f"{item.where}.subjectId")


def _done(frame: Frame, work: wire.Work) -> bool | None:
    """The child's own task says whether the work is done; no task, nothing known."""
    for task in work.tasks or ():
        if ident(task.person, task.person_str) == frame.person:
            return (task.status or "").casefold() in _DONE
    return None

"""Homework: a list beside the lessons, hung on the lesson that sets it and on those that check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from connectors.diaries.kiasuo.mapping import wire
from connectors.diaries.kiasuo.mapping.frame import Frame
from connectors.diaries.kiasuo.mapping.lessons import SeenLesson
from connectors.kit.answers import original
from connectors.kit.diary import Attachment, Homework
from connectors.kit.plain_text import https_links, https_url, plain_text, says_nothing

# Files come with addresses below the diary's host.
BASE = "https://diaryapi.kiasuo.ru/diary/"
# A lesson of a weekly subject lies up to four weeks before, holidays in between.
MOST_BACK = timedelta(days=35)

Answers = Sequence[tuple[wire.Week, Any]]


def homework(frame: Frame, answers: Answers, found: Sequence[SeenLesson]) -> tuple[Homework, ...]:
    """What is due in the window; without a day to be checked, what was set in it. «Без задания» is no homework."""
    setting = {item.lesson.created_homework_id: item for item in found if item.lesson.created_homework_id is not None}
    checking: dict[int, list[SeenLesson]] = {}
    for item in found:
        for id_ in item.lesson.homework_to_check_ids or ():
            checking.setdefault(id_, []).append(item)
    records: dict[int, Homework] = {}
    for task, plain, where in _tasks(answers):
        assigned, due = _days(frame, task, where)
        record = _record(task, plain, frame, assigned=assigned, due=due, by=setting.get(task.id), checks=checking.get(task.id, ()))
        if frame.holds(record.due_date or record.assigned_date) and (record.attachments or record.links or not says_nothing(record.text)):
            records[task.id] = record
    return tuple(sorted(records.values(), key=lambda one: (one.due_date or one.assigned_date or date.min, int(one.origin.id))))


def set_before(frame: Frame, answers: Answers) -> set[date]:
    """The Mondays of the earlier weeks in which homework of the window was set."""
    found = set()
    for task, _, where in _tasks(answers):
        assigned, due = _days(frame, task, where)
        if assigned is not None and frame.holds(due) and frame.window.start - MOST_BACK <= assigned < frame.window.start:
            found.add(assigned - timedelta(days=assigned.weekday()))
    return found


def _record(
    task: wire.Task,
    plain: Any,
    frame: Frame,
    *,
    assigned: date | None,
    due: date | None,
    by: SeenLesson | None,
    checks: Sequence[SeenLesson],
) -> Homework:
    """The subject stands on the lessons alone."""
    checked = [item for item in checks if due is None or item.date == due]
    first = checked[0] if checked else None
    known = by or first or (checks[0] if checks else None)
    files = attachments(task)
    return Homework(
        origin=frame.origin(str(task.id)),
        subject=known.subject if known else "",
        text=plain_text(task.text),
        assigned_lesson=by.id if by else None,
        assigned_date=assigned or (by.date if by else None),
        due_lesson=first.id if first else None,
        due_date=due or (first.date if first else None),
        attachments=files,
        links=_links(task),
        raw=original(plain),
    )


def attachments(task: wire.Task) -> tuple[Attachment, ...]:
    """The files whose address can be opened: relative ones are the diary's own."""
    found = [(https_url(file.url, base=BASE), plain_text(file.title)) for file in task.files or ()]
    return tuple(Attachment(name=name or url.rpartition("/")[2].partition("?")[0], url=url) for url, name in found if url)


def _links(task: wire.Task) -> tuple[str, ...]:
    """The addresses beside the text and in it; what such an entry looks like besides a bare address is not known."""
    written = [entry if isinstance(entry, str) else entry.get("url") for entry in task.links or ()]
    good = [url for url in (https_url(entry, base=BASE) for entry in written if isinstance(entry, str)) if url]
    return tuple(dict.fromkeys([*good, *https_links(task.text, base=BASE)]))


def _tasks(answers: Answers) -> Iterator[tuple[wire.Task, Any, str]]:
    for week, plain in answers:
        for index, (task, kept) in enumerate(zip(week.homeworks or (), plain.get("homeworks") or (), strict=True)):
            yield task, kept, f"$.homeworks[{index}]"


def _days(frame: Frame, task: wire.Task, where: str) -> tuple[date | None, date | None]:
    assigned = frame.day(task.lesson_date, f"{where}.lesson_date") if task.lesson_date else None
    return assigned, frame.day(task.check_at, f"{where}.check_at") if task.check_at else None

"""Homework: it hangs on the lesson that set it and names the day it is due; its words are a title and an HTML text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from connectors.diaries.ruobr.mapping import wire
from connectors.diaries.ruobr.mapping.frame import Frame
from connectors.diaries.ruobr.mapping.lessons import SeenLesson
from connectors.kit.answers import original
from connectors.kit.diary import Attachment, Homework
from connectors.kit.local_time import iso_day
from connectors.kit.plain_text import https_links, https_url, plain_text, says_nothing

_OF_THE_CLASS = frozenset({"", "group"})
# Teachers' files lie on the site and not on the API's host.
BASE = "https://ruobr.ru/"
_ENDINGS = "docx?|pdf|xlsx?|pptx?|txt|rtf|od[tsp]|jpe?g|png|gif|webp|zip|rar|7z|mp[34]"
_FILE_LINK = re.compile(rf"<a\b[^>]*\bhref=(['\"])([^'\"]+\.(?:{_ENDINGS}))\1[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)


def homework(frame: Frame, found: Sequence[SeenLesson]) -> tuple[Homework, ...]:
    """What is due in the window; what has no deadline stands on the day it was set. «Без задания» is no homework."""
    records: dict[str, Homework] = {}
    places: dict[tuple[date, str], list[str]] = {}
    for item in found:
        places.setdefault((item.date, item.subject), []).append(item.id)
    for item in found:
        for index, task, plain in _tasks(item):
            due = iso_day(frame.system, task.deadline, f"{item.where}.task[{index}].deadline") if task.deadline else None
            text, files = words(task), attachments(task)
            if frame.holds(due or item.date) and (files or not says_nothing(text)):
                records[str(task.id)] = _record(frame, item, task, plain, due=due, text=text, files=files, places=places)
    return tuple(sorted(records.values(), key=lambda record: (record.due_date or record.assigned_date or date.min, record.origin.id)))


def _record(
    frame: Frame,
    item: SeenLesson,
    task: wire.Task,
    plain: Any,
    *,
    due: date | None,
    text: str,
    files: tuple[Attachment, ...],
    places: Mapping[tuple[date, str], Sequence[str]],
) -> Homework:
    return Homework(
        origin=frame.origin(str(task.id)),
        subject=item.subject,
        text=text,
        assigned_lesson=item.id,
        assigned_date=item.date,
        due_lesson=_due_lesson(item, due, places),
        due_date=due,
        individual=(task.type or "").casefold() not in _OF_THE_CLASS,
        attachments=files,
        links=https_links(f"{task.title or ''}\n{_FILE_LINK.sub('', task.text or '')}", base=BASE),
        done=task.done,
        requires_answer=task.requires_solutions,
        raw=original(plain),
    )


def words(task: wire.Task) -> str:
    """Title and text as one plain text; where one holds the other, the longer one says it all. Links to files are attachments."""
    title, body = plain_text(task.title), plain_text(_FILE_LINK.sub("", task.text or ""))
    if says_nothing(body) or body in title:
        return title
    if says_nothing(title) or title in body:
        return body
    return f"{title}\n{body}"


def attachments(task: wire.Task) -> tuple[Attachment, ...]:
    """The files that the HTML text links to, and the document where its whole address is told; a bare «there is one» opens nothing."""
    found = {url: plain_text(match[3]) for match in _FILE_LINK.finditer(task.text or "") if (url := https_url(match[2], base=BASE))}
    for written in (task.doc, task.doc_str):
        if isinstance(written, str) and written.startswith(("https://", "//")) and (url := https_url(written)):
            found.setdefault(url, plain_text(task.doc_str) if task.doc_str and task.doc_str != written else "")
    return tuple(Attachment(name=name or url.rpartition("/")[2].partition("?")[0], url=url) for url, name in found.items())


def _tasks(item: SeenLesson) -> Iterator[tuple[int, wire.Task, Any]]:
    typed, plain = item.lesson.task, item.plain.get("task")
    tasks = [typed] if isinstance(typed, wire.Task) else typed or []
    originals = [plain] if isinstance(plain, dict) else plain or []
    for index, (task, kept) in enumerate(zip(tasks, originals, strict=True)):
        yield index, task, kept


def _due_lesson(item: SeenLesson, due: date | None, places: Mapping[tuple[date, str], Sequence[str]]) -> str | None:
    """The subject's lesson on that day, where the read shows the day; of a double lesson nobody says which."""
    same = places.get((due, item.subject), ()) if due else ()
    return same[0] if len(same) == 1 else None

"""Homework: it stands on the lesson where it is due, and its files stand beside it and name it."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.diaries.eljur.mapping.frame import Frame, listed
from connectors.diaries.eljur.mapping.lessons import SeenLesson
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Attachment, Homework
from connectors.kit.plain_text import https_links, https_url, plain_text, says_nothing


def homework(frame: Frame, found: Sequence[SeenLesson], *, base: str) -> tuple[Homework, ...]:
    """What is due in the window. «Не задано» is no homework, unless a file comes with it."""
    records: dict[str, Homework] = {}
    for one in found:
        tasks = listed(one.item.homework, one.plain.get("homework"))
        for place, task, plain in tasks:
            id_ = text_of(frame.system, task.id, f"{one.where}.homework.{place}.id") or f"{one.id}-{place}"
            text, files = plain_text(task.value), _files(frame, one, id_, base=base, alone=len(tasks) == 1)
            if says_nothing(text) and not files:
                continue
            records[f"{one.id} {id_}"] = Homework(
                origin=frame.origin(id_),
                subject=one.subject,
                text=text,
                due_lesson=one.id,
                due_date=one.date,
                individual=bool(task.individual),
                attachments=files,
                links=https_links(task.value, base=base),
                raw=original(plain),
            )
    return tuple(records.values())


def _files(frame: Frame, one: SeenLesson, id_: str, *, base: str, alone: bool) -> tuple[Attachment, ...]:
    """Those that name this homework, and where it is the lesson's only one, those that name none."""
    found = []
    for place, file, _ in listed(one.item.files, one.plain.get("files")):
        owner = text_of(frame.system, file.toid, f"{one.where}.files.{place}.toid")
        url, name = https_url(file.link, base=base), plain_text(file.filename)
        if (owner == id_ or (alone and not owner)) and (url or name):
            found.append(Attachment(name=name or url.rpartition("/")[2].partition("?")[0], url=url))
    return tuple(found)

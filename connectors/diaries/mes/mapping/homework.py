"""Homework by the day it is due; the lesson it is due on and its files stand in the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.diaries.mes.mapping import wire
from connectors.diaries.mes.mapping.frame import Frame
from connectors.diaries.mes.mapping.lessons import SeenEvent
from connectors.kit.answers import original
from connectors.kit.diary import Attachment, Homework
from connectors.kit.plain_text import https_links, https_url, plain_text, says_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """An entry of the calendar: its lesson and its files."""

    event: SeenEvent
    entry: wire.Entry
    files: Sequence[Any]


def homework(
    frame: Frame, answer: wire.Payload[wire.HomeworkOf], plain: Any, found: Sequence[SeenEvent], *, base: str
) -> tuple[Homework, ...]:
    """The two lists share no id: an entry belongs to what has its subject, both its days and its text."""
    spots = _spots(found)
    records: dict[str, Homework] = {}
    for at, (one, own) in enumerate(zip(answer.payload, plain["payload"], strict=True)):
        where = f"$.payload[{at}]"
        due = frame.day(one.date, f"{where}.date")
        text = plain_text(one.description)
        same = spots.get(_key(one.subject_name, one.date, one.date_assigned_on, one.description), [])
        spot = same.pop(0) if same else None
        files = _files(spot.files, base=base) if spot else ()
        if not frame.holds(due) or (says_nothing(text) and not files):
            continue
        id_ = str(one.homework_entry_student_id) if one.homework_entry_student_id is not None else f"{due} {plain_text(one.subject_name)}"
        entry = spot.entry.homework_entry_id if spot else None
        records[id_] = Homework(
            origin=frame.origin(id_, homework_entry_id="" if entry is None else str(entry)),
            subject=plain_text(one.subject_name),
            text=text,
            assigned_date=frame.maybe_day(one.date_assigned_on, f"{where}.date_assigned_on"),
            due_lesson=spot.event.id if spot else None,
            due_date=due,
            attachments=files,
            links=https_links(one.description, base=base),
            done=one.is_done,
            raw=original(own),
        )
    return tuple(records.values())


def _spots(found: Sequence[SeenEvent]) -> dict[tuple[str, ...], list[_Spot]]:
    spots: dict[tuple[str, ...], list[_Spot]] = {}
    for event in found:
        home = event.event.homework
        for entry, own in zip(home.entries or () if home else (), (event.plain.get("homework") or {}).get("entries") or (), strict=True):
            key = _key(event.event.subject_name, entry.date_prepared_for or str(event.date), entry.date_assigned_on, entry.description)
            spots.setdefault(key, []).append(_Spot(event=event, entry=entry, files=own.get("attachments") or ()))
    return spots


def _key(subject: str | None, due: str | None, assigned: str | None, text: str | None) -> tuple[str, ...]:
    """Both lists are the platform's own, so they are compared as written."""
    return (subject or "").strip(), (due or "")[:10], (assigned or "")[:10], (text or "").strip()


def _files(files: Sequence[Any], *, base: str) -> tuple[Attachment, ...]:
    """Files come under more than one set of names; without an https address there is a name alone."""
    found = []
    for file in files:
        if isinstance(file, dict):
            name = next((str(file[key]) for key in ("title", "file_name", "name") if isinstance(file.get(key), str)), "")
            url = next((str(file[key]) for key in ("link", "path", "url") if isinstance(file.get(key), str)), "")
            size = next((file[key] for key in ("file_size", "size") if isinstance(file.get(key), int)), None)
            if name or url:
                found.append(Attachment(name=plain_text(name) or "Файл", url=https_url(url, base=base), size=size))
    return tuple(found)

"""Marks by the day of their lesson; the lesson itself and earlier values are told elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.diaries.mes.mapping import wire
from connectors.diaries.mes.mapping.frame import Frame
from connectors.diaries.mes.mapping.lessons import SeenEvent
from connectors.kit.answers import original
from connectors.kit.diary import Criterion, Mark, Revision, Scale, Work
from connectors.kit.marks import MarkReading, read_mark
from connectors.kit.plain_text import plain_text

POINT = "•"
_SCALES = {"five": Scale.FIVE, "hundred": Scale.HUNDRED, "pass": Scale.PASS}


def lessons_of(found: Sequence[SeenEvent]) -> dict[int, str]:
    """Mark id -> its lesson, which only the calendar knows."""
    return {mark.id: one.id for one in found for mark in one.event.marks or ()}


def marks(
    frame: Frame,
    answer: wire.Payload[wire.MarkOf],
    plain: Any,
    lessons: Mapping[int, str],
    revisions: Mapping[int, tuple[Revision, ...]],
) -> tuple[Mark, ...]:
    return tuple(
        _mark(frame, mark, own, f"$.payload[{at}]", lessons.get(mark.id), revisions.get(mark.id, ()))
        for at, (mark, own) in enumerate(zip(answer.payload, plain["payload"], strict=True))
        if shown(mark) and frame.holds(frame.day(mark.date, f"$.payload[{at}].date"))
    )


def shown(mark: wire.MarkOf) -> str:
    """The teacher's text; a point, which the teacher will replace by a mark later, may come without one."""
    return (mark.value or "").strip() or (POINT if mark.is_point else "")


def _mark(frame: Frame, mark: wire.MarkOf, plain: Any, where: str, lesson: str | None, revisions: tuple[Revision, ...]) -> Mark:
    reading = read_mark(shown(mark))
    criteria = tuple(
        Criterion(name=plain_text(one.name), value=(one.value or "").strip()) for one in mark.criteria or () if (one.value or "").strip()
    )
    set_at = frame.maybe_moment(mark.updated_at or mark.created_at, f"{where}.updated_at")
    kind = plain_text(mark.control_form_name)
    return Mark(
        origin=frame.origin(str(mark.id), updated_at=set_at),
        subject=plain_text(mark.subject_name),
        value=reading.text,
        lesson=lesson,
        lesson_date=frame.day(mark.date, f"{where}.date"),
        set_at=set_at,
        number=reading.number,
        parts=reading.parts,
        scale=_scale(mark, reading, criteria),
        criteria=criteria,
        weight=mark.weight,
        work=Work(type_name=kind) if kind else None,
        comment=plain_text(mark.comment),
        flagged=reading.flagged and mark.original_grade_system_type not in _SCALES,
        revisions=revisions,
        raw=original(plain),
    )


def _scale(mark: wire.MarkOf, reading: MarkReading, criteria: Sequence[Criterion]) -> Scale:
    """What the platform says it is counts more than what the text looks like; a word has no scale of numbers."""
    if criteria and reading.number is None:
        return Scale.CRITERIA
    told = _SCALES.get(mark.original_grade_system_type or "")
    if told in (Scale.FIVE, Scale.HUNDRED) and reading.number is None and not reading.parts:
        return reading.scale
    return told or reading.scale

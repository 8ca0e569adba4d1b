"""Marks of periods, averages against the class, and the school's wall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.diaries.iv_edu.mapping import wire
from connectors.diaries.iv_edu.mapping.frame import IVANOVO, Frame
from connectors.kit.answers import original
from connectors.kit.diary import Announcement, Final, Period, PeriodKind, SubjectAverage, Term
from connectors.kit.errors import Drifted
from connectors.kit.local_time import iso_day
from connectors.kit.marks import read_mark
from connectors.kit.plain_text import plain_text
from connectors.kit.terms import of_periods

SMALLEST_CLASS = 5
_KINDS = {kind.value: kind for kind in PeriodKind}


def terms(frame: Frame, answer: wire.Calendar) -> tuple[Term, ...]:
    """«Календарный учебный график»: the periods and the holidays of the year."""
    found = [*of_periods(periods(frame, answer).values(), frame.origin)]
    for index, one in enumerate(answer.holidays):
        start = iso_day(frame.system, one.start, f"$.holidays[{index}].start")
        end = iso_day(frame.system, one.end, f"$.holidays[{index}].end")
        found.append(Term(origin=frame.origin(f"holiday-{start}"), name=plain_text(one.name), start=start, end=end, is_holiday=True))
    return tuple(found)


def periods(frame: Frame, answer: wire.Finals | wire.Calendar) -> dict[int, Period]:
    found: dict[int, Period] = {}
    for index, one in enumerate(answer.periods):
        where = f"$.periods[{index}]"
        found[one.id] = Period(
            id=str(one.id),
            kind=_KINDS.get(one.kind, PeriodKind.UNKNOWN),
            name=plain_text(one.name),
            number=one.number,
            start=iso_day(frame.system, one.start, f"{where}.start"),
            end=iso_day(frame.system, one.end, f"{where}.end"),
            school_year=answer.year,
        )
    return found


def finals(frame: Frame, answer: wire.Finals, plain: Any) -> tuple[Final, ...]:
    known = periods(frame, answer)
    return tuple(
        _final(frame, one, kept, known, f"$.items[{index}]")
        for index, (one, kept) in enumerate(zip(answer.items, plain["items"], strict=True))
        if one.value.strip()
    )


def _final(frame: Frame, one: wire.FinalOf, plain: Any, known: dict[int, Period], where: str) -> Final:
    if one.period not in known:
        raise Drifted(frame.system, f"{where}.period", "a period that is not listed")
    reading = read_mark(one.value)
    return Final(
        origin=frame.origin(one.id, updated_at=frame.moment(one.set_at, f"{where}.set_at") if one.set_at else None),
        subject=plain_text(one.subject),
        period=known[one.period],
        value=reading.text,
        number=reading.number,
        raw=original(plain),
    )


def averages(frame: Frame, known: dict[int, Period], answers: Sequence[wire.Monitoring]) -> tuple[SubjectAverage, ...]:
    """The child's average as the cabinet wrote it, and the class's, hidden below five pupils (RULES C5)."""
    records = []
    for answer in answers:
        if answer.period not in known:
            raise Drifted(frame.system, "$.period", "a period that was not asked for")
        enough = answer.class_size >= SMALLEST_CLASS
        for one in answer.items:
            whole = one.whole if enough else None
            if one.child is None and whole is None:
                continue
            subject = plain_text(one.subject)
            records.append(
                SubjectAverage(
                    origin=frame.origin(f"{answer.period}-{subject}", period=str(answer.period)),
                    subject=subject,
                    period=known[answer.period],
                    average=one.child,
                    class_average=whole,
                    class_size=answer.class_size if whole is not None else None,
                )
            )
    return tuple(records)


def announcements(frame: Frame, answer: wire.Wall) -> tuple[Announcement, ...]:
    """What was hung on the wall in the window."""
    records = []
    for index, post in enumerate(answer.items):
        published_at = frame.moment(post.published_at, f"$.items[{index}].published_at")
        if frame.holds(published_at.astimezone(IVANOVO).date()):
            records.append(
                Announcement(
                    origin=frame.origin(post.id), title=plain_text(post.title), body=plain_text(post.text), published_at=published_at
                )
            )
    return tuple(records)

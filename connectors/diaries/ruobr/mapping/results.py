"""Marks of periods and running averages: one list carries both, told apart by `marks_future`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from connectors.diaries.ruobr.mapping import wire
from connectors.diaries.ruobr.mapping.frame import KUZBASS, Frame, means_none
from connectors.kit.answers import original, text_of
from connectors.kit.diary import Final, Period, SubjectAverage
from connectors.kit.local_time import iso_day, school_year
from connectors.kit.marks import read_mark
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text

_WHOLE = re.compile(r"([0-9]+)\.0+")


def period(frame: Frame, one: wire.ControlPeriod, where: str) -> Period:
    title = plain_text(one.title)
    start = iso_day(frame.system, one.date_start, f"{where}.date_start") if one.date_start else None
    end = iso_day(frame.system, one.date_end, f"{where}.date_end") if one.date_end else None
    return Period(
        id=str(one.period),
        kind=kind_of(title),
        name=title,
        number=number_of(title, one.rom or ""),
        start=start,
        end=end,
        school_year=school_year(start or frame.fetched_at.astimezone(KUZBASS).date()),
    )


def finals(frame: Frame, answer: Sequence[wire.ControlPeriod], plain: Any) -> tuple[Final, ...]:
    """The marks of periods that are over; 0 and 0.0 mean that there is none."""
    records = []
    for at, one in enumerate(answer):
        if one.marks_future:
            continue
        told = period(frame, one, f"$[{at}]")
        for index, mark in enumerate(one.marks):
            text = as_mark(text_of(frame.system, mark.mark, f"$[{at}].marks[{index}].mark"))
            if means_none(text):
                continue
            reading = read_mark(text)
            records.append(
                Final(
                    origin=frame.origin(f"{told.school_year}-{one.period}-{mark.subject_id}", subject=str(mark.subject_id)),
                    subject=plain_text(mark.subject_name),
                    period=told,
                    value=reading.text,
                    number=reading.number,
                    raw=original(plain[at]["marks"][index]),
                )
            )
    return tuple(records)


def averages(frame: Frame, answer: Sequence[wire.ControlPeriod]) -> tuple[SubjectAverage, ...]:
    """The averages of the running term, as the platform wrote them."""
    records = []
    for at, one in enumerate(answer):
        if not one.marks_future:
            continue
        told = period(frame, one, f"$[{at}]")
        for index, mark in enumerate(one.marks):
            text = text_of(frame.system, mark.mark, f"$[{at}].marks[{index}].mark")
            if means_none(text):
                continue
            records.append(
                SubjectAverage(
                    origin=frame.origin(f"{told.school_year}-{one.period}-{mark.subject_id}", subject=str(mark.subject_id)),
                    subject=plain_text(mark.subject_name),
                    period=told,
                    average=text,
                )
            )
    return tuple(records)


def as_mark(text: str) -> str:
    """A period's mark comes as the number 5.0 where the teacher wrote 5."""
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text

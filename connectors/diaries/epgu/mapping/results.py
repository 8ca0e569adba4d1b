"""Marks of periods, which the service names by their titles."""

from __future__ import annotations

from typing import Any

from connectors.diaries.epgu.mapping import wire
from connectors.diaries.epgu.mapping.frame import Frame, read
from connectors.kit.answers import original
from connectors.kit.diary import Final, Period
from connectors.kit.local_time import school_year
from connectors.kit.marks import read_mark
from connectors.kit.period_names import kind_of, number_of
from connectors.kit.plain_text import plain_text


def finals(frame: Frame, data: Any) -> tuple[Final, ...]:
    found = read(frame.system, data, wire.Finals).final_mark
    return tuple(
        _final(frame, one, plain, f"$.FinalMark[{index}]")
        for index, (one, plain) in enumerate(zip(found, data.get("FinalMark", ()), strict=True))
        if one.value.strip()
    )


def _final(frame: Frame, one: wire.FinalOf, plain: Any, where: str) -> Final:
    subject, reading = plain_text(one.subject), read_mark(one.value)
    period = _period(frame, one, where)
    return Final(
        origin=frame.origin(f"{period.id} {subject}", updated_at=frame.moment(one.set_at, f"{where}.SetAt")),
        subject=subject,
        period=period,
        value=reading.text,
        number=reading.number,
        raw=original(plain),
    )


def _period(frame: Frame, one: wire.FinalOf, where: str) -> Period:
    name = plain_text(one.period)
    start = frame.day(one.period_start, f"{where}.PeriodStart") if one.period_start else None
    year = school_year(start or frame.fetched_at.date())
    return Period(
        id=f"{year} {name}",
        kind=kind_of(name),
        name=name,
        number=number_of(name),
        start=start,
        end=frame.day(one.period_end, f"{where}.PeriodEnd") if one.period_end else None,
        school_year=year,
    )

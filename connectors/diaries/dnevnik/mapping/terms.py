"""The class's school year: reporting periods, and the holidays between them."""

from __future__ import annotations

from connectors.diaries.dnevnik.mapping import wire
from connectors.diaries.dnevnik.mapping.frame import Frame, ident
from connectors.diaries.dnevnik.mapping.results import periods
from connectors.diaries.dnevnik.mapping.times import school_day
from connectors.kit.diary import Term
from connectors.kit.plain_text import plain_text
from connectors.kit.terms import of_periods


def terms(frame: Frame, answer: wire.PeriodGroup) -> tuple[Term, ...]:
    found = [*of_periods(periods(frame, answer.periods), frame.origin)]
    for index, one in enumerate(answer.holidays or ()):
        where = f"$.holidays[{index}]"
        found.append(
            Term(
                origin=frame.origin(f"holiday-{ident(one.id)}"),
                name=plain_text(one.name),
                start=school_day(frame.system, one.start, frame.zone, f"{where}.dateStart"),
                end=school_day(frame.system, one.finish, frame.zone, f"{where}.dateFinish"),
                is_holiday=True,
            )
        )
    return tuple(found)

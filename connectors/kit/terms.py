"""The calendar of a school year from what a diary tells: its periods, and days off that stand side by side under one name (F174)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from connectors.kit.diary import Origin, Period, Term


def of_periods(periods: Iterable[Period], origin: Callable[[str], Origin]) -> tuple[Term, ...]:
    """The periods whose days are known; one without a name or an end is none."""
    return tuple(
        Term(origin=origin(f"period-{one.id}"), name=one.name, start=one.start, end=one.end, period=one)
        for one in periods
        if one.name and one.start and one.end and one.start <= one.end
    )


def of_days_off(days: Mapping[date, str], origin: Callable[[str], Origin]) -> tuple[Term, ...]:
    """One stretch for days in a row with the same name."""
    found: list[Term] = []
    for day in sorted(days):
        last = found[-1] if found else None
        if last is not None and last.name == days[day] and last.end == day - timedelta(days=1):
            found[-1] = Term(origin=last.origin, name=last.name, start=last.start, end=day, is_holiday=True)
        else:
            found.append(Term(origin=origin(f"holiday-{day}"), name=days[day], start=day, end=day, is_holiday=True))
    return tuple(found)

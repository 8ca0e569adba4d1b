"""When a school rests: its own holidays and those that every school has; nobody pays a tariff for such a day, pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Both days are free."""

    first: date
    last: date
    title: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def usual(year: int) -> tuple[Break, ...]:
    """What every school has in that calendar year, whatever it says itself: the days off in January, and the summer."""
    return (
        Break(first=date(year, 1, 1), last=date(year, 1, 8), title="Новогодние каникулы"),
        Break(first=date(year, 6, 1), last=date(year, 8, 31), title="Лето"),
    )


def break_on(day: date, own: Iterable[Break]) -> Break | None:
    """The break that holds this day; the school's own one is named first."""
    return next((one for one in (*own, *usual(day.year)) if day in one), None)


def back_at_school(day: date, own: Iterable[Break]) -> date:
    """This day, or the first one after the break that holds it."""
    breaks = tuple(own)
    while (found := break_on(day, breaks)) is not None:
        day = found.last + DAY
    return day


def days_of_month(month: date) -> Iterator[date]:
    """Every day of the month that holds this day."""
    day = month.replace(day=1)
    while day.month == month.month:
        yield day
        day += DAY


def next_month(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)

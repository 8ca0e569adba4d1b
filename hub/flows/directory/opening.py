"""Whether somebody answers now, by the place's own clock, and when they will; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

AHEAD = 8
"""A week and a day: the next opening of a desk that works one day a week is among them."""


class Line(Protocol):
    """One line of opening hours, wherever it is kept."""

    @property
    def days(self) -> tuple[int, ...]: ...
    @property
    def start(self) -> str: ...
    @property
    def end(self) -> str: ...


class Answering(StrEnum):
    """`UNKNOWN`: no hours are known; `HOLIDAY`: the usual hours say open, but it is a day off of the country."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`until` while open, `opens_at` while closed; both are instants. `holiday` names the day off."""

    state: Answering
    until: datetime | None = None
    opens_at: datetime | None = None
    holiday: str = ""


def opening(hours: Sequence[Line], zone: str, now: datetime, holiday: Callable[[date], str]) -> Opening:
    """The end is not included: at 19:00 sharp nobody answers any more. Lines that touch are one stretch."""
    if not hours or not zone:
        return Opening(state=Answering.UNKNOWN)
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    stretches = _stretches(hours, place, today)
    current = next((one for one in stretches if one[0] <= now < one[1]), None)
    following = next((start for start, _ in stretches if start > now and not holiday(start.astimezone(place).date())), None)
    if current is None:
        return Opening(state=Answering.CLOSED, opens_at=following, holiday=holiday(today))
    if holiday(today):
        return Opening(state=Answering.HOLIDAY, opens_at=following, holiday=holiday(today))
    return Opening(state=Answering.OPEN, until=current[1])


def _stretches(hours: Sequence[Line], place: ZoneInfo, today: date) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for ahead in range(AHEAD):
        day = today + timedelta(days=ahead)
        lines = sorted((time.fromisoformat(one.start), time.fromisoformat(one.end)) for one in hours if day.isoweekday() in one.days)
        for start, end in lines:
            begins, ends = datetime.combine(day, start, place), datetime.combine(day, end, place)
            if found and found[-1][1] == begins:
                found[-1] = (found[-1][0], ends)
            else:
                found.append((begins, ends))
    return found


_DAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


def worded(hours: Sequence[Line]) -> str:
    """«пн–пт 8:00–19:00, сб 8:00–15:00»; empty where none are known."""
    return ", ".join(f"{_days(one.days)} {_short(one.start)}–{_short(one.end)}" for one in hours)


def _short(text: str) -> str:
    return text.removeprefix("0")


def _days(days: Sequence[int]) -> str:
    """Neighbours are joined: 1, 2, 3, 6 is «пн–ср, сб»."""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = []
    for run in runs:
        first, last = _DAYS[run[0] - 1], _DAYS[run[-1] - 1]
        said.append(first if len(run) == 1 else f"{first}, {last}" if len(run) == 2 else f"{first}–{last}")
    return ", ".join(said) if len(set(days)) < len(_DAYS) else "ежедневно"

"""Whom to call about a system, and by whose clock: read from `contacts/help_desks.toml` once, checked, and asked by system."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

FILE = Path(__file__).parent / "contacts" / "help_desks.toml"
TOPICS: Mapping[str, str] = {
    "general": "общие вопросы",
    "meals": "качество питания",
    "meals_officer": "ответственный за питание в школе",
    "accounts": "лицевые счета",
    "statistics": "статистика",
    "cabinet": "личный кабинет и вход",
    "app": "мобильное приложение",
    "cards": "карты и браслеты",
    "passes": "проходная",
    "lessons": "уроки и оценки",
    "chats": "чаты класса",
}
"""What one asks about; a page says «… — …» after it."""
WEEK = range(1, 8)


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Hours(_Strict, frozen=True, kw_only=True):
    """Open on these ISO weekdays from `start` until `end`, both `HH:MM` of the place's own clock."""

    days: tuple[int, ...]
    start: str
    end: str


class DeskContact(_Strict, frozen=True, kw_only=True):
    """`form` is an address where one writes."""

    topic: str
    phones: tuple[str, ...] = ()
    email: str = ""
    form: str = ""
    hours: tuple[Hours, ...] = ()
    note: str = ""


class HelpDesk(_Strict, frozen=True, kw_only=True):
    """`system` is the registry's name where it has one. `zone_guess`: the source names hours without a zone."""

    id: str
    title: str
    about: str
    site: str
    source: str
    system: str = ""
    zone: str = ""
    zone_guess: bool = False
    as_of: date | None = None
    recovery: str = ""
    contact: tuple[DeskContact, ...] = ()


class _Holiday(_Strict, frozen=True, kw_only=True):
    """`from` and `to` are month and day, every year, both included."""

    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    name: str


class _File(_Strict, frozen=True, kw_only=True):
    desk: tuple[HelpDesk, ...]
    holiday: tuple[_Holiday, ...] = ()


class HelpDesks(_Strict, frozen=True, kw_only=True):
    desks: Mapping[str, HelpDesk]
    holidays: tuple[_Holiday, ...]

    def of_system(self, system: str) -> HelpDesk | None:
        return next((one for one in self.desks.values() if one.system == system), None)

    def holiday(self, day: date) -> str:
        """The name of the country's day off, empty on a usual day."""
        text = day.strftime("%m-%d")
        return next((one.name for one in self.holidays if one.first <= text <= one.last), "")


def _clock(text: str) -> time:
    """A time of the desk's own day: Python also reads «2026-13» as one, 13 hours behind Greenwich."""
    found = time.fromisoformat(text)
    if found.tzinfo is not None:
        raise ValueError("hours: a time with a zone of its own")
    return found


def check_hours(hours: tuple[Hours, ...]) -> None:
    """A ValueError where a line cannot be: no such day or time, an end before the start, two lines for one moment."""
    taken: dict[int, list[tuple[time, time]]] = {}
    for one in hours:
        start, end = _clock(one.start), _clock(one.end)
        if not one.days or any(day not in WEEK for day in one.days) or end <= start:
            raise ValueError("hours: no such days, or the end is not after the start")
        for day in one.days:
            if any(start < other_end and other < end for other, other_end in taken.get(day, [])):
                raise ValueError("hours: two lines for one moment")
            taken.setdefault(day, []).append((start, end))


def read(file: Path) -> HelpDesks:
    """What contradicts itself is a ValueError, so that a wrong row stops the start and not a parent."""
    with file.open("rb") as opened:
        found = msgspec.convert(tomllib.load(opened), _File)
    for desk in found.desk:
        if desk.zone:
            ZoneInfo(desk.zone)
        for contact in desk.contact:
            check_hours(contact.hours)
            if contact.topic not in TOPICS:
                raise ValueError(f"{desk.id}: {contact.topic} is no topic")
            if contact.hours and not desk.zone:
                raise ValueError(f"{desk.id}: hours without a zone")
    made = HelpDesks(desks={one.id: one for one in found.desk}, holidays=found.holiday)
    if len(made.desks) != len(found.desk):
        raise ValueError("a desk is there twice")
    return made


@cache
def help_desks() -> HelpDesks:
    """This release's desks."""
    return read(FILE)

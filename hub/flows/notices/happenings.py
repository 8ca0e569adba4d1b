"""What an event of a device means for the family: its kind, and what a text needs to know of it; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from device_ingest.model import EventType
from device_ingest.store import Kept
from hub.flows.notices.kinds import Kind
from hub.ledger.school_days import usual

LESSONS = (time(8, 45), time(12, 30))
"""By the school's clock: who leaves between these on a day of lessons leaves early. No bell of a school is known to the hub."""
USUAL_WEEK = "123456"


class Says(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a text is made of: no names and no numbers of carriers. `text` names a sealed text of the person's own page."""

    way: str = ""
    kop: int = 0
    why: str = ""
    weak: bool = False
    zone: str = ""
    notice: str = ""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Says).decode


def says_text(says: Says) -> str:
    return _encode(says).decode()


def says_of(text: str) -> Says:
    return _decode(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a school has lessons: its weekdays by day, the latest first, and its own holidays."""

    weeks: Sequence[tuple[str, str]] = ()
    breaks: Sequence[tuple[str, str]] = ()

    def lessons_at(self, moment: datetime, zone: str) -> bool:
        here = moment.astimezone(ZoneInfo(zone))
        day = here.date()
        text = day.isoformat()
        days = next((days for since, days in self.weeks if since <= text), USUAL_WEEK)
        if not LESSONS[0] <= here.time() < LESSONS[1] or str(day.isoweekday()) not in days:
            return False
        return not any(first <= text <= last for first, last in self.breaks) and not any(day in one for one in usual(day.year))


NO_CALENDAR = Calendar()


def kind_of(row: Kept, *, stopped: bool, calendar: Calendar, zone: str) -> Kind | None:
    """None where the family is told nothing. `stopped`: the carrier had been blocked or lost by then."""
    data: Mapping[str, object] = row.data
    if row.type is EventType.PASS:
        if stopped:
            return Kind.CARD_USED
        if data.get("granted") is False or data.get("passed") is False:
            return Kind.CARD_REFUSED
        if row.direction == "out":
            # An alarm wants a device that signs (RULES E6).
            return Kind.LEFT_EARLY if row.auth.strong and calendar.lessons_at(row.at, zone) else Kind.LEFT
        return Kind.ENTERED if row.direction == "in" else Kind.PASSED
    if row.type is EventType.MEAL:
        if stopped:
            return Kind.CARD_USED
        return Kind.MEAL_BACK if data.get("reversal_of") else Kind.MEAL
    if row.type is EventType.CARD:
        return Kind.CARD_USED if stopped and data.get("action") == "refused" else None
    return None


def says_for(row: Kept, kind: Kind, zone: str, *, weak: bool) -> str:
    """The words' material, as it is kept."""
    kop = row.data.get("amount_kop", 0) if row.type is EventType.MEAL else 0
    why = "till" if kind is Kind.CARD_USED and row.type is EventType.MEAL else ""
    return _says(row.direction or "", kop, why, weak, zone)


@lru_cache(maxsize=4096)
def _says(way: str, kop: int, why: str, weak: bool, zone: str) -> str:
    return says_text(Says(way=way, kop=kop, why=why, weak=weak, zone=zone))

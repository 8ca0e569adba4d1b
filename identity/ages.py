"""Ages and account levels: the table of RULES A4 as data, and when 14 and 18 are reached (RULES A6), pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from identity.claims import Level
from identity.model import MOSCOW

GRACE_AFTER_14 = timedelta(days=90)
TOLD_BEFORE_14 = timedelta(days=30)
ADULT, PUPIL_ACTS_ALONE = 18, 14


class Action(StrEnum):
    """The rows of the level table (RULES A4)."""

    GUARDIANSHIP = "guardianship"
    MONEY = "money"
    ACT = "act"
    OFFICE = "office"
    MERGE = "merge"
    DELEGATION = "delegation"
    SUBMIT_JOIN = "submit_join"
    VIEW_FROM_14 = "view_from_14"
    VIEW_UNDER_14 = "view_under_14"
    OWN_UNDER_14 = "own_under_14"
    OWN_FROM_14 = "own_from_14"


_ANY = frozenset(Level)
_CONFIRMED = frozenset({Level.CONFIRMED})
LEVELS: Mapping[Action, frozenset[Level]] = MappingProxyType(
    {
        Action.GUARDIANSHIP: _CONFIRMED,
        Action.MONEY: _CONFIRMED,
        Action.ACT: _CONFIRMED,
        Action.OFFICE: _CONFIRMED,
        Action.MERGE: _CONFIRMED,
        Action.DELEGATION: _CONFIRMED,
        Action.SUBMIT_JOIN: frozenset({Level.STANDARD, Level.CONFIRMED}),
        Action.VIEW_FROM_14: _CONFIRMED,
        Action.VIEW_UNDER_14: _ANY,
        Action.OWN_UNDER_14: _ANY,
        Action.OWN_FROM_14: _CONFIRMED,
    }
)


def level_allows(action: Action, level: Level) -> bool:
    return level in LEVELS[action]


def birthday(birth_date: date, years: int) -> date:
    """The day on which the age is reached; 29 February is reached on 1 March of a common year (Civil Code 192 p. 3)."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def reaches(birth_date: date, years: int, zone: str = MOSCOW) -> datetime:
    """The moment at which the age is reached: 00:00 of the birthday in the zone (RULES A6)."""
    return datetime.combine(birthday(birth_date, years), time.min, tzinfo=ZoneInfo(zone))


def age(birth_date: date, now: datetime, zone: str = MOSCOW) -> int:
    today = now.astimezone(ZoneInfo(zone)).date()
    years = today.year - birth_date.year
    return years if birthday(birth_date, years) <= today else years - 1


class Phase(StrEnum):
    """Where a child stands: `NEARING` the last 30 days before 14, `GRACE` the first 90 days after; unknown age is treated as 14+."""

    CHILD = "child"
    NEARING = "nearing"
    GRACE = "grace"
    TEEN = "teen"
    ADULT = "adult"
    UNKNOWN = "unknown"

    @property
    def under_14(self) -> bool:
        return self in (Phase.CHILD, Phase.NEARING)


def phase(birth_date: date | None, now: datetime, zone: str = MOSCOW) -> Phase:
    if birth_date is None:
        return Phase.UNKNOWN
    fourteen = reaches(birth_date, PUPIL_ACTS_ALONE, zone)
    if now >= reaches(birth_date, ADULT, zone):
        return Phase.ADULT
    if now >= fourteen:
        return Phase.GRACE if now < fourteen + GRACE_AFTER_14 else Phase.TEEN
    return Phase.NEARING if now >= fourteen - TOLD_BEFORE_14 else Phase.CHILD

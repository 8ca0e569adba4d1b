"""A bundle of requests to join a school and what may happen to it; pure (RULES B1, B2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

OPEN: Final = "submitted"
LIFE: Final = timedelta(days=30)
GROWN: Final = 14
KINDS: Final = {"legal_representative": ("register_pupil", "attach_representative"), "pupil": ("register_pupil",)}
CLOSED: Final = frozenset({"rejected", "withdrawn", "expired"})

Key = tuple[str, str, str, str]
"""Applicant, child, OGRN, school year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """As the child was called when the bundle was made; `person` is the town's id."""

    person: str
    last_name: str
    first_name: str
    middle_name: str
    birth_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    person: str
    name: str
    post: str


@dataclass(slots=True, kw_only=True)
class Request:
    """`kind` is register_pupil or attach_representative."""

    id: str
    kind: str
    state: str = "draft"
    version: int = 1
    reason: str | None = None
    decided_at: datetime | None = None
    decided_by: Decider | None = None

    def turn(self, state: str) -> None:
        self.state = state
        self.version += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: datetime
    event: str
    request: str | None


@dataclass(slots=True, kw_only=True)
class Bundle:
    """One application; `legal_name` is the school's at submission, `changed_at` of a draft's last change."""

    id: str
    key: Key
    role: str
    child: Child
    class_name: str
    legal_name: str
    created_at: datetime
    changed_at: datetime
    requests: tuple[Request, ...]
    previous: str | None = None
    next: str | None = None
    submitted_at: datetime | None = None
    age_at_submission: int | None = None
    version: int = 0
    history: list[Event] = field(default_factory=list)

    @property
    def applicant(self) -> str:
        return self.key[0]

    @property
    def ogrn(self) -> str:
        return self.key[2]

    @property
    def ends_at(self) -> datetime:
        return (self.submitted_at or self.changed_at) + LIFE

    @property
    def open(self) -> list[Request]:
        return [it for it in self.requests if it.state in ("draft", OPEN)]

    @property
    def state(self) -> str:
        return bundle_state([it.state for it in self.requests])


def bundle_state(states: list[str]) -> str:
    """What the states of its requests make of a bundle."""
    if "draft" in states:
        return "draft"
    if OPEN in states:
        return "partial" if "approved" in states else "submitted"
    if all(state == "approved" for state in states):
        return "complete"
    return next(state for state in ("rejected", "withdrawn", "expired") if state in states)


def age(born: date, day: date) -> int:
    """Whole years; who was born on 29 February grows older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def school_years(day: date) -> tuple[str, ...]:
    """The year that takes requests on this day of the school's zone, and from April the one to come."""
    first = day.year if day.month >= 9 else day.year - 1
    coming = (f"{first + 1}/{first + 2}",) if 4 <= day.month < 9 else ()
    return (f"{first}/{first + 1}", *coming)

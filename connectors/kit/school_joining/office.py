"""A request as the school's administrator sees it there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from connectors.kit.school_joining.people import OutsideSchool
from connectors.kit.school_joining.words import RequestKind, RequestState
from identity.claims import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An applicant's or a child's names, as the office sees them. `level` and `birth_date` where they are told."""

    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    middle_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    level: Level = Level.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`kind` is the system's own word: `gosuslugi_children` (the applicant's list), `gosuslugi_account` (the pupil's own)."""

    kind: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRequest:
    """The second request of the same bundle."""

    id: str
    kind: RequestKind
    state: RequestState


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRequest:
    """A request as the school's administrator sees it; `version` goes with a decision; of `school` it tells OGRN and name only."""

    id: str
    bundle: str
    kind: RequestKind
    state: RequestState
    version: int
    child: Person
    applicant: Person
    school: OutsideSchool
    class_name: str
    school_year: str
    submitted_at: datetime | None = None
    expires_at: datetime | None = None
    other: OtherRequest | None = None
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePage:
    """Oldest first; `next` is empty at the end."""

    items: tuple[OfficeRequest, ...]
    next: str = ""

"""A bundle, its requests and its history as the stories read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from identity.joining import BundleState, RequestKind, RequestState, Role
from identity.model import EvidenceKind


class Event(StrEnum):
    SUBMITTED = "submitted"
    RESUBMITTED = "resubmitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    FIRST_SIGNED = "first_signed"
    ANNOUNCED = "announced"
    ENROLLED = "enrolled"


class Side(StrEnum):
    """Who did it: the family, the school's office here, the outside system, or the calendar."""

    FAMILY = "family"
    SCHOOL = "school"
    OUTSIDE = "outside"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decided, as the family is told: by name and post (RULES A13)."""

    name: str = field(repr=False)
    post: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`differs` is the state at the outside system where it was decided otherwise there at the same time."""

    id: str
    bundle: str
    school: str
    kind: RequestKind
    state: RequestState
    submitted_at: datetime
    reason: str = field(default="", repr=False)
    decider: Decider | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    first_by: str | None = None
    second_by: str | None = None
    works_from: datetime | None = None
    outside: str | None = None
    differs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    at: datetime
    event: Event
    side: Side
    request: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """`requests` in the order of their kinds: R1, R2."""

    id: str
    applicant: str
    child: str
    school: str
    school_year: str
    attempt: int
    role: Role
    class_name: str
    legal_name: str
    inn: str
    state: BundleState
    evidence: Mapping[EvidenceKind, datetime]
    created_at: datetime
    submitted_at: datetime
    expires_at: datetime
    requests: tuple[Request, ...] = ()
    age: int | None = None
    previous: str | None = None
    system: str | None = None
    outside: str | None = None
    outside_version: int = 0
    closed_at: datetime | None = None

    def request(self, kind: RequestKind) -> Request | None:
        return next((one for one in self.requests if one.kind is kind), None)

    def numbered(self, id_: str) -> Request | None:
        return next((one for one in self.requests if one.id == id_), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBundle:
    """What a family asks for, judged already. `states` only of one that was made outside and is taken over."""

    applicant: str
    child: str
    school: str
    school_year: str
    role: Role
    class_name: str
    legal_name: str
    inn: str
    age: int
    evidence: Mapping[EvidenceKind, datetime]
    submitted_at: datetime
    expires_at: datetime

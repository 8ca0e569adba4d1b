"""What is applied for, the bundle that comes of it, and word of its changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from connectors.kit.school_joining.people import OutsideChild, OutsideSchool
from connectors.kit.school_joining.words import BundleState, Event, RequestKind, RequestState, Role, WaitsFor
from connectors.kit.secret import Secret
from identity.claims import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildById:
    """A child by the id of the person's own list."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildBySnils:
    snils: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildByName:
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    middle_name: str = field(default="", repr=False)


LONGEST_CLASS = 20
"""The longest name of a class that may be told."""

NamedChild = ChildById | ChildBySnils | ChildByName


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What is asked for. `child` is None exactly where the pupil applies; `class_name` is free text of up to `LONGEST_CLASS` signs;
    `school_year` («2026/2027») is the running one when empty."""

    role: Role
    school_ogrn: str
    class_name: str
    child: NamedChild | None = None
    school_year: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decided, as the applicant may see it: name, initial of the surname, post."""

    name: str
    post: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One of a bundle. `effective` is what counts; `waits_for` says why an approved one is not effective yet."""

    id: str
    kind: RequestKind
    state: RequestState
    version: int
    reason: str = ""
    decided_at: datetime | None = None
    decided_by: Decider | None = None
    effective: bool = False
    waits_for: WaitsFor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """`request` is empty where the event is of the whole bundle."""

    at: datetime
    event: Event
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One child's application for one school and year. `legal_name` is the school's name when it was submitted, `legal_name_now`
    today's. `previous` and `next` are ids of the same chain, empty at its ends. A greater `version` is the newer state."""

    id: str
    version: int
    state: BundleState
    role: Role
    applicant: str
    applicant_level: Level
    child: OutsideChild
    school: OutsideSchool
    legal_name_now: str
    class_name: str
    school_year: str
    created_at: datetime
    complete: bool
    requests: tuple[Request, ...]
    history: tuple[HistoryEntry, ...] = ()
    age_at_submission: int | None = None
    submitted_at: datetime | None = None
    expires_at: datetime | None = None
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What `create` came to. `is_new` is a hint: a call that was repeated because its answer was lost finds its bundle as an old one."""

    bundle: Bundle
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One bundle was changed by somebody. `seq` orders changes and is what `changes` goes on from."""

    seq: str
    bundle: str
    oid: str
    version: int
    state: BundleState
    event: Event
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Oldest first; `next` is what to go on from, the given place where there is nothing new."""

    items: tuple[Change, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A hint that a bundle was changed: it may come twice, late, in another order or never, so the bundle is asked for.

    `id` is the same each time that the notice comes."""

    id: str
    seq: str
    bundle: str
    version: int
    state: BundleState
    at: datetime

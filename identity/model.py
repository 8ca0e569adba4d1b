"""Identity's words: typed ids, closed sets and frozen records of persons, links, evidence, guardianship and audit."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from identity.claims import Level
from identity.snils import Snils

PersonId = NewType("PersonId", str)
LinkId = NewType("LinkId", str)
EdgeId = NewType("EdgeId", str)
EventId = NewType("EventId", str)

GOSUSLUGI = "esia"
MOSCOW = "Europe/Moscow"


class EvidenceKind(StrEnum):
    """Why a link or an edge is believed (RULES A2); `OWN_SIGN_IN`: the person proved to hold the account, and no more."""

    ESIA_CONFIRMED = "esia_confirmed"
    ESIA_KID = "esia_kid"
    SNILS_IN_SCHOOL_CARD = "snils_in_school_card"
    INVITATION_CODE = "invitation_code"
    SCHOOL_APPROVAL = "school_approval"
    BOTH_SIDES_LOGIN = "both_sides_login"
    OWN_SIGN_IN = "own_sign_in"


class Strength(StrEnum):
    WEAK = "weak"
    STRONG = "strong"


class LinkUse(StrEnum):
    """What the linked account is for; only a sign-in lets a person in."""

    SIGN_IN = "sign_in"
    DIARY = "diary"
    CHAT = "chat"


class LinkRole(StrEnum):
    """Whose account it is at the outside system."""

    PARENT = "parent"
    CHILD = "child"


class LinkState(StrEnum):
    """`SUSPENDED` waits for a fresh sign-in on both sides (RULES A10) and still holds the subject."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class SnilsProof(StrEnum):
    """Who vouches for a person's SNILS; an unproven one matches nothing (RULES A3)."""

    NONE = "none"
    UNPROVEN = "unproven"
    SCHOOL_CARD = "school_card"
    GOSUSLUGI_CHILD = "gosuslugi_child"
    VERIFIED = "verified"


class Origin(StrEnum):
    """What made the person record."""

    SIGN_IN = "sign_in"
    GOSUSLUGI_CHILD = "gosuslugi_child"
    DIARY = "diary"
    ROSTER = "roster"


class PersonState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class GuardianKind(StrEnum):
    """RULES A5; опекун until 14, попечитель from 14."""

    PARENT = "parent"
    ADOPTER = "adopter"
    OPEKUN = "opekun"
    POPECHITEL = "popechitel"
    FOSTER = "foster"
    INSTITUTION = "institution"


class EdgeState(StrEnum):
    ACTIVE = "active"
    WAITING = "waiting"
    TO_CONFIRM = "to_confirm"
    FROZEN = "frozen"
    ENDED = "ended"


class EdgeRight(StrEnum):
    VIEW = "view"
    NOTICES = "notices"
    ACT = "act"
    PAY = "pay"


class Missing(StrEnum):
    """Why something is not given; pages and JSON word it."""

    LEVEL_TOO_LOW = "level_too_low"
    SNILS_MISSING = "snils_missing"
    BIRTH_DATE_MISSING = "birth_date_missing"
    UNDER_18 = "under_18"
    CHILDREN_NOT_TOLD = "children_not_told"
    NO_CHILDREN_LISTED = "no_children_listed"
    EDGE_WAITING = "edge_waiting"
    EDGE_FROZEN = "edge_frozen"
    EVIDENCE_EXPIRED = "evidence_expired"
    TO_CONFIRM_VIEW_ONLY = "to_confirm_view_only"
    RIGHT_NOT_GIVEN = "right_not_given"
    CHILD_IS_ADULT = "child_is_adult"
    RECENT_RECOVERY = "recent_recovery"
    FOREIGN = "foreign"


class How(StrEnum):
    """What the person can do about it; never a dead end (RULES A12)."""

    CONFIRM_GOSUSLUGI_ACCOUNT = "confirm_gosuslugi_account"
    ADD_SNILS_IN_GOSUSLUGI = "add_snils_in_gosuslugi"
    ADD_CHILD_IN_GOSUSLUGI = "add_child_in_gosuslugi"
    ALLOW_CHILDREN_IN_GOSUSLUGI = "allow_children_in_gosuslugi"
    SIGN_IN_AGAIN = "sign_in_again"
    SIGN_IN_AND_LINK = "sign_in_and_link"
    CODE = "code"
    ASK_SCHOOL = "ask_school"
    ASK_PUPIL = "ask_pupil"
    WAIT = "wait"


def normalised(name: str) -> str:
    """A name as it is compared: no case, ё as е, runs of spaces and hyphens as one space, nothing at the ends."""
    folded = unicodedata.normalize("NFC", name).casefold().replace("ё", "е")
    for hyphen in "-\u2010\u2011\u2012\u2013\u2014\u2212":
        folded = folded.replace(hyphen, " ")
    return " ".join(folded.split())


def same_name(one_last: str, one_first: str, other_last: str, other_first: str) -> bool:
    """Surname and first name agree; two empty names do not."""
    last, first = normalised(one_last), normalised(one_first)
    return bool(last and first) and (last, first) == (normalised(other_last), normalised(other_first))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The hub's own record of a human; `level` and `level_at` are of the last strong sign-in, `zone` the IANA zone of the age rules."""

    id: PersonId
    last_name: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    middle_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str | None = None
    snils: Snils | None = None
    snils_proof: SnilsProof = SnilsProof.NONE
    level: Level = Level.UNKNOWN
    level_at: datetime | None = None
    origin: Origin = Origin.SIGN_IN
    state: PersonState = PersonState.ACTIVE
    zone: str = MOSCOW
    recovered_at: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why, who says so, when, from where, how strong and until when (RULES A2)."""

    kind: EvidenceKind
    at: datetime
    by: str
    source: str = ""
    strength: Strength = Strength.WEAK
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLink:
    """An outside account of a person; `opened_by` is who signed in there (a parent may open a child's account)."""

    id: LinkId
    system: str
    tenant: str
    subject: str = field(repr=False)
    person: PersonId
    opened_by: PersonId
    use: LinkUse
    role: LinkRole
    state: LinkState
    evidence: Evidence
    last_seen_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardianship:
    """An edge guardian -> child by one evidence kind; `rights` are what the evidence gives, `effective_rights` what holds now."""

    id: EdgeId
    guardian: PersonId
    child: PersonId
    kind: GuardianKind
    state: EdgeState
    rights: frozenset[EdgeRight]
    evidence: Evidence
    missing: tuple[Missing, ...] = ()
    created_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def valid_until(self) -> datetime | None:
        return self.evidence.valid_until


class ActorKind(StrEnum):
    GUARDIAN = "guardian"
    PUPIL = "pupil"
    STAFF = "staff"
    OPERATOR = "operator"
    APP = "app"
    COMMAND = "command"


class AuditKind(StrEnum):
    READ = "read"
    EXPORT = "export"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One thing that was read or changed; ids are opaque, `sealed_parts` is text under the subject's own key (RULES A13)."""

    id: EventId
    at: datetime
    kind: AuditKind
    action: str
    actor: PersonId | str
    actor_kind: ActorKind
    subject: PersonId
    object: str = ""
    continues: EventId | None = None
    sealed_parts: str = ""
    count: int = 1
    last_at: datetime | None = None
    open_until: datetime | None = None
    seq: int | None = None
    hash: str = ""

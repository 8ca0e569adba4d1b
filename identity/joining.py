"""Joining a school: states of a request and of its bundle, who may apply, in which school year, who must agree (RULES B1, B2, B5), pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from identity.ages import ADULT, PUPIL_ACTS_ALONE, Action, age, level_allows
from identity.claims import Level
from identity.model import EvidenceKind, Person

LIFE = timedelta(days=30)
"""What nobody decided in time is expired."""
APRIL, SEPTEMBER = 4, 9


class Role(StrEnum):
    """Who applies."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    PUPIL = "pupil"


class RequestKind(StrEnum):
    """R1 and R2 of a bundle."""

    REGISTER_PUPIL = "register_pupil"
    ATTACH_REPRESENTATIVE = "attach_representative"


class RequestState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class BundleState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    PARTIAL = "partial"
    COMPLETE = "complete"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Why(StrEnum):
    """Why somebody may not apply, in the order in which it is told."""

    BIRTH_DATE_MISSING = "birth_date_missing"
    PUPIL_ACTS_ALONE = "pupil_acts_alone"
    TOO_YOUNG = "too_young"
    REPRESENTATIVE_UNDER_18 = "representative_under_18"
    LEVEL_TOO_LOW = "level_too_low"


class WaitsFor(StrEnum):
    """Why an approved request has no effect yet."""

    REGISTER_PUPIL = "register_pupil"
    CONFIRMED_ACCOUNT = "confirmed_account"


KINDS: Mapping[Role, tuple[RequestKind, ...]] = MappingProxyType(
    {
        Role.LEGAL_REPRESENTATIVE: (RequestKind.REGISTER_PUPIL, RequestKind.ATTACH_REPRESENTATIVE),
        Role.PUPIL: (RequestKind.REGISTER_PUPIL,),
    }
)
OPEN = frozenset({BundleState.DRAFT, BundleState.SUBMITTED, BundleState.PARTIAL})
ANEW = frozenset({BundleState.REJECTED, BundleState.WITHDRAWN, BundleState.EXPIRED})
"""After these a new bundle may follow that points to the old one; a complete one is there for good."""
OUTSIDE_EVIDENCE = frozenset({EvidenceKind.ESIA_KID, EvidenceKind.ESIA_CONFIRMED, EvidenceKind.OWN_SIGN_IN})
"""What somebody else than the school's office vouches for."""


def bundle_state(states: Iterable[RequestState]) -> BundleState:
    """What its requests make of a bundle: one rejected leaves it open while the other is."""
    found = tuple(states)
    if not found:
        raise ValueError("a bundle has requests")
    if RequestState.DRAFT in found:
        return BundleState.DRAFT
    if RequestState.SUBMITTED in found:
        return BundleState.PARTIAL if RequestState.APPROVED in found else BundleState.SUBMITTED
    if all(one is RequestState.APPROVED for one in found):
        return BundleState.COMPLETE
    ends = (RequestState.REJECTED, RequestState.WITHDRAWN, RequestState.EXPIRED)
    return BundleState(next(one for one in ends if one in found).value)


def waits_for(kind: RequestKind, register: RequestState, *, confirmed: bool) -> WaitsFor | None:
    """What an approved request of this kind waits for: R2 counts only with R1 and for a confirmed account."""
    if kind is not RequestKind.ATTACH_REPRESENTATIVE:
        return None
    if register is not RequestState.APPROVED:
        return WaitsFor.REGISTER_PUPIL
    return None if confirmed else WaitsFor.CONFIRMED_ACCOUNT


def may_apply(role: Role, *, applicant: Person, child: Person, level: Level, zone: str, now: datetime) -> Why | None:
    """Judged on the day of submission, in the school's zone; the level is the applicant's, the age the child's (RULES A4, A6)."""
    if child.birth_date is None:
        return Why.BIRTH_DATE_MISSING
    alone = age(child.birth_date, now, zone) >= PUPIL_ACTS_ALONE
    if role is Role.LEGAL_REPRESENTATIVE and alone:
        return Why.PUPIL_ACTS_ALONE
    if role is Role.PUPIL and not alone:
        return Why.TOO_YOUNG
    if role is Role.LEGAL_REPRESENTATIVE:
        if applicant.birth_date is None:
            return Why.BIRTH_DATE_MISSING
        if age(applicant.birth_date, now, zone) < ADULT:
            return Why.REPRESENTATIVE_UNDER_18
    return None if level_allows(Action.SUBMIT_JOIN, level) else Why.LEVEL_TOO_LOW


def school_year(day: date) -> str:
    """«2026/2027», from 1 September to 31 August."""
    first = day.year if day.month >= SEPTEMBER else day.year - 1
    return f"{first}/{first + 1}"


def school_years(now: datetime, zone: str) -> tuple[str, ...]:
    """The years that one may apply for: the running one, and from 1 April the next."""
    today = now.astimezone(ZoneInfo(zone)).date()
    running = school_year(today)
    following = f"{int(running[:4]) + 1}/{int(running[5:]) + 1}"
    return (running, following) if APRIL <= today.month < SEPTEMBER else (running,)


def needs_second(evidence: Collection[EvidenceKind], *, option: bool) -> bool:
    """Whether another officer has to agree: always where nobody but the office vouches, elsewhere where the school chose so (RULES B5)."""
    return option or not OUTSIDE_EVIDENCE.intersection(evidence)

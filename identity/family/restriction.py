"""A restriction denies one guardian one child and beats every edge of every evidence kind (RULES A5a, B5), pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from identity.model import PersonId

RestrictionId = NewType("RestrictionId", str)


class RestrictionState(StrEnum):
    """`PROPOSED` has one signature and works on nobody yet."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    LIFTED = "lifted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """`guardian` is None while the hub knows only the SNILS that the document names; `until` None: until it is lifted."""

    id: RestrictionId
    school: str
    child: PersonId
    guardian: PersonId | None
    state: RestrictionState
    set_by: PersonId
    created_at: datetime
    signed_by: PersonId | None = None
    lift_by: PersonId | None = None
    until: datetime | None = None
    active_at: datetime | None = None


class SignatureFault(StrEnum):
    """Why an officer may not put this signature."""

    SAME_OFFICER = "same_officer"
    OWN_FAMILY = "own_family"
    NO_DOCUMENT = "no_document"
    WRONG_STATE = "wrong_state"
    ENDED_ALREADY = "ended_already"


def signature_fault(officer: PersonId, *, first: PersonId | None, parties: Collection[PersonId], kin: bool) -> SignatureFault | None:
    """Two different officers sign, and nobody signs for himself, his own child or a person he is linked to (RULES B5)."""
    if officer in parties or kin:
        return SignatureFault.OWN_FAMILY
    if first is not None and officer == first:
        return SignatureFault.SAME_OFFICER
    return None


def holds(restriction: Restriction, now: datetime) -> bool:
    return restriction.state is RestrictionState.ACTIVE and (restriction.until is None or now < restriction.until)


def restricted(restrictions: Iterable[Restriction], guardian: PersonId, child: PersonId, now: datetime) -> bool:
    """Whether any restriction stands between the two; evidence, present or later, is not even looked at."""
    return any(one.guardian == guardian and one.child == child and holds(one, now) for one in restrictions)

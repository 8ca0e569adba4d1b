"""A view that a guardian lends to a grandmother or a nanny, and the grant of a grown pupil (RULES A5b, A6), pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from identity.guardianship import Right
from identity.model import PersonId

DelegationId = NewType("DelegationId", str)

LONGEST = timedelta(days=90)
OFFERED_FOR = timedelta(days=7)


class DelegationState(StrEnum):
    OFFERED = "offered"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """`giver` equal to `child`: the grant of a grown pupil, which has no end of its own."""

    id: DelegationId
    giver: PersonId
    child: PersonId
    delegate: PersonId | None
    state: DelegationState
    until: datetime | None
    created_at: datetime
    ended_at: datetime | None = None


class DelegationFault(StrEnum):
    NOT_YOURS_TO_LEND = "not_yours_to_lend"
    TOO_LONG = "too_long"
    IN_THE_PAST = "in_the_past"
    NOT_ADULT = "not_adult"
    CODE_UNKNOWN = "code_unknown"
    SAME_PERSON = "same_person"


def offer_fault(right: Right, until: datetime | None, now: datetime) -> DelegationFault | None:
    """A guardian lends what an own edge gives, for up to 90 days; what was lent, or only a diary shows, is not lent on."""
    if not right.allowed or right.delegated or right.diary_only or (right.edge is None and not right.is_self):
        return DelegationFault.NOT_YOURS_TO_LEND
    if right.is_self:
        return None
    if until is None or until > now + LONGEST:
        return DelegationFault.TOO_LONG
    return DelegationFault.IN_THE_PAST if until <= now else None


def lends(delegation: Delegation, now: datetime) -> bool:
    return delegation.state is DelegationState.ACTIVE and (delegation.until is None or now < delegation.until)

"""Whether a messenger's profile may be bound to a person, and the reasons against it in their fixed order (RULES A9), pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from identity.ages import ADULT, age
from identity.claims import Claims
from identity.linking.deciding import EXITS
from identity.model import How, LinkRole, Person, PersonId, same_name

PROVES_PHONE = frozenset({"vkid", "max", "esia"})
"""Systems that let nobody in without a code to the phone they tell."""


class BindReason(StrEnum):
    """In this order, where several fit."""

    INITIATOR_MISMATCH = "initiator_mismatch"
    RELATION_UNPROVEN = "relation_unproven"
    SELF_PARENT = "self_parent"
    ALREADY_BOUND = "already_bound"
    PHONE_SHARED_WITH_GUARDIAN = "phone_shared_with_guardian"
    BIRTHDATE_MISMATCH = "birthdate_mismatch"
    ROLE_MISMATCH = "role_mismatch"


class BindState(StrEnum):
    ACTIVE = "active"
    REVIEW = "review"
    REFUSED = "refused"


STATE_OF: Mapping[BindReason, BindState] = MappingProxyType(
    {
        BindReason.INITIATOR_MISMATCH: BindState.REFUSED,
        BindReason.RELATION_UNPROVEN: BindState.REFUSED,
        BindReason.SELF_PARENT: BindState.REFUSED,
        BindReason.ALREADY_BOUND: BindState.REFUSED,
        BindReason.PHONE_SHARED_WITH_GUARDIAN: BindState.REVIEW,
        BindReason.BIRTHDATE_MISMATCH: BindState.REVIEW,
        BindReason.ROLE_MISMATCH: BindState.REVIEW,
    }
)
"""A contradiction that a person can explain goes to review; one that cannot be meant is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindFacts:
    """What the hub knows when the profile's claims arrive.

    `session_person` is who is signed in now, `initiator` who began; `holder` is the person to whom the profile belongs already,
    `holder_is_shell` when nothing ever proved that one and it guards nobody; `other_profile`: the target has another one there.
    """

    session_person: PersonId | None
    initiator: Person
    target: Person
    role: LinkRole
    relation_proven: bool
    holder: PersonId | None = None
    holder_is_shell: bool = False
    other_profile: bool = False
    guardians: tuple[Person, ...] = ()
    guardian_phones: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BindVerdict:
    state: BindState
    reason: BindReason | None = None
    exits: tuple[How, ...] = ()


def decide_binding(claims: Claims, facts: BindFacts, now: datetime) -> BindVerdict:
    """Bound, or the first reason that fits."""
    for reason in BindReason:
        if _FITS[reason](claims, facts, now):
            return BindVerdict(state=STATE_OF[reason], reason=reason, exits=EXITS)
    return BindVerdict(state=BindState.ACTIVE)


def _initiator_mismatch(_claims: Claims, facts: BindFacts, _now: datetime) -> bool:
    return facts.session_person != facts.initiator.id


def _relation_unproven(_claims: Claims, facts: BindFacts, _now: datetime) -> bool:
    return facts.target.id != facts.initiator.id and not facts.relation_proven


def _self_parent(claims: Claims, facts: BindFacts, _now: datetime) -> bool:
    """A parent's own profile offered as the child's, or the child's as the parent's."""
    if facts.role is LinkRole.CHILD:
        adults = [one for one in (facts.initiator, *facts.guardians) if one.id != facts.target.id]
        return facts.holder in {one.id for one in adults} or any(_is_same(claims, one) for one in adults)
    return facts.holder is not None and facts.target.id != facts.holder and facts.holder in _children(facts)


def _children(facts: BindFacts) -> Collection[PersonId]:
    """With the role of a parent, `guardians` holds the initiator's children instead: the other side of the edge."""
    return {one.id for one in facts.guardians}


def _is_same(claims: Claims, person: Person) -> bool:
    named = same_name(claims.last_name, claims.first_name, person.last_name, person.first_name)
    return named and claims.birth_date is not None and claims.birth_date == person.birth_date


def _already_bound(_claims: Claims, facts: BindFacts, _now: datetime) -> bool:
    foreign = facts.holder is not None and facts.holder != facts.target.id and not facts.holder_is_shell
    return foreign or (facts.other_profile and facts.holder != facts.target.id)


def _phone_shared(claims: Claims, facts: BindFacts, _now: datetime) -> bool:
    if facts.role is not LinkRole.CHILD:
        return False
    proven = {one.value for one in claims.phones if one.verified or claims.system in PROVES_PHONE}
    return bool(proven & facts.guardian_phones)


def _birthdate_mismatch(claims: Claims, facts: BindFacts, _now: datetime) -> bool:
    return None not in (claims.birth_date, facts.target.birth_date) and claims.birth_date != facts.target.birth_date


def _role_mismatch(claims: Claims, facts: BindFacts, now: datetime) -> bool:
    born = facts.target.birth_date or claims.birth_date
    grown = born is not None and age(born, now, facts.target.zone) >= ADULT
    if facts.role is LinkRole.CHILD:
        return grown
    return facts.target.id != facts.initiator.id or (born is not None and not grown)


_FITS = {
    BindReason.INITIATOR_MISMATCH: _initiator_mismatch,
    BindReason.RELATION_UNPROVEN: _relation_unproven,
    BindReason.SELF_PARENT: _self_parent,
    BindReason.ALREADY_BOUND: _already_bound,
    BindReason.PHONE_SHARED_WITH_GUARDIAN: _phone_shared,
    BindReason.BIRTHDATE_MISMATCH: _birthdate_mismatch,
    BindReason.ROLE_MISMATCH: _role_mismatch,
}

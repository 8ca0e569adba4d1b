"""Whose sign-in this is: the order of decision of RULES A3, pure; and what counts as fresh (RULES A16)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from identity.claims import Claims, Level
from identity.model import (
    GOSUSLUGI,
    AccountLink,
    EvidenceKind,
    How,
    LinkId,
    LinkState,
    Origin,
    Person,
    PersonId,
    SnilsProof,
    Strength,
    same_name,
)

FRESH_FOR = timedelta(minutes=5)
CLOCK_LEEWAY = timedelta(seconds=60)


class ReviewReason(StrEnum):
    """Why a sign-in opens no session and a person has to look."""

    SNILS_CHANGED = "snils_changed"
    SNILS_OF_OTHER_PERSON = "snils_of_other_person"
    NAMES_DIFFER = "names_differ"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    LINKED_TO_OTHER_PERSON = "linked_to_other_person"
    LINK_SUSPENDED = "link_suspended"
    PERSON_CLOSED = "person_closed"
    RECORD_OF_SCHOOL = "record_of_school"


EXITS: tuple[How, ...] = (How.SIGN_IN_AND_LINK, How.CODE, How.ASK_SCHOOL)
"""The three ways out of every conflict screen (RULES A12)."""


class AttachBy(StrEnum):
    VERIFIED_SNILS = "verified_snils"
    SCHOOL_CARD = "school_card"
    RECOVERY = "recovery"
    UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnilsHolder:
    """The person who carries the SNILS of the claims; `sign_ins` are that person's active links in the same system."""

    person: Person
    sign_ins: tuple[AccountLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakMatch:
    """Someone who may be the same human: by `phone`, `email` or `name_and_birth_date`. Only ever offered."""

    person: Person
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """«Это вы?»: attaches only after a fresh sign-in on both sides."""

    person: PersonId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFacts:
    """What the hub knows when the claims arrive; `into` is the person of a weak session that asks for a strong identity."""

    link: AccountLink | None = None
    linked: Person | None = None
    holder: SnilsHolder | None = None
    into: Person | None = None
    weak: tuple[WeakMatch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    person: PersonId
    link: LinkId


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach:
    """The account joins a known person; `replaces` are links that a recovered account supersedes (RULES A17).

    `moved_from`: the account was linked already, to a person that nothing ever proved; that person ends, and this one goes on.
    """

    person: PersonId
    by: AttachBy
    replaces: tuple[LinkId, ...] = ()
    moved_from: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """No session; `person` is whose record the office should look at."""

    reason: ReviewReason
    person: PersonId | None = None
    exits: tuple[How, ...] = EXITS


Decision = Known | Attach | Create | Review


def is_strong(claims: Claims) -> bool:
    """Only a confirmed Gosuslugi account proves who somebody is (RULES A3, A4)."""
    return claims.system == GOSUSLUGI and claims.level is Level.CONFIRMED


def evidence_of(claims: Claims) -> tuple[EvidenceKind, Strength]:
    if is_strong(claims):
        return EvidenceKind.ESIA_CONFIRMED, Strength.STRONG
    return EvidenceKind.OWN_SIGN_IN, Strength.WEAK


def decide(claims: Claims, facts: SignInFacts) -> Decision:
    """Known link, else verified SNILS, else a new person; a contradiction goes to review instead of a session."""
    if facts.link is not None:
        return _known(claims, facts, facts.link)
    if facts.into is not None:
        return _upgrade(claims, facts, facts.into)
    if facts.holder is not None and is_strong(claims) and claims.snils is not None:
        attached = _by_snils(claims, facts.holder)
        if attached is not None:
            return attached
    return Create(offers=offers(claims, facts.weak))


def _known(claims: Claims, facts: SignInFacts, link: AccountLink) -> Decision:
    if facts.into is not None and facts.into.id != link.person:
        return Review(reason=ReviewReason.LINKED_TO_OTHER_PERSON, person=link.person)
    if link.state is not LinkState.ACTIVE:
        return Review(reason=ReviewReason.LINK_SUSPENDED, person=link.person)
    if facts.linked is None:
        return Known(person=link.person, link=link.id)
    contradiction = _snils_contradiction(claims, facts.linked, facts.holder)
    if contradiction is None:
        return Known(person=link.person, link=link.id)
    if contradiction.reason is ReviewReason.SNILS_OF_OTHER_PERSON and _never_proven(facts.linked, link) and facts.holder is not None:
        # The account was confirmed since: its SNILS now says who this is, and the former record was only a shell (RULES A3, A4).
        found = _by_snils(claims, facts.holder)
        return replace(found, moved_from=link.person) if isinstance(found, Attach) else found or contradiction
    return contradiction


def _never_proven(person: Person, link: AccountLink) -> bool:
    return person.snils_proof in (SnilsProof.NONE, SnilsProof.UNPROVEN) and link.evidence.strength is Strength.WEAK


def _snils_contradiction(claims: Claims, person: Person, holder: SnilsHolder | None) -> Review | None:
    if claims.snils is None:
        return None
    if person.snils is not None and person.snils != claims.snils:
        return Review(reason=ReviewReason.SNILS_CHANGED, person=person.id)
    if is_strong(claims) and holder is not None and holder.person.id != person.id:
        return Review(reason=ReviewReason.SNILS_OF_OTHER_PERSON, person=holder.person.id)
    return None


def _upgrade(claims: Claims, facts: SignInFacts, into: Person) -> Decision:
    if into.origin is Origin.ROSTER and not is_strong(claims):
        return Review(reason=ReviewReason.RECORD_OF_SCHOOL, person=into.id)  # a weak sign-in never takes a roster's record (RULES A10)
    contradiction = _snils_contradiction(claims, into, facts.holder)
    return contradiction or Attach(person=into.id, by=AttachBy.UPGRADE)


def _by_snils(claims: Claims, holder: SnilsHolder) -> Decision | None:
    person = holder.person
    if person.snils != claims.snils or person.snils_proof in (SnilsProof.NONE, SnilsProof.UNPROVEN):
        return None
    agrees = same_name(claims.last_name, claims.first_name, person.last_name, person.first_name)
    if person.snils_proof is not SnilsProof.VERIFIED and claims.birth_date and person.birth_date and claims.birth_date != person.birth_date:
        return Review(reason=ReviewReason.BIRTH_DATE_DIFFERS, person=person.id)
    if person.snils_proof is SnilsProof.SCHOOL_CARD:
        if not agrees:
            return Review(reason=ReviewReason.NAMES_DIFFER, person=person.id)
        return Attach(person=person.id, by=AttachBy.SCHOOL_CARD)
    if holder.sign_ins:
        if not agrees:
            return Review(reason=ReviewReason.NAMES_DIFFER, person=person.id)
        return Attach(person=person.id, by=AttachBy.RECOVERY, replaces=tuple(link.id for link in holder.sign_ins))
    return Attach(person=person.id, by=AttachBy.VERIFIED_SNILS)


def offers(claims: Claims, weak: tuple[WeakMatch, ...]) -> tuple[Offer, ...]:
    """One offer a person; never where two different proven SNILS show that they are two people (RULES A11)."""
    found: dict[PersonId, Offer] = {}
    for match in weak:
        proven = match.person.snils_proof is SnilsProof.VERIFIED and is_strong(claims)
        if proven and None not in (match.person.snils, claims.snils) and match.person.snils != claims.snils:
            continue
        found.setdefault(match.person.id, Offer(person=match.person.id, by=match.by))
    return tuple(found.values())


def is_fresh(auth_time: datetime | None, now: datetime, *, within: timedelta = FRESH_FOR) -> bool:
    """Whether the signed time of the sign-in itself is recent; none, or one from the future, is not fresh."""
    return auth_time is not None and auth_time - now <= CLOCK_LEEWAY and now - auth_time <= within


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChild:
    """A child as a diary account lists it; `key` names it there."""

    key: str
    last_name: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)


class BindBy(StrEnum):
    """How a child of a diary account found its person; `PICK`: several fit, the owner chooses among `candidates`."""

    EXACT = "exact"
    PICKED = "picked"
    PICK = "pick"
    DIARY_ONLY = "diary_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    key: str
    by: BindBy
    child: PersonId | None = None
    candidates: tuple[PersonId, ...] = ()


def bind_child(listed: ListedChild, guarded: Iterable[Person], *, taken: Collection[PersonId] = ()) -> Bound:
    """Exactly one guarded child of equal name, and birth date where given, is it; several are a choice; none is diary-only (RULES A15)."""
    fits = tuple(
        person.id
        for person in guarded
        if person.id not in taken
        and same_name(listed.last_name, listed.first_name, person.last_name, person.first_name)
        and (listed.birth_date is None or listed.birth_date == person.birth_date)
    )
    if len(fits) == 1:
        return Bound(key=listed.key, by=BindBy.EXACT, child=fits[0])
    if fits:
        return Bound(key=listed.key, by=BindBy.PICK, candidates=fits)
    return Bound(key=listed.key, by=BindBy.DIARY_ONLY)


def bind_children(listed: Iterable[ListedChild], guarded: Iterable[Person]) -> tuple[Bound, ...]:
    """Binds each listed child; two listed children that would claim one person are both left to the owner's choice."""
    own = tuple(guarded)
    first = [bind_child(child, own) for child in listed]
    claimed = [bound.child for bound in first if bound.child is not None]
    return tuple(
        Bound(key=bound.key, by=BindBy.PICK, candidates=(bound.child,)) if bound.child and claimed.count(bound.child) > 1 else bound
        for bound in first
    )

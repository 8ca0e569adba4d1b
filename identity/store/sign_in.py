"""One sign-in settled in one unit of work: whose it is, what it adds, what it suspends, which edges it changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from peewee import IntegrityError

from identity.claims import Claims, Level
from identity.errors import SignInContention
from identity.family.delegation import Delegation
from identity.guardianship import Need, needs
from identity.linking import (
    Attach,
    AttachBy,
    Create,
    Decision,
    Known,
    Offer,
    Review,
    ReviewReason,
    SignInFacts,
    SnilsHolder,
    decide,
    is_strong,
)
from identity.model import (
    AccountLink,
    ActorKind,
    How,
    LinkId,
    LinkState,
    LinkUse,
    Origin,
    Person,
    PersonId,
    PersonState,
    SnilsProof,
    Strength,
)
from identity.sealing import Keys
from identity.store import edges, links, persons
from identity.store.accounts.pending import PendingChange, drop_pending
from identity.store.children import settle_children, settle_waiting
from identity.store.diaries import move_diary_children
from identity.store.edges import EdgeChange
from identity.store.family.delegations import end_delegations_of
from identity.store.family.restrictions import freeze_restricted
from identity.store.school.cards import settle_cards
from identity.store.school.reviews import ReviewKind, open_review
from identity.store.tables import PersonRow
from identity.store.trail import access

TRIES = 5


class SignInResult(StrEnum):
    KNOWN = "known"
    ATTACHED = "attached"
    CREATED = "created"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOutcome:
    """What became of a sign-in. In review `person` and `link` are None: no session, `exits` are shown (RULES A12).

    `moved_from`: the account had a person of its own that nothing proved; it ended, and its sessions end with it.
    `strong_added`: the person's first strong identity came with this sign-in, so all other sessions end, and `suspended` links, the
    `dropped` pending changes and the ended `delegations` are named to the owner (RULES A10). `closed` links were superseded by a
    recovered account (RULES A17).
    """

    result: SignInResult
    person: PersonId | None = None
    link: LinkId | None = None
    level: Level = Level.UNKNOWN
    reason: ReviewReason | None = None
    exits: tuple[How, ...] = ()
    attached_by: AttachBy | None = None
    moved_from: PersonId | None = None
    strong_added: bool = False
    suspended: tuple[AccountLink, ...] = ()
    closed: tuple[AccountLink, ...] = ()
    dropped: tuple[PendingChange, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    edges: tuple[EdgeChange, ...] = ()
    offers: tuple[Offer, ...] = ()
    needs: tuple[Need, ...] = ()


def settle_sign_in(keys: Keys, claims: Claims, *, now: datetime, into: PersonId | None = None) -> SignInOutcome:
    """Decides by RULES A3 and writes. `into` is the person of a weak session that adds a strong identity (RULES A10).

    Parallel sign-ins of one human end at one person: the unique indexes let one write win, and the others decide again.
    """
    database = PersonRow._meta.database
    for _ in range(TRIES):
        try:
            with database.atomic():
                return _settle(keys, claims, now=now, into=into)
        except IntegrityError:
            continue
    raise SignInContention("parallel sign-ins kept overtaking this one")


def _settle(keys: Keys, claims: Claims, *, now: datetime, into: PersonId | None) -> SignInOutcome:
    facts = _facts(keys, claims, persons.person(keys, into) if into else None)
    decision: Decision = decide(claims, facts)
    link = facts.link
    if link is not None and link.use is not LinkUse.SIGN_IN:
        # An account that was linked as a diary opens no session by itself; its owner links it as a sign-in first.
        decision = Review(reason=ReviewReason.LINKED_TO_OTHER_PERSON, person=link.person)
    if isinstance(decision, Review):
        return _review(keys, claims, decision, held=into is None, now=now)
    if isinstance(decision, Create):
        blank = Person(id=PersonId(""), origin=Origin.SIGN_IN)
        created = persons.add(keys, persons.with_claims(blank, claims, now=now), now=now)
        added = links.add(keys, links.sign_in_link(claims, created.id, now=now), now=now)
        return _finish(keys, claims, created, added, SignInResult.CREATED, offers=decision.offers, now=now)
    return _existing(keys, claims, facts, decision, now=now)


def _facts(keys: Keys, claims: Claims, into: Person | None) -> SignInFacts:
    """The link is read after the SNILS: a parallel first sign-in that commits in between must look like a known link, not a recovery."""
    holder = None
    if claims.snils is not None and is_strong(claims):
        found = persons.by_snils(keys, claims.snils)
        if found is not None:
            holder = SnilsHolder(person=found, sign_ins=links.sign_ins_of(keys, found.id, system=claims.system))
    link = links.find(keys, claims.system, claims.tenant, claims.subject)
    alone = link is None and holder is None and into is None
    return SignInFacts(
        link=link,
        linked=persons.person(keys, link.person) if link else None,
        holder=holder,
        into=into,
        weak=persons.weak_matches(keys, claims) if alone else (),
    )


FOR_THE_SCHOOL = frozenset(
    {ReviewReason.SNILS_CHANGED, ReviewReason.SNILS_OF_OTHER_PERSON, ReviewReason.NAMES_DIFFER, ReviewReason.BIRTH_DATE_DIFFERS}
)
"""What only a look at documents can settle; the other reasons have a way of their own."""


def _review(keys: Keys, claims: Claims, review: Review, *, held: bool = False, now: datetime) -> SignInOutcome:
    """`held`: nothing else is tried with these claims, so the school gets it to decide (RULES A3)."""
    if review.person is not None and held and review.reason in FOR_THE_SCHOOL:
        told = {
            "system": claims.system,
            "last_name": claims.last_name,
            "first_name": claims.first_name,
            "middle_name": claims.middle_name or "",
            "birth_date": claims.birth_date.isoformat() if claims.birth_date else "",
            "snils": claims.snils.digits if claims.snils else "",
            "level": claims.level.value,
        }
        open_review(keys, kind=ReviewKind.SIGN_IN, person=review.person, reason=review.reason, evidence=told, about=claims.system, now=now)
    if review.person is not None:
        access.record_change(
            actor=claims.system, actor_kind=ActorKind.APP, subject=review.person, action="sign_in.review", object=review.reason, now=now
        )
    return SignInOutcome(result=SignInResult.REVIEW, reason=review.reason, exits=review.exits, level=claims.level)


def _existing(keys: Keys, claims: Claims, facts: SignInFacts, decision: Known | Attach, *, now: datetime) -> SignInOutcome:
    known = persons.person(keys, decision.person)
    if known is None or known.state is not PersonState.ACTIVE:
        return _review(keys, claims, Review(reason=ReviewReason.PERSON_CLOSED, person=decision.person), now=now)
    strong_before = known.snils_proof is SnilsProof.VERIFIED or any(
        one.evidence.strength is Strength.STRONG for one in links.sign_ins_of(keys, known.id)
    )
    after = persons.with_claims(known, claims, now=now)
    closed: Sequence[AccountLink] = ()
    came: frozenset[LinkId] = frozenset()
    if isinstance(decision, Known):
        result, attached_by = SignInResult.KNOWN, None
        links.seen(decision.link, claims, now=now)
        link = links.link(keys, decision.link) or facts.link
    else:
        result, attached_by = SignInResult.ATTACHED, decision.by
        closed = [one for one in (facts.holder.sign_ins if facts.holder else ()) if one.id in decision.replaces]
        links.close((one.id for one in closed), now=now)
        if decision.moved_from is not None and facts.link is not None:
            came = frozenset(one.id for one in links.of_persons(keys, decision.moved_from))
            link = _move(keys, facts.link, decision.moved_from, claims, known.id, now=now)
        else:
            link = links.add(keys, links.sign_in_link(claims, known.id, now=now), now=now)
        if decision.by is AttachBy.RECOVERY:
            after = replace(after, recovered_at=now)
    assert link is not None, "a known sign-in has its link"
    after = persons.change(keys, known, after, now=now)
    suspended: tuple[AccountLink, ...] = ()
    strong_added = is_strong(claims) and not strong_before
    dropped: tuple[PendingChange, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    if strong_added:
        suspended = suspend_weak(keys, after.id, keep=link.id, now=now)
        dropped, delegations = drop_pending(after.id), end_delegations_of(after.id, now=now)
    elif came:
        suspended = suspend_weak(keys, after.id, keep=link.id, only=came, now=now)
    outcome = _finish(keys, claims, after, link, result, now=now)
    return replace(
        outcome,
        attached_by=attached_by,
        moved_from=decision.moved_from if isinstance(decision, Attach) else None,
        strong_added=strong_added,
        suspended=suspended,
        closed=tuple(closed),
        dropped=dropped,
        delegations=delegations,
    )


def _move(keys: Keys, link: AccountLink, former: PersonId, claims: Claims, to: PersonId, *, now: datetime) -> AccountLink:
    """Brings the account to the person that its SNILS proves. The rest of the former person follows, to be suspended as weak."""
    links.move(former, to)
    links.seen(link.id, claims, now=now)
    edges.end((edge.id for edge in edges.touching(former)), now=now)
    move_diary_children(former, to)
    persons.close(former, now=now)
    access.record_change(actor=to, actor_kind=ActorKind.GUARDIAN, subject=to, action="person.moved", object=former, now=now)
    moved = links.link(keys, link.id)
    assert moved is not None, "the link was read in this very unit"
    return moved


def _finish(
    keys: Keys,
    claims: Claims,
    person: Person,
    link: AccountLink,
    result: SignInResult,
    *,
    offers: tuple[Offer, ...] = (),
    now: datetime,
) -> SignInOutcome:
    persons.keep_contacts(keys, person.id, claims, now=now)
    restricted = freeze_restricted(keys, person, now=now)
    changes = (
        *settle_children(keys, person, claims, restricted=restricted, now=now),
        *settle_cards(keys, person, now=now),
        *settle_waiting(keys, person, claims, now=now),
    )
    if result is not SignInResult.KNOWN:
        access.record_change(
            actor=person.id, actor_kind=ActorKind.PUPIL if _young(person) else ActorKind.GUARDIAN, subject=person.id,
            action=f"sign_in.{result.value}", object=claims.system, now=now,
        )  # fmt: skip
    for change in changes:
        access.record_edge(change.edge, change.change, now=now)
    return SignInOutcome(
        result=result,
        person=person.id,
        link=link.id,
        level=person.level,
        edges=changes,
        offers=offers,
        needs=needs(
            person,
            [edge for edge in edges.of_guardian(person.id) if edge.child not in restricted],
            now=now,
            told=claims.children is not None,
        ),
        strong_added=result is SignInResult.CREATED and is_strong(claims),
    )


def _young(person: Person) -> bool:
    return person.origin is Origin.GOSUSLUGI_CHILD


def suspend_weak(
    keys: Keys, person: PersonId, *, keep: LinkId, only: Collection[LinkId] | None = None, now: datetime
) -> tuple[AccountLink, ...]:
    """Suspends every sign-in and diary link that the person had before the first strong identity, or `only` some (RULES A10)."""
    weak = [
        one
        for one in links.of_persons(keys, person)
        if one.id != keep and (only is None or one.id in only) and one.state is LinkState.ACTIVE and one.evidence.strength is Strength.WEAK
    ]
    links.suspend((one.id for one in weak), now=now)
    for one in weak:
        access.record_change(
            actor=person, actor_kind=ActorKind.GUARDIAN, subject=person, action="link.suspended", object=one.system, now=now
        )
    return tuple(replace(one, state=LinkState.SUSPENDED) for one in weak)

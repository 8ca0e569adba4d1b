"""Lent views: a guardian offers one with a code, somebody accepts it, either side or the others' freeze ends it (RULES A5b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from peewee import IntegrityError

from identity.ages import ADULT, Action, Phase, age, level_allows, phase
from identity.claims import Level
from identity.errors import NotAllowed, NotFound
from identity.family.delegation import OFFERED_FOR, Delegation, DelegationFault, DelegationId, DelegationState, offer_fault
from identity.invitations import new_code, printed, read_code
from identity.model import ActorKind, EdgeState, Missing, Person, PersonId
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.family import standing
from identity.store.family.tables import CapacityRow, DelegationRow
from identity.store.rights import view_right
from identity.store.rows import fetch, instant, instant_of, marks, micros, new_id, seal
from identity.store.trail import access

_COLUMNS = "id, giver, child, delegate, state, until, created_at, ended_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationOffer:
    """The code is shown once; `tell` are the other guardians, who hear of the offer at once."""

    delegation: Delegation
    code: str = field(repr=False)
    tell: tuple[PersonId, ...] = ()


def offer_delegation(
    keys: Keys, giver: PersonId, child: PersonId, *, until: datetime | None, now: datetime, level: Level | None = None
) -> DelegationOffer:
    """A guardian lends the view of a child for up to 90 days; the caller has asked for freshness (RULES A16)."""
    right = view_right(keys, giver, child, now=now, level=level)
    if right.missing == (Missing.FOREIGN,):
        raise NotFound("no such child")
    fault = offer_fault(right, until, now)
    who = persons.person(keys, giver)
    if fault is None and (who is None or not level_allows(Action.DELEGATION, level or who.level)):
        raise NotAllowed(Missing.LEVEL_TOO_LOW)
    if fault is None and right.is_self and not is_grown(keys, child, now=now):
        fault = DelegationFault.NOT_YOURS_TO_LEND
    if fault is not None:
        raise NotAllowed(fault)
    code, id_ = new_code(), DelegationId(new_id())
    DelegationRow.create(
        id=id_,
        giver=giver,
        child=child,
        code_hash=keys.code_hash(code),
        offered_until=now + OFFERED_FOR,
        until=until,
        state=DelegationState.OFFERED.value,
        created_at=now,
    )
    access.record_change(actor=giver, actor_kind=ActorKind.GUARDIAN, subject=child, action="delegation.offered", object=id_, now=now)
    return DelegationOffer(delegation=delegation(id_), code=printed(code), tell=_others(child, giver))


def accept_delegation(keys: Keys, person: PersonId, code: str, *, now: datetime) -> Delegation:
    """Takes the offer of this code, once; every refusal is one and the same. The caller counts the tries (`count_try`)."""
    found = _of_code(keys, code, "state = 'offered'", now=now)
    who = persons.person(keys, person)
    if found is None or who is None or person in (found.giver, found.child):
        raise NotAllowed(DelegationFault.CODE_UNKNOWN)
    grown = who.birth_date is None or age(who.birth_date, now, who.zone) >= ADULT
    if not grown or is_shut_out(keys, who, found.child, now=now):
        raise NotAllowed(DelegationFault.CODE_UNKNOWN)
    taken = (
        DelegationRow.update(delegate=person, state=DelegationState.ACTIVE.value)
        .where(DelegationRow.id == found.id, DelegationRow.state == DelegationState.OFFERED.value)
        .execute()
    )
    if not taken:
        raise NotAllowed(DelegationFault.CODE_UNKNOWN)
    access.record_change(
        actor=person, actor_kind=ActorKind.GUARDIAN, subject=found.child, action="delegation.accepted", object=found.id, now=now
    )
    return delegation(found.id)


def accepted_before(keys: Keys, person: PersonId, code: str, *, now: datetime) -> Delegation | None:
    """What this very person took by this code and still has: the same button in another tab (RULES A12). Nobody else's try finds it."""
    found = _of_code(keys, code, "state = 'active'", now=now)
    return found if found is not None and found.delegate == person and (found.until is None or found.until > now) else None


def end_delegation(keys: Keys, by: PersonId, id_: DelegationId, *, now: datetime) -> Delegation:
    """The giver, the delegate, the pupil of 14 or older, or another active guardian ends it; twice is harmless."""
    found = delegation(id_)
    pupil = persons.person(keys, found.child)
    own = pupil is not None and by == found.child and not phase(pupil.birth_date, now, pupil.zone).under_14
    guardian = any(edge.state is EdgeState.ACTIVE for edge in edges.between(by, found.child))
    if not (by in (found.giver, found.delegate) or own or guardian):
        raise NotFound("no such delegation")
    if found.state is not DelegationState.ENDED:
        same = (DelegationRow.giver == found.giver) & (DelegationRow.child == found.child) & (DelegationRow.delegate == found.delegate)
        # A grown pupil's grant is taken back whole, also one that a parallel tab gave twice.
        _end(same if found.giver == found.child and found.delegate else DelegationRow.id == id_, by=by, now=now)
        access.record_change(actor=by, actor_kind=ActorKind.GUARDIAN, subject=found.child, action="delegation.ended", object=id_, now=now)
    return delegation(id_)


def end_delegations_of(
    person: PersonId, *, now: datetime, by: str = "strong_identity", child: PersonId | None = None
) -> tuple[Delegation, ...]:
    """Everything that this person lent or offered, of one child or of all, is dropped: before the first strong identity (RULES A10),
    or with the end of the giver's own right."""
    mine = _read(f"SELECT {_COLUMNS} FROM delegation WHERE giver = ? AND state <> 'ended'", (person,))  # noqa: S608 - own columns
    mine = tuple(one for one in mine if child in (None, one.child))
    if mine:
        _end(DelegationRow.id.in_([one.id for one in mine]), by=by, now=now)
    return mine


def delegations_of_child(child: PersonId, *, now: datetime) -> tuple[Delegation, ...]:
    """Who else sees the child: offers that wait and views that are lent."""
    sql = (
        f"SELECT {_COLUMNS} FROM delegation WHERE child = ? AND (until IS NULL OR until > ?)"  # noqa: S608 - own columns
        " AND (state = 'active' OR (state = 'offered' AND offered_until > ?)) ORDER BY created_at, id"
    )
    return _read(sql, (child, micros(now), micros(now)))


def delegations_with(person: PersonId, *, now: datetime) -> tuple[Delegation, ...]:
    """What this person lends or offers, and what is lent to this person."""
    sql = (
        f"SELECT {_COLUMNS} FROM delegation WHERE (giver = ? OR delegate = ?) AND (until IS NULL OR until > ?)"  # noqa: S608 - own columns
        " AND (state = 'active' OR (state = 'offered' AND offered_until > ?)) ORDER BY created_at, id"
    )
    return _read(sql, (person, person, micros(now), micros(now)))


def delegation(id_: DelegationId) -> Delegation:
    found = next(iter(_read(f"SELECT {_COLUMNS} FROM delegation WHERE id = ?", (id_,))), None)  # noqa: S608 - own columns
    if found is None:
        raise NotFound("no such delegation")
    return found


def set_full_capacity(
    keys: Keys, person: PersonId, *, since: datetime, document: str, officer: PersonId, second: PersonId, now: datetime
) -> None:
    """A court or a marriage made the pupil fully capable before 18: from then on guardians need the pupil's own grant (RULES A6)."""
    kin = any(edges.ever_between(one, person) for one in (officer, second))
    if officer == second or kin or person in (officer, second) or not document.strip():
        raise NotAllowed("two_officers_and_a_document")
    if persons.person(keys, person) is None:
        raise NotFound("no such person")
    try:
        with CapacityRow._meta.database.atomic():
            sealed = seal(keys, CapacityRow, "document", person, document.strip())
            CapacityRow.create(person=person, since=since, document=sealed, set_by=officer, signed_by=second)
    except IntegrityError:
        return
    access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=person, action="full_capacity", now=now)


def is_grown(keys: Keys, child: PersonId, *, now: datetime) -> bool:
    """Whether guardians need the pupil's own grant: of age, or fully capable before (RULES A6)."""
    known = persons.person(keys, child)
    return known is not None and (phase(known.birth_date, now, known.zone) is Phase.ADULT or standing.capable(child, now=now))


def is_shut_out(keys: Keys, who: Person, child: PersonId, *, now: datetime) -> bool:
    """A restriction or a freeze stands between the two: nobody lends or grants around it (RULES A5a)."""
    frozen = any(edge.state is EdgeState.FROZEN for edge in edges.between(who.id, child))
    return frozen or child in standing.standing(keys, who, now=now).restricted


def _of_code(keys: Keys, code: str, wanted: str, *, now: datetime) -> Delegation | None:
    hashes = keys.code_hashes(read_code(code) or "none")
    sql = f"SELECT {_COLUMNS} FROM delegation WHERE {wanted} AND offered_until > ? AND code_hash IN ({marks(hashes)})"  # noqa: S608 - ? marks
    return next(iter(_read(sql, (micros(now), *hashes))), None)


def _others(child: PersonId, giver: PersonId) -> tuple[PersonId, ...]:
    active = (edge.guardian for edge in edges.of_child(child) if edge.state is EdgeState.ACTIVE)
    return tuple(dict.fromkeys(one for one in active if one != giver))


def _end(where: object, *, by: str, now: datetime) -> None:
    DelegationRow.update(state=DelegationState.ENDED.value, code_hash=None, ended_at=now, ended_by=by).where(
        where, DelegationRow.state != DelegationState.ENDED.value
    ).execute()


def _read(sql: str, params: Sequence[object]) -> tuple[Delegation, ...]:
    return tuple(
        Delegation(
            id=DelegationId(id_),
            giver=PersonId(giver),
            child=PersonId(child),
            delegate=PersonId(delegate) if delegate else None,
            state=DelegationState(state),
            until=instant(until),
            created_at=instant_of(created),
            ended_at=instant(ended),
        )
        for id_, giver, child, delegate, state, until, created, ended in fetch(DelegationRow, sql, params)
    )

"""Restrictions set by a school with a document and two signatures; the second one works at once (RULES A5a, B5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from identity.errors import NotAllowed, NotFound
from identity.family.restriction import Restriction, RestrictionId, RestrictionState, SignatureFault, signature_fault
from identity.guardianship import activation
from identity.model import ActorKind, EdgeId, EdgeState, Guardianship, LinkId, Person, PersonId
from identity.sealing import Keys
from identity.snils import Snils
from identity.store import edges, links, persons
from identity.store.family.standing import standing
from identity.store.family.tables import DelegationRow, RestrictionRow
from identity.store.persons import SNILS_LABEL
from identity.store.rows import fetch, instant, instant_of, new_id, seal
from identity.store.tables import LinkRow
from identity.store.trail import access

_COLUMNS = "id, school, child, guardian, state, set_by, created_at, signed_by, lift_by, until, active_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionEffect:
    """What a restriction took away at once. `persons` are all records of the restricted human: the hub ends what they still hold
    for the child (streams, calendar links, app tokens, diary access); `links` are the accounts they had opened for the child."""

    restriction: Restriction
    persons: tuple[PersonId, ...]
    edges: tuple[Guardianship, ...]
    links: tuple[LinkId, ...]
    delegations: int


def propose_restriction(
    keys: Keys,
    *,
    school: str,
    child: PersonId,
    officer: PersonId,
    document: str,
    guardian: PersonId | None = None,
    snils: Snils | None = None,
    until: datetime | None = None,
    now: datetime,
) -> RestrictionId:
    """The first signature. A guardian who never signed in is named by SNILS; a known one is met by both."""
    if not document.strip() or (guardian is None and snils is None):
        raise NotAllowed(SignatureFault.NO_DOCUMENT)
    if until is not None and until <= now:
        raise NotAllowed(SignatureFault.ENDED_ALREADY)
    known = persons.person(keys, guardian) if guardian else persons.by_snils(keys, snils) if snils else None
    if persons.person(keys, child) is None or (guardian is not None and known is None):
        raise NotFound("no such person")
    _signed(officer, None, child, known.id if known else None)
    number = snils or (known.snils if known else None)
    id_ = RestrictionId(new_id())
    RestrictionRow.create(
        id=id_,
        school=school,
        child=child,
        guardian=known.id if known else None,
        snils=seal(keys, RestrictionRow, "snils", id_, number.digits) if number else None,
        snils_index=keys.index(SNILS_LABEL, number.digits) if number else None,
        document=seal(keys, RestrictionRow, "document", id_, document.strip()),
        state=RestrictionState.PROPOSED.value,
        set_by=officer,
        until=until,
        created_at=now,
    )
    _note(officer, child, "restriction.proposed", id_, now=now)
    return id_


def sign_restriction(keys: Keys, id_: RestrictionId, officer: PersonId, *, now: datetime) -> RestrictionEffect:
    """The second signature: from here on the restricted person sees nothing of the child, whatever evidence there is or comes."""
    found = _expected(id_, RestrictionState.PROPOSED)
    _signed(officer, found.set_by, found.child, found.guardian)
    won = (
        RestrictionRow.update(state=RestrictionState.ACTIVE.value, signed_by=officer, active_at=now)
        .where(RestrictionRow.id == id_, RestrictionRow.state == RestrictionState.PROPOSED.value)
        .execute()
    )
    if not won:
        raise NotAllowed(SignatureFault.WRONG_STATE)
    who = _records(keys, found)
    frozen = tuple(edge for one in who for edge in edges.freeze(one, found.child))
    closed = tuple(LinkId(str(id_)) for one in who for (id_,) in _opened(one, found.child))
    links.close(closed, now=now)
    ended = _end_loans(who, found.child, by=officer, now=now)
    _note(officer, found.child, "restriction.active", id_, now=now)
    return RestrictionEffect(
        restriction=_expected(id_, RestrictionState.ACTIVE), persons=who, edges=frozen, links=closed, delegations=ended
    )


def refuse_restriction(id_: RestrictionId, officer: PersonId, *, now: datetime) -> Restriction:
    """An officer of no side refuses the proposal, or its author takes it back; it never worked."""
    found = _expected(id_, RestrictionState.PROPOSED)
    _signed(officer, None, found.child, found.guardian)
    proposed = (RestrictionRow.id == id_) & (RestrictionRow.state == RestrictionState.PROPOSED.value)
    if not RestrictionRow.update(state=RestrictionState.REFUSED.value).where(proposed).execute():
        raise NotAllowed(SignatureFault.WRONG_STATE)
    _note(officer, found.child, "restriction.refused", id_, now=now)
    return _expected(id_, RestrictionState.REFUSED)


def propose_lift(id_: RestrictionId, officer: PersonId, *, now: datetime) -> None:
    """The first signature to lift it; nothing changes until the second."""
    found = _expected(id_, RestrictionState.ACTIVE)
    _signed(officer, None, found.child, found.guardian)
    unproposed = (RestrictionRow.id == id_) & RestrictionRow.lift_by.is_null()
    if not RestrictionRow.update(lift_by=officer).where(unproposed).execute():
        raise NotAllowed(SignatureFault.WRONG_STATE)
    _note(officer, found.child, "restriction.lift_proposed", id_, now=now)


def refuse_lift(id_: RestrictionId, officer: PersonId, *, now: datetime) -> None:
    """The restriction stays; who proposed to lift it may take that back."""
    found = _expected(id_, RestrictionState.ACTIVE)
    _signed(officer, None, found.child, found.guardian)
    proposed = (RestrictionRow.id == id_) & RestrictionRow.lift_by.is_null(False)
    if not RestrictionRow.update(lift_by=None).where(proposed, RestrictionRow.state == RestrictionState.ACTIVE.value).execute():
        raise NotAllowed(SignatureFault.WRONG_STATE)
    _note(officer, found.child, "restriction.lift_refused", id_, now=now)


def lift_restriction(id_: RestrictionId, officer: PersonId, *, now: datetime) -> Restriction:
    """The second signature. Edges stay frozen until the school decides on each: a lifted restriction proves no kinship."""
    found = _expected(id_, RestrictionState.ACTIVE)
    if found.lift_by is None:
        raise NotAllowed(SignatureFault.WRONG_STATE)
    _signed(officer, found.lift_by, found.child, found.guardian)
    held = (RestrictionRow.id == id_) & (RestrictionRow.state == RestrictionState.ACTIVE.value) & RestrictionRow.lift_by.is_null(False)
    if not RestrictionRow.update(state=RestrictionState.LIFTED.value, lifted_by=officer, lifted_at=now).where(held).execute():
        raise NotAllowed(SignatureFault.WRONG_STATE)
    _note(officer, found.child, "restriction.lifted", id_, now=now)
    return _expected(id_, RestrictionState.LIFTED)


def restrictions_of(child: PersonId) -> tuple[Restriction, ...]:
    """For the office only: neither guardian's pages nor the child's show them."""
    return _select("child = ?", (child,))


def restriction(id_: RestrictionId) -> Restriction:
    found = next(iter(_select("id = ?", (id_,))), None)
    if found is None:
        raise NotFound("no such restriction")
    return found


def restrictions_of_school(school: str) -> tuple[Restriction, ...]:
    """For the office only."""
    return _select("school = ?", (school,))[-500:]


def restrictions_to_sign(school: str) -> tuple[Restriction, ...]:
    """Those that wait for another officer: to begin, or to be lifted."""
    return _select("school = ? AND (state = 'proposed' OR (state = 'active' AND lift_by IS NOT NULL))", (school,))


def is_restricted(keys: Keys, guardian: Person, child: PersonId, *, now: datetime) -> bool:
    return child in standing(keys, guardian, now=now).restricted


def freeze_restricted(keys: Keys, guardian: Person, *, now: datetime) -> frozenset[PersonId]:
    """Freezes whatever edges this person has to restricted children; asked at every sign-in, when a SNILS may have become known."""
    children = standing(keys, guardian, now=now).restricted
    for child in sorted(children):
        if any(edge.state is not EdgeState.FROZEN for edge in edges.between(guardian.id, child)):
            edges.freeze(guardian.id, child)
        _end_loans((guardian.id,), child, by="restriction", now=now)
    return children


def settle_frozen(keys: Keys, officer: PersonId, guardian: PersonId, child: PersonId, *, keep: bool, now: datetime) -> tuple[EdgeId, ...]:
    """The school decides on frozen edges: they live again, or end. A restriction that holds lets none live."""
    who = persons.person(keys, guardian)
    if who is None:
        raise NotFound("no such person")
    _signed(officer, None, child, guardian)
    if keep and is_restricted(keys, who, child, now=now):
        raise NotAllowed("restricted")
    frozen = tuple(edge.id for edge in edges.between(guardian, child) if edge.state is EdgeState.FROZEN)
    if not frozen:
        return ()
    if keep:
        state, missing = activation(who, who.level, now)
        for one in frozen:
            edges.settle(one, state=state, missing=missing)
    else:
        edges.end(frozen, now=now)
    _note(officer, child, "guardianship.kept" if keep else "guardianship.ended", guardian, now=now)
    return frozen


def copy_to(keys: Keys, former: PersonId, to: PersonId, *, now: datetime) -> None:
    """Two records became one: what restricted the former restricts the other too, and what protected it protects the other."""
    for one in _select("guardian = ? OR child = ?", (former, former)):
        if one.state is RestrictionState.ACTIVE:
            row = next(iter(fetch(RestrictionRow, "SELECT snils, document FROM guardian_restriction WHERE id = ?", (one.id,))))
            id_ = new_id()
            opened = [
                keys.open("guardian_restriction", name, one.id, text) if text else None for name, text in zip(_SEALED, row, strict=True)
            ]
            RestrictionRow.create(
                id=id_,
                school=one.school,
                child=to if one.child == former else one.child,
                guardian=to if one.guardian == former else one.guardian,
                snils=seal(keys, RestrictionRow, "snils", id_, opened[0]) if opened[0] else None,
                snils_index=keys.index(SNILS_LABEL, opened[0]) if opened[0] else None,
                document=seal(keys, RestrictionRow, "document", id_, opened[1] or ""),
                state=RestrictionState.ACTIVE.value,
                set_by=one.set_by,
                signed_by=one.signed_by,
                until=one.until,
                created_at=one.created_at,
                active_at=now,
            )


_SEALED = ("snils", "document")


def _records(keys: Keys, found: Restriction) -> tuple[PersonId, ...]:
    """All records of the restricted human: the named one, and whoever carries the SNILS, proven or not."""
    row = next(iter(fetch(RestrictionRow, "SELECT snils FROM guardian_restriction WHERE id = ?", (found.id,))))
    who = [found.guardian] if found.guardian else []
    if row[0]:
        number = Snils(keys.open("guardian_restriction", "snils", found.id, str(row[0])))
        holder = persons.by_snils(keys, number)
        who += [holder.id] if holder else []
        who += [edge.guardian for edge in edges.of_child(found.child) if _carries(keys, edge.guardian, number)]
    return tuple(dict.fromkeys(who))


def _carries(keys: Keys, person: PersonId, number: Snils) -> bool:
    known = persons.person(keys, person)
    return known is not None and known.snils == number


def _opened(guardian: PersonId, child: PersonId) -> list[tuple[Any, ...]]:
    return fetch(LinkRow, "SELECT id FROM account_link WHERE opened_by = ? AND person = ? AND state <> 'closed'", (guardian, child))


def _end_loans(who: Sequence[PersonId], child: PersonId, *, by: str, now: datetime) -> int:
    mine = DelegationRow.giver.in_(who) | DelegationRow.delegate.in_(who)
    return int(
        DelegationRow.update(state="ended", ended_at=now, ended_by=by)
        .where(mine, DelegationRow.child == child, DelegationRow.state != "ended")
        .execute()
        if who
        else 0
    )


def _signed(officer: PersonId, first: PersonId | None, child: PersonId, guardian: PersonId | None) -> None:
    parties = tuple(one for one in (child, guardian) if one is not None)
    kin = any(edges.ever_between(officer, one) for one in parties)
    fault = signature_fault(officer, first=first, parties=parties, kin=kin)
    if fault is not None:
        raise NotAllowed(fault)


def _select(where: str, params: Sequence[object]) -> tuple[Restriction, ...]:
    found = fetch(RestrictionRow, f"SELECT {_COLUMNS} FROM guardian_restriction WHERE {where} ORDER BY created_at, id", params)  # noqa: S608 - where is written here
    return tuple(
        Restriction(
            id=RestrictionId(id_),
            school=school,
            child=PersonId(child),
            guardian=PersonId(guardian) if guardian else None,
            state=RestrictionState(state),
            set_by=PersonId(set_by),
            created_at=instant_of(created),
            signed_by=PersonId(signed) if signed else None,
            lift_by=PersonId(lift) if lift else None,
            until=instant(until),
            active_at=instant(active),
        )
        for id_, school, child, guardian, state, set_by, created, signed, lift, until, active in found
    )


def _expected(id_: RestrictionId, state: RestrictionState) -> Restriction:
    found = restriction(id_)
    if found.state is not state:
        raise NotAllowed(SignatureFault.WRONG_STATE)
    return found


def _note(officer: PersonId, child: PersonId, action: str, what: str, *, now: datetime) -> None:
    access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=child, action=action, object=what, now=now)

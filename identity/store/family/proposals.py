"""Acts that one guardian may not do alone: proposed, objected to, let through by a week's silence or decided by the school (RULES A5b)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import IntegrityError

from identity.errors import NotAllowed, NotFound
from identity.family.alone import RULE_OF, SILENCE, ActAnswer, ActState, FamilyAct, Rule, decide_act
from identity.model import ActorKind, EdgeRight, EdgeState, PersonId
from identity.sealing import Keys
from identity.store import edges
from identity.store.family.tables import ProposalRow
from identity.store.rights import act_right
from identity.store.rows import fetch, instant_of, micros, new_id
from identity.store.trail import access

CLOSED = frozenset({"refused", "withdrawn", "done"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`answer` is as of now: `ALLOWED` once the silence is over, the school agreed, or there is nobody else to ask.

    `state` is the record's own: open, agreed or refused by the school, withdrawn by who proposed it, done; `new`:
    this very call opened it.
    """

    id: str
    act: FamilyAct
    child: PersonId
    by: PersonId
    answer: ActAnswer
    asked_at: datetime
    state: str
    objected: bool = False
    new: bool = False

    @property
    def closed(self) -> bool:
        return self.state in CLOSED

    @property
    def done(self) -> bool:
        return self.state == "done"


def propose(keys: Keys, act: FamilyAct, child: PersonId, by: PersonId, *, now: datetime) -> Proposal:
    """Opens the proposal, or returns the open one of this act and child: a repeat does not start the week anew."""
    if RULE_OF[act] is not Rule.SILENCE_OR_SCHOOL:
        raise NotAllowed("needs_no_proposal")
    if not act_right(keys, by, child, EdgeRight.ACT, now=now).allowed:
        raise NotFound("no such child")
    new = True
    try:
        with ProposalRow._meta.database.atomic():
            ProposalRow.create(id=new_id(), act=act.value, child=child, proposed_by=by, state="open", created_at=now)
    except IntegrityError:
        new = False  # it is open already
    else:
        _note(by, ActorKind.GUARDIAN, child, f"{act.value}.proposed", now=now)
    return replace(next(one for one in proposals_of(child, now=now) if one.act is act), new=new)


def object_to(id_: str, by: PersonId, *, now: datetime) -> Proposal:
    """Another active guardian says no; then only the school decides."""
    found = _read(id_)
    mine = any(edge.state is EdgeState.ACTIVE for edge in edges.between(by, found[2]))
    if not mine or by == found[3]:
        raise NotFound("no such proposal")
    ProposalRow.update(objected_by=by).where(
        ProposalRow.id == id_, ProposalRow.state == "open", ProposalRow.objected_by.is_null()
    ).execute()
    _note(by, ActorKind.GUARDIAN, found[2], f"{found[1]}.objected", now=now)
    return proposal(id_, now=now)


def withdraw(id_: str, by: PersonId, *, now: datetime) -> Proposal:
    """Who proposed it takes it back; twice is harmless."""
    found = _read(id_)
    if by != found[3]:
        raise NotFound("no such proposal")
    if ProposalRow.update(state="withdrawn", decided_at=now).where(ProposalRow.id == id_, ProposalRow.state == "open").execute():
        _note(by, ActorKind.GUARDIAN, found[2], f"{found[1]}.withdrawn", now=now)
    return proposal(id_, now=now)


def due(*, now: datetime, limit: int = 100, after: str = "") -> tuple[Proposal, ...]:
    """What may be finished: agreed by the school, or a week old without an objection; in the order of ids, after that one."""
    sql = (
        f"SELECT {_COLUMNS} FROM family_proposal WHERE id > ? AND (state = 'agreed' OR (state = 'open' AND created_at <= ?))"  # noqa: S608 - own columns
        " ORDER BY id LIMIT ?"
    )
    return tuple(_proposal(row, now) for row in fetch(ProposalRow, sql, (after, micros(now - SILENCE), limit)))


def decide_by_school(id_: str, officer: PersonId, *, agrees: bool, now: datetime) -> Proposal:
    """The school's word, after an objection too; not by an officer of this family (RULES B5)."""
    found = _read(id_)
    if officer in (found[2], found[3]) or edges.ever_between(officer, found[2]):
        raise NotAllowed("own_family")
    state = "agreed" if agrees else "refused"
    ProposalRow.update(state=state, school_by=officer, decided_at=now).where(ProposalRow.id == id_, ProposalRow.state == "open").execute()
    _note(officer, ActorKind.STAFF, found[2], f"{found[1]}.{state}", now=now)
    return proposal(id_, now=now)


def finish(id_: str, *, now: datetime) -> bool:
    """Takes an allowed proposal for its single use; False when it is not allowed yet, or was used before."""
    if proposal(id_, now=now).answer.state is not ActState.ALLOWED:
        return False
    return bool(
        ProposalRow.update(state="done", decided_at=now).where(ProposalRow.id == id_, ProposalRow.state.in_(["open", "agreed"])).execute()
    )


def proposal(id_: str, *, now: datetime) -> Proposal:
    return _proposal(_read(id_), now)


def proposals_of(child: PersonId, *, now: datetime) -> tuple[Proposal, ...]:
    sql = f"SELECT {_COLUMNS} FROM family_proposal WHERE child = ? AND state = 'open' ORDER BY created_at, id"  # noqa: S608 - own columns
    return tuple(_proposal(row, now) for row in fetch(ProposalRow, sql, (child,)))


_COLUMNS = "id, act, child, proposed_by, state, created_at, objected_by"


def _read(id_: str) -> tuple[Any, ...]:
    for row in fetch(ProposalRow, f"SELECT {_COLUMNS} FROM family_proposal WHERE id = ?", (id_,)):  # noqa: S608 - own columns
        return row
    raise NotFound("no such proposal")


def _proposal(row: tuple[Any, ...], now: datetime) -> Proposal:
    id_, act, child, by, state, created_at, objected_by = row
    guardians = {edge.guardian for edge in edges.of_child(PersonId(child)) if edge.state is EdgeState.ACTIVE}
    answer = decide_act(
        FamilyAct(act),
        PersonId(by),
        guardians=guardians,
        now=now,
        asked_at=instant_of(created_at),
        objections=[PersonId(objected_by)] if objected_by else [],
        school_agrees={"agreed": True, "refused": False, "withdrawn": False}.get(state),
    )
    return Proposal(
        id=id_,
        act=FamilyAct(act),
        child=PersonId(child),
        by=PersonId(by),
        answer=answer,
        asked_at=instant_of(created_at),
        state=state,
        objected=objected_by is not None,
    )


def _note(actor: PersonId, kind: ActorKind, child: PersonId, action: str, *, now: datetime) -> None:
    access.record_change(actor=actor, actor_kind=kind, subject=child, action=action, now=now)

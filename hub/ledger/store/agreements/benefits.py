"""Benefit meals: asked for with a document, decided by the school for a time, granted from the budget and back to it (RULES D2; F149)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import peewee

from hub.ledger.model import AccountId, Cause, Purpose
from hub.ledger.posting import Act, Own, benefit_grant, benefit_return
from hub.ledger.store import contracts
from hub.ledger.store.agreements.tables import Benefit
from hub.ledger.store.contracts import ContractCard, NewContract
from hub.ledger.store.heads import head_of
from hub.ledger.store.writing import post
from hub.store.fields import from_micros, rows
from identity.sealing import Keys

SCOPE = "benefit"


class BenefitState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


class WrongBenefit(Exception):
    """There is one already, or somebody has decided this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitCard:
    """`account` is there from the decision on; `granted_at` from the day on which the money came from the budget."""

    id: str
    contract: str
    child: str | None
    school: str
    state: BenefitState
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    since: date | None
    until: date | None
    amount_kop: int
    account: str | None
    granted_at: datetime | None
    basis: str | None = field(repr=False)
    note: str | None = field(repr=False)


_COLUMNS = tuple(BenefitCard.__dataclass_fields__)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM contract_benefit"  # noqa: S608 - own names


def _cards(where: str, values: Sequence[object]) -> list[BenefitCard]:
    found = []
    for row in rows(Benefit, f"{_SELECT} WHERE {where}", values):
        named = dict(zip(_COLUMNS, row, strict=True))
        for name in ("asked_at", "decided_at", "granted_at"):
            named[name] = None if named[name] is None else from_micros(named[name])
        for name in ("since", "until"):
            named[name] = None if named[name] is None else date.fromisoformat(named[name])
        found.append(BenefitCard(**{**named, "state": BenefitState(named["state"])}))
    return found


def get(id_: str) -> BenefitCard | None:
    found = _cards("id = ?", [id_])
    return found[0] if found else None


def of_contract(contract: str) -> Sequence[BenefitCard]:
    """The latest first."""
    return _cards("contract = ? ORDER BY asked_at DESC, id", [contract])


def of_school(school: str, *, state: BenefitState, limit: int = 300) -> Sequence[BenefitCard]:
    """The longest waiting first."""
    return _cards("school = ? AND state = ? ORDER BY asked_at, id LIMIT ?", [school, state.value, limit])


def asked_by(person: str) -> Sequence[BenefitCard]:
    return _cards("asked_by = ? ORDER BY asked_at, id", [person])


def basis(keys: Keys, card: BenefitCard) -> str:
    return keys.open("contract_benefit", "basis", card.id, card.basis) if card.basis else ""


def note(keys: Keys, card: BenefitCard) -> str:
    return keys.open("contract_benefit", "note", card.id, card.note) if card.note else ""


def ask(keys: Keys, contract: ContractCard, *, basis: str, by: str, now: datetime) -> str:
    """An application with its document. Raises `WrongBenefit` where one waits or holds already."""
    id_ = uuid.uuid4().hex
    made = Benefit.insert(
        id=id_, contract=contract.id, child=contract.child, school=contract.school, state=BenefitState.ASKED.value,
        basis=keys.seal("contract_benefit", "basis", id_, basis), asked_by=by, asked_at=now,
    )  # fmt: skip
    if not made.on_conflict_ignore().as_rowcount().execute():
        raise WrongBenefit
    return id_


def refuse(keys: Keys, card: BenefitCard, *, why: str, by: str, now: datetime) -> None:
    said = {"decided_by": by, "decided_at": now, "note": keys.seal("contract_benefit", "note", card.id, why)}
    _turn(card, BenefitState.ASKED, BenefitState.REFUSED, said)


def grant(keys: Keys, card: BenefitCard, *, since: date, until: date, amount_kop: int, by: str, today: date, now: datetime) -> None:
    """The school's decision: the second account opens under the same contract; the money comes on the first day, or now."""
    contract = contracts.by_id(card.contract)
    if contract is None or contract.state.value not in ("draft", "active"):
        raise WrongBenefit
    account = _account(keys, contract, now=now)
    said = {
        "decided_by": by,
        "decided_at": now,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "amount_kop": amount_kop,
        "account": account,
    }
    _turn(card, BenefitState.ASKED, BenefitState.GRANTED, said)
    if since <= today:
        begin(card.id, by=by, now=now)


def _account(keys: Keys, contract: ContractCard, *, now: datetime) -> AccountId:
    new = NewContract(number=contract.number, school=contract.school, purposes=(Purpose.MEAL_BENEFIT,))
    found = next(one for one in contracts.open_contract(keys, new, now=now).accounts if one.purpose is Purpose.MEAL_BENEFIT)
    return found.id


def begin(id_: str, *, by: str, now: datetime) -> bool:
    """The first day has come: the money of the decision comes from the budget, once."""
    card = get(id_)
    if card is None or card.state is not BenefitState.GRANTED or card.account is None or card.granted_at is not None:
        return False
    if card.amount_kop:
        own = Own(id=AccountId(card.account), purpose=Purpose.MEAL_BENEFIT)
        act = Act(scope=SCOPE, key=f"{id_}:first", at=now, actor=by, cause=Cause(rule="benefit.decision", event=id_))
        post(benefit_grant(act, own, amount_kop=card.amount_kop), now=now)
    return bool(Benefit.update(granted_at=now).where(Benefit.id == id_, Benefit.granted_at.is_null()).execute())


def add(card: BenefitCard, *, key: str, amount_kop: int, by: str, now: datetime) -> None:
    """More from the budget under the same decision; `key` names the form, so that one sent twice grants once."""
    if card.state is not BenefitState.GRANTED or card.account is None or card.granted_at is None:
        raise WrongBenefit
    own = Own(id=AccountId(card.account), purpose=Purpose.MEAL_BENEFIT)
    act = Act(scope=SCOPE, key=f"{card.id}:{key}", at=now, actor=by, cause=Cause(rule="benefit.decision", event=card.id))
    post(benefit_grant(act, own, amount_kop=amount_kop), now=now)


def end(keys: Keys, card: BenefitCard, *, why: str, by: str, now: datetime) -> int:
    """Over before or at its term: what is left returns to the budget, never to the parent. Answers how much."""
    said = {"note": keys.seal("contract_benefit", "note", card.id, why)} if why else {}
    _turn(card, BenefitState.GRANTED, BenefitState.ENDED, {**said, "returned_at": now})
    return _return(card, by=by, now=now)


def _return(card: BenefitCard, *, by: str, now: datetime) -> int:
    head = head_of(AccountId(card.account), now=now) if card.account else None
    if head is None or card.account is None or head.available_kop <= 0:
        return 0
    own = Own(id=AccountId(card.account), purpose=Purpose.MEAL_BENEFIT)
    act = Act(scope=SCOPE, key=f"{card.id}:back:{head.number}", at=now, actor=by, cause=Cause(rule="benefit.ended", event=card.id))
    post(benefit_return(act, own, amount_kop=head.available_kop), now=now)
    return head.available_kop


def end_of_contract(contract: str, *, now: datetime) -> None:
    """The contract ends, and its benefit with it; the closing itself moves the money."""
    living = Benefit.state.in_((BenefitState.ASKED.value, BenefitState.GRANTED.value))
    Benefit.update(state=BenefitState.ENDED.value, returned_at=now).where(Benefit.contract == contract, living).execute()


def due(today: date, *, limit: int) -> Sequence[BenefitCard]:
    """Those that begin, and those whose last day is over."""
    begins = "(granted_at IS NULL AND since <= ?)"
    return _cards(
        f"state = 'granted' AND ({begins} OR until < ?) ORDER BY until, id LIMIT ?", [today.isoformat(), today.isoformat(), limit]
    )


def _turn(card: BenefitCard, was: BenefitState, then: BenefitState, said: dict[str, object]) -> None:
    same = (Benefit.id == card.id) & (Benefit.state == was.value)
    if not Benefit.update(state=then.value, **said).where(same).execute():
        raise WrongBenefit


def forget(person: str) -> None:
    """An erasure: why a family had a benefit goes with the child's or the applicant's record; what waits for a decision is over."""
    mine: peewee.Expression = (Benefit.child == person) | (Benefit.asked_by == person)
    Benefit.update(state=BenefitState.REFUSED.value).where(mine, Benefit.state == BenefitState.ASKED.value).execute()
    Benefit.update(basis=None, note=None).where(mine).execute()

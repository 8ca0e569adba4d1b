"""A contract ends: its accounts close, what they hold goes to the payouts, a benefit back to the budget, late money after it (RULES D9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.ledger.agreements.payouts import Reason, due_of
from hub.ledger.model import Cause, Posting, Purpose
from hub.ledger.posting import Act, Own, benefit_return, payout
from hub.ledger.store.agreements import benefits, papers, payouts
from hub.ledger.store.agreements.payouts import Part
from hub.ledger.store.agreements.tables import Paper
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState
from hub.ledger.store.heads import Head, head_of
from hub.ledger.store.paid import subscriptions
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Account, Contract
from hub.ledger.store.writing import post
from hub.store.fields import rows

SCOPE = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """`again`: it was ending already. `payout`: what is to be paid out now, None where the accounts held nothing."""

    contract: ContractCard
    again: bool
    payout: str | None
    moved_kop: int
    returned_kop: int


def close(contract: str, *, reason: Reason, by: str, zone: str, now: datetime) -> Closing | None:
    """In the caller's unit. Twice is once: of two at a time one ends it. None where there is no such contract."""
    card = papers.lock(contract)
    if card is None:
        return None
    if card.state in (ContractState.CLOSING, ContractState.CLOSED):
        return Closing(contract=card, again=True, payout=None, moved_kop=0, returned_kop=0)
    said = {"state": ContractState.CLOSING.value, "closing_at": now, "payout_due": due_of(now, zone), "updated_at": now}
    Contract.update(said).where(Contract.id == card.id).execute()
    # From here on nothing new is taken; what was being taken at this moment is waited for by the same rows.
    Account.update(closed_at=now).where(Account.contract == card.id, Account.closed_at.is_null()).execute()
    papers.code_of(card.id)
    Paper.update(ends=reason.value, ended_by=by, pin_hash=None).where(Paper.contract == card.id).execute()
    subscriptions.leave(card.id, day=now.astimezone(ZoneInfo(zone)).date(), now=now, why="contract_ended")
    benefits.end_of_contract(card.id, now=now)
    return sweep(card.id, reason=reason, by=by, zone=zone, now=now, again=False)


def sweep(contract: str, *, reason: Reason, by: str, zone: str, now: datetime, again: bool = True) -> Closing | None:
    """Whatever the accounts of an ending contract hold, and nobody holds on to, goes where it belongs; then the contract may be over."""
    card = papers.lock(contract)
    if card is None or card.state not in (ContractState.CLOSING, ContractState.CLOSED):
        return None
    parts: list[Part] = []
    returned = 0
    rests = False
    for account in card.accounts:
        head = head_of(account.id, now=now)
        if head is None or head.closing_kop == 0:
            continue
        if head.available_kop <= 0:
            rests = True
            continue
        made = _out(account, head, by=by, now=now)
        done = post(made, now=now)
        rests = rests or head.held_kop > 0
        if account.purpose is Purpose.MEAL_BENEFIT:
            returned += head.available_kop
        else:
            parts.append(Part(account=account.id, purpose=account.purpose, amount_kop=head.available_kop, txn=done.txn))
    id_ = payouts.queue(card, parts, reason=reason.value, zone=zone, now=now) if parts else None
    _settle(card, rests=rests, now=now)
    return Closing(contract=card, again=again, payout=id_, moved_kop=sum(one.amount_kop for one in parts), returned_kop=returned)


def _out(account: AccountCard, head: Head, *, by: str, now: datetime) -> Posting:
    """Named by the row after which it comes: the same remainder is moved once."""
    own = Own(id=account.id, purpose=account.purpose)
    act = Act(scope=SCOPE, key=f"{account.id}:{head.number}", at=now, actor=by, cause=Cause(rule="contract.ended"))
    move = benefit_return if account.purpose is Purpose.MEAL_BENEFIT else payout
    return move(act, own, amount_kop=head.available_kop)


def settle(contract: str, *, now: datetime) -> None:
    """After a payout was done: the contract is over when nothing of it is left anywhere."""
    card = papers.lock(contract)
    if card is not None:
        rests = any((head := head_of(one.id, now=now)) is not None and head.closing_kop != 0 for one in card.accounts)
        _settle(card, rests=rests, now=now)


def _settle(card: ContractCard, *, rests: bool, now: datetime) -> None:
    if card.state not in (ContractState.CLOSING, ContractState.CLOSED):
        return
    over = not rests and not payouts.open_of(card.id) and not _awaited(card)
    state = ContractState.CLOSED if over else ContractState.CLOSING
    if state is not card.state:
        Contract.update(state=state.value, updated_at=now).where(Contract.id == card.id).execute()
        Paper.update(closed_at=now if over else None).where(Paper.contract == card.id).execute()


def _awaited(card: ContractCard) -> bool:
    """A payment through an acquirer of which it is not yet known what came of it."""
    ids = [one.id for one in card.accounts]
    sql = f"SELECT 1 FROM top_up WHERE account IN ({marks(ids)}) AND state = 'pending' AND ask_after IS NOT NULL LIMIT 1"  # noqa: S608 - question marks
    return bool(ids) and bool(rows(Contract, sql, ids))


def with_money(*, closed: bool, limit: int) -> Sequence[tuple[str, str]]:
    """Contracts whose end has come and which hold something again, or have nothing left to wait for; with their schools."""
    state = ContractState.CLOSED.value if closed else ContractState.CLOSING.value
    holds = (
        "EXISTS (SELECT 1 FROM contract_account AS a JOIN ledger_entry AS e ON e.account = a.id AND e.number = "
        "(SELECT MAX(number) FROM ledger_entry WHERE account = a.id) WHERE a.contract = c.id AND e.closing_kop {} 0)"
    )
    ended = f"NOT {holds.format('<>')} AND NOT EXISTS (SELECT 1 FROM payout AS p WHERE p.contract = c.id AND p.state <> 'done')"  # noqa: S608 - own words
    wanted = holds.format(">") if closed else f"({holds.format('>')} OR ({ended}))"
    sql = f"SELECT c.id, c.school FROM contract AS c WHERE c.state = ? AND {wanted} ORDER BY c.updated_at, c.id LIMIT ?"  # noqa: S608 - own words
    return [(id_, school) for id_, school in rows(Contract, sql, (state, limit))]


def of_leavers(*, limit: int) -> Sequence[tuple[str, str]]:
    """Contracts at a school whose pupil was taken off its roster since and is not on it any more; with their schools."""
    sql = (
        "SELECT DISTINCT c.id, c.school FROM contract AS c JOIN school_left AS l ON l.child = c.child AND l.school = c.school "
        "WHERE c.state IN ('draft', 'active') AND l.created_at >= c.opened_at "
        "AND NOT EXISTS (SELECT 1 FROM school_card AS k WHERE k.child = c.child AND k.school = c.school AND k.state = 'active') LIMIT ?"
    )
    return [(id_, school) for id_, school in rows(Contract, sql, (limit,))]


def open_at(school: str, *, limit: int) -> Sequence[str]:
    """Contracts of this school that have not ended."""
    sql = "SELECT id FROM contract WHERE school = ? AND state IN ('draft', 'active') ORDER BY number LIMIT ?"
    return [id_ for (id_,) in rows(Contract, sql, (school, limit))]


def debts_at(school: str) -> int:
    """How many ended contracts of this school still owe: they stay open to be settled."""
    sql = (
        "SELECT COUNT(DISTINCT c.id) FROM contract AS c JOIN contract_account AS a ON a.contract = c.id "
        "JOIN ledger_entry AS e ON e.account = a.id AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE account = a.id) "
        "WHERE c.school = ? AND c.state = 'closing' AND e.closing_kop < 0"
    )
    ((count,),) = rows(Contract, sql, (school,))
    return int(count)

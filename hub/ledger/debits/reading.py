"""What was debited from accounts on a day, with what of it was taken back; and whose account it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.ledger.model import AccountId, Cause, Kind, Purpose, TransactionId
from hub.ledger.posting import Own
from hub.ledger.store import contracts
from hub.ledger.store.contracts import ContractCard, ContractState
from hub.ledger.store.raw import marks
from hub.ledger.store.reading import read_cause
from hub.ledger.store.tables import Entry
from hub.store.fields import from_micros, rows, to_micros
from hub.store.wishes import limits

AHEAD = timedelta(hours=1)
"""So much a device's clock may be before ours: a booking may stand that long before its event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """`back_kop` is what of it was taken back; `day_back_kop` what of that on the debit's own day (RULES D8)."""

    txn: TransactionId
    account: AccountId
    kind: Kind
    amount_kop: int
    back_kop: int
    day_back_kop: int
    at: datetime
    actor: str
    scope: str
    cause: Cause

    @property
    def left_kop(self) -> int:
        return self.amount_kop - self.back_kop


_AT = "COALESCE(t.happened_at, CASE WHEN t.recorded_at < e.booked_at THEN t.recorded_at ELSE e.booked_at END)"
"""When it happened: a booking may stand later than its own hour, for it is never before the account's last one."""
_DAY = (
    "SELECT t.id, e.account, e.kind, -e.amount_kop, {at}, t.actor, t.scope, t.cause, {back}, {day_back} "
    "FROM ledger_entry AS e JOIN ledger_txn AS t ON t.id = e.txn "
    "WHERE e.account IN ({accounts}) AND e.booked_at >= ? AND e.kind IN ('meal', 'lesson') "
    "AND {at} >= ? AND {at} < ? ORDER BY e.booked_at, e.number"
)
_BACK = (
    "(SELECT COALESCE(SUM(r.amount_kop), 0) FROM ledger_txn AS rt JOIN ledger_entry AS r ON r.txn = rt.id "
    "WHERE rt.reverses = t.id AND r.account = e.account{until})"
)
_SQL = (
    _DAY.replace("{at}", _AT).replace("{back}", _BACK.format(until="")).replace("{day_back}", _BACK.format(until=" AND rt.recorded_at < ?"))
)


def debits_of_day(accounts: Collection[AccountId], start: datetime, end: datetime) -> Mapping[AccountId, Sequence[Debit]]:
    """Meals and lessons that happened between two times, the earliest first; every account has an answer."""
    found: dict[AccountId, list[Debit]] = {account: [] for account in accounts}
    if not found:
        return found
    first, last = to_micros(start), to_micros(end)
    asked = (last, *found, to_micros(start - AHEAD), first, last)
    for id_, account, kind, kop, at, actor, scope, cause, back, day_back in rows(Entry, _SQL.replace("{accounts}", marks(found)), asked):
        found[AccountId(account)].append(
            Debit(
                txn=TransactionId(id_),
                account=AccountId(account),
                kind=Kind(kind),
                amount_kop=int(kop),
                back_kop=int(back),
                day_back_kop=int(day_back),
                at=from_micros(int(at)),
                actor=actor,
                scope=scope,
                cause=read_cause(cause) if cause else Cause(),
            )
        )
    return found


def spent_kop(meals: Sequence[Debit]) -> int:
    """What the day's limit counts: meals, less what of them was taken back the same day (RULES D8)."""
    return sum(one.amount_kop - one.day_back_kop for one in meals if one.kind is Kind.MEAL)


def contract_at(child: str, school: str) -> ContractCard | None:
    """The child's living contract with this school."""
    return contracts_at([child], school).get(child)


def contracts_at(children: Collection[str], school: str) -> Mapping[str, ContractCard]:
    """By child; one without a living contract is not in the answer."""
    found: dict[str, ContractCard] = {}
    for card in contracts.of_children(children):
        if card.child is not None and card.school == school and card.state is ContractState.ACTIVE:
            found.setdefault(card.child, card)
    return found


def open_accounts(contract: ContractCard) -> Mapping[Purpose, Own]:
    return {one.purpose: Own(id=one.id, purpose=one.purpose) for one in contract.accounts if not one.closed}


def limit_of(account: AccountId, default_kop: int | None) -> int | None:
    """The family's last word, else the school's default; none is no limit."""
    word = next(iter(limits.said(account)), None)
    return word.limit_kop if word else default_kop


_BENEFIT = (
    "SELECT contract FROM contract_benefit WHERE state = 'granted' AND since <= ? AND (until IS NULL OR until >= ?) AND contract IN ({})"
)


def with_benefit(contracts_: Collection[str], day: date) -> frozenset[str]:
    """Those of the contracts to which the school gives a benefit on that day (F149)."""
    if not contracts_:
        return frozenset()
    asked = (day.isoformat(), day.isoformat(), *contracts_)
    return frozenset(id_ for (id_,) in rows(Entry, _BENEFIT.format(marks(contracts_)), asked))

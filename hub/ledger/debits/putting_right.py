"""A debit is put right, in whole or in part, never by more than is left of it (RULES D1, D8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.ledger.errors import OverReversed, UnknownTransaction
from hub.ledger.model import AccountId, Cause, Kind, Leg, Purpose, TransactionId
from hub.ledger.posting import Act, reversal
from hub.ledger.store.contracts import AccountCard, ContractCard, account
from hub.ledger.store.raw import lock_txns
from hub.ledger.store.reading import read_cause
from hub.ledger.store.tables import Txn
from hub.ledger.store.writing import Posted, post
from hub.store.fields import from_micros, rows
from hub.store.wishes import card_orders

DEBITS = frozenset({Kind.MEAL, Kind.LESSON, Kind.CARD_DUPLICATE, Kind.NOTICE_PASS, Kind.NOTICE_MEAL, Kind.TARIFF})
"""What a family may dispute: what was taken for something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A debit as one family's account has it; `left_kop` is what was not taken back yet; `booked_at` when it was taken."""

    txn: TransactionId
    account: AccountCard
    contract: ContractCard
    kind: Kind
    purpose: Purpose
    amount_kop: int
    left_kop: int
    booked_at: datetime
    actor: str
    cause: Cause


def row_of(txn: str) -> Row | None:
    """In the caller's unit: the debit with what is left of it; none where the transaction took nothing from a family."""
    sql = (
        "SELECT e.account, -e.amount_kop, CASE WHEN t.recorded_at < e.booked_at THEN t.recorded_at ELSE e.booked_at END, "
        "t.kind, t.actor, t.cause, "
        "(SELECT COALESCE(SUM(r.amount_kop), 0) FROM ledger_txn AS rt JOIN ledger_entry AS r ON r.txn = rt.id "
        "WHERE rt.reverses = t.id AND r.account = e.account) "
        "FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id WHERE t.id = ? AND e.number IS NOT NULL AND e.amount_kop < 0"
    )
    found = rows(Txn, sql, (txn,))
    if len(found) != 1:
        return None
    id_, kop, booked_at, kind, actor, cause, back = found[0]
    whose = account(id_)
    if whose is None:
        return None
    card, contract = whose
    return Row(
        txn=TransactionId(txn),
        account=card,
        contract=contract,
        kind=Kind(kind),
        purpose=card.purpose,
        amount_kop=int(kop),
        left_kop=int(kop) - int(back),
        booked_at=from_micros(int(booked_at)),
        actor=actor,
        cause=read_cause(cause) if cause else Cause(),
    )


def put_right(
    txn: TransactionId, *, scope: str, key: str, actor: str, rule: str, now: datetime, amount_kop: int | None = None
) -> tuple[Posted, int]:
    """In the caller's unit: the reversal and its sum. Without an amount all that is left; `rule` is a code, never a person's words."""
    lock_txns([txn])
    row = row_of(txn)
    if row is None:
        raise UnknownTransaction(txn)
    kop = row.left_kop if amount_kop is None else amount_kop
    if not 0 < kop <= row.left_kop:
        raise OverReversed
    legs = [
        Leg(account=AccountId(id_), amount_kop=int(amount))
        for id_, amount in rows(Txn, "SELECT account, amount_kop FROM ledger_entry WHERE txn = ? ORDER BY leg", (txn,))
    ]
    act = Act(scope=scope, key=key, at=now, actor=actor, cause=Cause(item=row.cause.item, rule=rule, event=txn), request=(txn,))
    done = post(reversal(act, txn, row.purpose, legs, amount_kop=kop), now=now)
    if row.kind is Kind.CARD_DUPLICATE and kop == row.left_kop:
        card_orders.called_off(txn, by=actor, now=now)
    return done, kop

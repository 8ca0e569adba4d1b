"""A tariff's months in the ledger: each contract's month once, and what of it was given back (RULES D3, D6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from hub.ledger.errors import OverReversed
from hub.ledger.model import AccountId, Cause, Kind, Leg, Posting, TransactionId
from hub.ledger.posting import Act, Own, charge, reversal
from hub.ledger.rules import NOTICE_FLOOR
from hub.ledger.store.heads import original_of
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Txn
from hub.ledger.store.writing import post
from hub.ledger.tariffs import MonthCharge, Priced, Tariff, counted_from, rule_of
from hub.store.fields import rows

SCOPE = "tariff"
_CAUSE = msgspec.json.Decoder(Cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidMonth:
    """`since` is the day from which on its days were counted."""

    txn: TransactionId
    account: AccountId
    kop: int
    since: date | None


def key_of(contract: str, month: str) -> str:
    return f"{contract}:{month}"


def month_posting(
    contract: str, of: Own, tariff: Tariff, found: MonthCharge, *, price: Priced, since: date, item: str, at: datetime
) -> Posting:
    """The month's debit, known by contract and month for ever."""
    cause = Cause(item=item, price_list=price.version, tariff=tariff.value, rule=rule_of(max(since, found.month)))
    act = Act(scope=SCOPE, key=key_of(contract, found.name), at=at, actor="hub", cause=cause)
    return charge(act, Kind.TARIFF, of, amount_kop=found.kop, floor=NOTICE_FLOOR)


def paid_months(contract: str, months: Collection[str]) -> frozenset[str]:
    """Those of these months that were charged."""
    keys = {key_of(contract, month): month for month in months}
    sql = f"SELECT key FROM ledger_txn WHERE scope = ? AND key IN ({marks(keys)})"  # noqa: S608 - question marks
    return frozenset(keys[key] for (key,) in rows(Txn, sql, (SCOPE, *keys)))


def paid_month(contract: str, month: str) -> PaidMonth | None:
    sql = (
        "SELECT t.id, t.cause, e.account, e.amount_kop FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id "
        "WHERE t.scope = ? AND t.key = ? AND e.number IS NOT NULL"
    )
    for id_, cause, account, kop in rows(Txn, sql, (SCOPE, key_of(contract, month))):
        rule = _CAUSE.decode(cause).rule if cause else ""
        return PaidMonth(txn=TransactionId(id_), account=AccountId(account), kop=-int(kop), since=counted_from(rule))
    return None


def give_back(contract: str, month: str, kop: int, *, item: str, actor: str, now: datetime) -> int:
    """Part of a paid month returns, once; what a dispute returned already is not returned again. Answers how much."""
    found = paid_month(contract, month)
    if found is None or kop <= 0:
        return 0
    original = original_of(found.txn)
    legs = [Leg(account=account, amount_kop=amount) for account, amount in original.legs.items()]
    act = Act(scope=SCOPE, key=f"{key_of(contract, month)}:back", at=now, actor=actor, cause=Cause(item=item))
    try:
        post(reversal(act, found.txn, original.purpose, legs, amount_kop=kop), now=now)
    except OverReversed:
        return 0
    return kop

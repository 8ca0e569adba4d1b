"""Receipts of transactions: made for each act that wants one, filled with marks, found by what is missing (RULES D11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from hub.ledger.store.tables import Receipt, Txn
from hub.store.fields import from_micros, rows, to_micros

LEASE = timedelta(seconds=60)
_TIMES = frozenset({"given_at", "due_at", "ask_after", "at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCard:
    txn: str
    kind: str
    state: str
    detail: str = ""
    provider: str = ""
    payment: str = ""
    school: str = ""
    purpose: str = ""
    account: str = ""
    amount_kop: int
    fee_kop: int = 0
    drive: str | None = None
    document: str | None = None
    sign: str | None = None
    given_at: datetime | None = None
    due_at: datetime | None = None
    ask_after: datetime | None = None
    tries: int = 0
    said_by: str | None = None
    at: datetime

    @property
    def total_kop(self) -> int:
        return self.amount_kop + self.fee_kop


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A transaction that wants a receipt and has none yet; `amount_kop` and `account` are its leg at a family's account."""

    txn: str
    scope: str
    key: str
    kind: str
    purpose: str
    receipt: str
    reversed_kind: str | None
    cause: str | None
    account: str
    amount_kop: int
    fee_kop: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Acts of one kind of one school and purpose in one term, whose one receipt is missing."""

    school: str
    purpose: str
    kind: str
    due_at: datetime
    count: int
    kop: int


_COLUMNS = tuple(one.name for one in fields(ReceiptCard))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM ledger_receipt"  # noqa: S608 - own names
_ACTS = (
    "SELECT t.id, t.scope, t.key, t.kind, t.purpose, t.receipt, (SELECT o.kind FROM ledger_txn AS o WHERE o.id = t.reverses), "
    "t.cause, e.account, e.amount_kop, e.booked_at, "
    "(SELECT COALESCE(SUM(f.amount_kop), 0) FROM ledger_entry AS f WHERE f.txn = t.id AND f.account LIKE 'fee:%%') "
    "FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id AND e.number IS NOT NULL "
)


def last_followed() -> str:
    """The last transaction that has a receipt's row."""
    found = rows(Receipt, "SELECT txn FROM ledger_receipt ORDER BY txn DESC LIMIT 1", ())
    return found[0][0] if found else ""


def acts_without(after: str, *, limit: int) -> list[Act]:
    """In the order of their ids, those that want a receipt and have no row yet."""
    where = (
        "WHERE t.id > ? AND t.receipt NOT LIKE 'none:%%' AND NOT EXISTS (SELECT 1 FROM ledger_receipt AS r WHERE r.txn = t.id) "
        "ORDER BY t.id LIMIT ?"
    )
    return _acts(where, (after, limit))


def act_of(provider: str, key: str) -> Act | None:
    """The transaction that a provider's id names."""
    found = _acts("WHERE t.scope = ? AND t.key = ?", (provider, key))
    return found[0] if found else None


def _acts(where: str, values: Sequence[object]) -> list[Act]:
    text = _ACTS + where
    if Txn._meta.database.param == "?":
        text = text.replace("%%", "%")
    found: dict[str, Act] = {}
    for txn, scope, key, kind, purpose, receipt, former, cause, account, kop, booked_at, fee in rows(Txn, text, values):
        found[txn] = Act(
            txn=txn, scope=scope, key=key, kind=kind, purpose=purpose or "", receipt=receipt, reversed_kind=former, cause=cause,
            account=account,
            amount_kop=abs(int(kop)), fee_kop=int(fee), at=from_micros(booked_at),
        )  # fmt: skip
    return list(found.values())


def receipt_note(txn: str) -> tuple[str, str, int, datetime] | None:
    """What the ledger noted of a transaction: the receipt's kind or the reason for none, the account, the sum, the time."""
    sql = (
        "SELECT t.receipt, e.account, e.amount_kop, e.booked_at FROM ledger_txn AS t "
        "JOIN ledger_entry AS e ON e.txn = t.id AND e.number IS NOT NULL "
        "WHERE t.id = ?"
    )
    found = rows(Txn, sql, (txn,))
    return (found[0][0], found[0][1], abs(int(found[0][2])), from_micros(found[0][3])) if found else None


def put(card: ReceiptCard, *, now: datetime) -> None:
    values = {name: getattr(card, name) for name in _COLUMNS}
    Receipt.insert(**values, updated_at=now).on_conflict_ignore().execute()


def get(txn: str) -> ReceiptCard | None:
    found = _cards("WHERE txn = ?", (txn,))
    return found[0] if found else None


def of_payment(provider: str, payment: str) -> list[ReceiptCard]:
    return _cards("WHERE provider = ? AND payment = ? ORDER BY at, txn", (provider, payment))


def change(txn: str, *, now: datetime, **values: object) -> None:
    Receipt.update({**values, "updated_at": now}).where(Receipt.txn == txn).execute()


def to_ask(*, now: datetime, limit: int) -> list[ReceiptCard]:
    """Those whose provider is to be asked now; each is left to this process for a while."""
    mine = []
    for card in _cards("WHERE ask_after <= ? ORDER BY ask_after LIMIT ?", (to_micros(now), limit)):
        taken = Receipt.update(ask_after=now + LEASE).where(Receipt.txn == card.txn, Receipt.ask_after <= now).execute()
        if taken:
            mine.append(card)
    return mine


def asks(*, now: datetime) -> bool:
    return bool(rows(Receipt, "SELECT 1 FROM ledger_receipt WHERE ask_after <= ? LIMIT 1", (to_micros(now),)))


def overdue(*, now: datetime, limit: int) -> list[str]:
    sql = "SELECT txn FROM ledger_receipt WHERE state = 'pending' AND due_at <= ? LIMIT ?"
    return [txn for (txn,) in rows(Receipt, sql, (to_micros(now), limit))]


def miss(txns: Sequence[str], *, now: datetime) -> None:
    Receipt.update(state="missing", updated_at=now).where(Receipt.txn.in_(list(txns)), Receipt.state == "pending").execute()


def missing(*, school: str | None = None, limit: int = 200) -> list[ReceiptCard]:
    """Single ones: of payments and refunds; the acts of a month are in `groups`."""
    where, values = ("AND school = ? ", [school]) if school is not None else ("", [])
    return _cards(f"WHERE state = 'missing' AND provider <> '' {where}ORDER BY at, txn LIMIT ?", (*values, limit))


def groups(*, school: str | None = None) -> list[Group]:
    where, values = ("AND school = ? ", [school]) if school is not None else ("", [])
    sql = (
        "SELECT school, purpose, kind, due_at, COUNT(*), SUM(amount_kop) FROM ledger_receipt "  # noqa: S608 - own words
        f"WHERE state = 'missing' AND provider = '' {where}GROUP BY school, purpose, kind, due_at ORDER BY due_at, school, purpose, kind"
    )
    return [
        Group(school=school_, purpose=purpose, kind=kind, due_at=from_micros(due_at or 0), count=int(count), kop=int(kop))
        for school_, purpose, kind, due_at, count, kop in rows(Receipt, sql, values)
    ]


def fill_group(group: Group, *, now: datetime, **values: object) -> int:
    """One receipt for all of them, or one reason for none."""
    of = (
        (Receipt.state == "missing")
        & (Receipt.provider == "")
        & (Receipt.school == group.school)
        & (Receipt.purpose == group.purpose)
        & (Receipt.kind == group.kind)
        & (Receipt.due_at == group.due_at)
    )
    return int(Receipt.update({**values, "updated_at": now}).where(of).execute())


def _cards(where: str, values: Sequence[object]) -> list[ReceiptCard]:
    return [ReceiptCard(**_named(row)) for row in rows(Receipt, f"{_SELECT} {where}", values)]


def _named(row: Sequence[Any]) -> dict[str, Any]:
    named = dict(zip(_COLUMNS, row, strict=True))
    return {name: from_micros(value) if name in _TIMES and value is not None else value for name, value in named.items()}

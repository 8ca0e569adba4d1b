"""What a provider's id has become already: the payment as it was credited, and the alarm when it comes with another body (RULES D3)."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.ledger.model import AccountId, Purpose, TransactionId
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Conflict, Txn
from hub.store.fields import from_micros, rows

log = logging.getLogger("hub.ledger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    txn: TransactionId
    account: AccountId
    amount_kop: int
    at: datetime


def top_up(provider: str, key: str) -> Known | None:
    """The family's side of the payment that this id made."""
    sql = (
        "SELECT t.id, e.account, e.amount_kop, e.booked_at FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id "
        "WHERE t.scope = ? AND t.key = ? AND e.number IS NOT NULL LIMIT 1"
    )
    found = rows(Txn, sql, (provider, key))
    if not found:
        return None
    id_, account, kop, booked_at = found[0]
    return Known(txn=TransactionId(id_), account=AccountId(account), amount_kop=int(kop), at=from_micros(booked_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """`seen`: how often it was refused."""

    scope: str
    key: str
    seen: int
    last_at: datetime


def clashes(scopes: Sequence[str], *, since: datetime, limit: int) -> list[Clash]:
    """Ids of these that came with another body and were refused, the latest first."""
    wanted = Conflict.select().where(Conflict.scope.in_(list(scopes)), Conflict.last_at >= since)
    found = wanted.order_by(Conflict.last_at.desc(), Conflict.id).limit(limit)
    return [Clash(scope=one.scope, key=one.key, seen=one.seen, last_at=one.last_at) for one in found]


def txn_of(scope: str, key: str) -> TransactionId | None:
    """What this id has become already."""
    found = rows(Txn, "SELECT id FROM ledger_txn WHERE scope = ? AND key = ?", (scope, key))
    return TransactionId(found[0][0]) if found else None


def purpose_of(scope: str, key: str) -> Purpose | None:
    """What for the account is that this id was booked at."""
    found = rows(Txn, "SELECT purpose FROM ledger_txn WHERE scope = ? AND key = ? AND purpose IS NOT NULL", (scope, key))
    return Purpose(found[0][0]) if found else None


def keys(names: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these ids, each beside whose it is, that are taken."""
    found: set[tuple[str, str]] = set()
    for scope in {scope for scope, _ in names}:
        wanted = sorted({key for one, key in names if one == scope})
        sql = f"SELECT key FROM ledger_txn WHERE scope = ? AND key IN ({marks(wanted)})"  # noqa: S608 - question marks
        found |= {(scope, key) for (key,) in rows(Txn, sql, (scope, *wanted))}
    return found


def alarm(scope: str, key: str, txn: TransactionId, *, told: str, now: datetime) -> None:
    """Kept until somebody has looked, and said in the log; neither holds an account or a sum."""
    digest = hashlib.sha256(told.encode()).hexdigest()
    name = f"{txn}-{digest[:16]}"
    taken = Conflict.insert(id=name, scope=scope, key=key, request_hash=digest, txn=txn, first_at=now, last_at=now).on_conflict_ignore()
    if not taken.as_rowcount().execute():
        Conflict.update(seen=Conflict.seen + 1, last_at=now).where(Conflict.id == name).execute()
    log.error("the ledger refused a known id with another body: %s, transaction %s", scope, txn)

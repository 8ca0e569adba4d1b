"""Money that waits for its account, and the moves that operators propose and sign (RULES D10)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.ledger.model import TransactionId
from hub.ledger.store.registers.tables import SuspenseMove
from hub.ledger.store.tables import Entry
from hub.store.fields import from_micros, rows

OPEN, SIGNED, REFUSED = "open", "signed", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`key` is the provider's id of the payment, `said` the account or order that its register named."""

    txn: TransactionId
    provider: str
    key: str
    amount_kop: int
    booked_at: datetime
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    id: str
    txn: TransactionId
    provider: str
    key: str
    amount_kop: int
    account: str
    note: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    why: str
    moved: str | None


_WAITING = (
    "SELECT t.id, t.scope, t.key, e.amount_kop, e.booked_at, COALESCE(l.account, '') FROM ledger_entry AS e "
    "JOIN ledger_txn AS t ON t.id = e.txn AND t.kind = 'suspense' LEFT JOIN register_line AS l ON l.id = t.scope || ':' || t.key "
    "WHERE e.number IS NULL AND e.kind = 'suspense' AND e.amount_kop > 0 AND e.account LIKE ? "
    "AND NOT EXISTS (SELECT 1 FROM ledger_txn AS m WHERE m.scope = 'suspense' AND m.key = t.id) "
    "AND NOT EXISTS (SELECT 1 FROM ledger_txn AS r WHERE r.reverses = t.id) "
)


def waiting(*, limit: int = 200) -> list[Waiting]:
    """What no move has taken out, the oldest first."""
    return [_waiting(row) for row in rows(Entry, f"{_WAITING} ORDER BY e.booked_at, t.id LIMIT ?", ("suspense:%", limit))]


def waits(txn: str) -> Waiting | None:
    found = rows(Entry, f"{_WAITING} AND t.id = ?", ("suspense:%", txn))
    return _waiting(found[0]) if found else None


def _waiting(row: Sequence[object]) -> Waiting:
    txn, provider, key, kop, booked_at, said = row
    return Waiting(
        txn=TransactionId(str(txn)), provider=str(provider), key=str(key), amount_kop=int(str(kop)),
        booked_at=from_micros(int(str(booked_at))), said=str(said),
    )  # fmt: skip


def propose(found: Waiting, account: str, *, note: str, by: str, now: datetime) -> str | None:
    """None where a move of this money is under way already."""
    id_ = uuid.uuid4().hex
    taken = SuspenseMove.insert(
        id=id_, txn=found.txn, provider=found.provider, key=found.key, amount_kop=found.amount_kop, account=account, note=note,
        state=OPEN, proposed_by=by, proposed_at=now,
    ).on_conflict_ignore()  # fmt: skip
    return id_ if taken.as_rowcount().execute() else None


def open_moves(*, limit: int = 200) -> list[Move]:
    return _moves("state = 'open' ORDER BY proposed_at, id LIMIT ?", (limit,))


def move(id_: str) -> Move | None:
    found = _moves("id = ?", (id_,))
    return found[0] if found else None


def decide(id_: str, state: str, *, by: str, now: datetime, why: str = "", moved: str | None = None) -> bool:
    """Once."""
    mine = (SuspenseMove.id == id_) & (SuspenseMove.state == OPEN)
    return bool(SuspenseMove.update(state=state, decided_by=by, decided_at=now, why=why, moved=moved).where(mine).execute())


_COLUMNS = tuple(Move.__dataclass_fields__)


def _moves(where: str, values: Sequence[object]) -> list[Move]:
    found = []
    for row in rows(SuspenseMove, f"SELECT {', '.join(_COLUMNS)} FROM suspense_move WHERE {where}", values):  # noqa: S608 - own names
        said = dict(zip(_COLUMNS, row, strict=True))
        for name in ("proposed_at", "decided_at"):
            said[name] = None if said[name] is None else from_micros(said[name])
        found.append(Move(**said))
    return found

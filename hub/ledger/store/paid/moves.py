"""Movements of families' accounts in the order in which they were made, for whoever tells of them."""

from __future__ import annotations

from typing import NamedTuple

from hub.ledger.model import Kind, Purpose
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Entry
from hub.store.fields import rows

TOLD = (Kind.TOP_UP, Kind.MEAL, Kind.NOTICE_PASS, Kind.NOTICE_MEAL, Kind.TARIFF, Kind.LESSON)


class Move(NamedTuple):
    """`child` is none until the hub knows it."""

    txn: str
    account: str
    kind: Kind
    purpose: Purpose
    amount_kop: int
    closing_kop: int
    child: str | None

    @property
    def opening_kop(self) -> int:
        return self.closing_kop - self.amount_kop

    @property
    def made_ms(self) -> int:
        """Transactions' ids begin with the time."""
        return int(self.txn[:12], 16)


def between(first_ms: int, end_ms: int, *, limit: int) -> list[Move]:
    """Made at the first of these times or later, and before the second; in milliseconds."""
    sql = (
        "SELECT e.txn, e.account, e.kind, a.purpose, e.amount_kop, e.closing_kop, c.child FROM ledger_entry AS e "  # noqa: S608 - question marks
        "JOIN contract_account AS a ON a.id = e.account JOIN contract AS c ON c.id = a.contract "
        f"WHERE e.txn >= ? AND e.txn < ? AND e.number IS NOT NULL AND e.kind IN ({marks(TOLD)}) ORDER BY e.txn LIMIT ?"
    )
    found = rows(Entry, sql, (f"{first_ms:012x}", f"{end_ms:012x}", *(kind.value for kind in TOLD), limit))
    return [
        Move(txn, account, Kind(kind), Purpose(purpose), int(kop), int(closing), child)
        for txn, account, kind, purpose, kop, closing, child in found
    ]

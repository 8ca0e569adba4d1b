"""The ledger in the database: transactions and entries that only grow, and the contracts that they belong to."""

from __future__ import annotations

from hub.ledger.store import agreements
from hub.ledger.store.paid import tables as paid
from hub.ledger.store.registers.tables import RegisterFile, RegisterItem, RegisterLine, SuspenseMove
from hub.ledger.store.tables import Account, Conflict, Contract, Entry, Hold, Price, Receipt, Subscription, Terms, Txn
from hub.store.fields import SealedColumn
from identity.store.persons import SNILS_LABEL

TABLES = (
    Txn,
    Entry,
    Conflict,
    Receipt,
    Hold,
    Contract,
    Account,
    Terms,
    Price,
    Subscription,
    RegisterFile,
    RegisterLine,
    RegisterItem,
    SuspenseMove,
    *agreements.TABLES,
    *paid.TABLES,
)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Contract, "pupil"),
    SealedColumn(Contract, "pupil_snils", {"pupil_index": (SNILS_LABEL, lambda snils: snils)}),
    *agreements.SEALED,
)

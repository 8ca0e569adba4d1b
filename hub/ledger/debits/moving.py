"""Money from one account of a contract to another, at the family's word: a refund and a top-up through the clearing (RULES D2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import TransactionId
from hub.ledger.posting import Act, Own, transfer
from hub.ledger.rules import REFUND_FLOOR
from hub.ledger.store.raw import lock_accounts
from hub.ledger.store.writing import Outcome, post


class OtherMove(LedgerRefusal):
    """This form moved another sum, or between other accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The two transactions, and whether this was the first time."""

    out: TransactionId
    into: TransactionId
    new: bool


def move(act: Act, of: Own, to: Own, *, amount_kop: int, now: datetime) -> Moved:
    """In the caller's unit: both transactions or none; twice with one key is once."""
    lock_accounts(sorted((of.id, to.id)))
    first, second = transfer(act, of, to, amount_kop=amount_kop, floor=REFUND_FLOOR)
    out = post(first, now=now)
    if out.outcome is Outcome.CONFLICT:
        raise OtherMove
    into = post(second, now=now)
    return Moved(out=out.txn, into=into.txn, new=out.outcome is Outcome.POSTED)

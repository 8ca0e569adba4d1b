"""Where each account stands while a unit holds it: the balance, the last number, what is on hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.ledger.errors import NotReversible, OverReversed, UnknownTransaction
from hub.ledger.model import AccountId, Kind, Leg, Posting, Purpose, TransactionId
from hub.ledger.store.raw import lock_accounts, lock_txns, marks
from hub.ledger.store.tables import Entry, Hold
from hub.store.fields import rows, to_micros


@dataclass(slots=True, kw_only=True)
class Head:
    """Of one account: `booked_at` is that of the last entry, in microseconds."""

    purpose: Purpose
    closed: bool
    number: int = 0
    closing_kop: int = 0
    booked_at: int = 0
    held_kop: int = 0

    @property
    def available_kop(self) -> int:
        return self.closing_kop - self.held_kop


@dataclass(slots=True, kw_only=True)
class Original:
    """A transaction that may be reversed: its legs, and how much of each was taken back already."""

    kind: Kind
    purpose: Purpose | None
    legs: dict[AccountId, int] = field(default_factory=dict)
    back: dict[AccountId, int] = field(default_factory=dict)

    def take_back(self, legs: Iterable[Leg]) -> None:
        """Never more than was given, and never the same way again."""
        if self.kind is Kind.REVERSAL:
            raise NotReversible
        after = dict(self.back)
        for leg in legs:
            given = self.legs.get(leg.account, 0)
            taken = after.get(leg.account, 0) + leg.amount_kop
            if given * taken > 0 or abs(taken) > abs(given):
                raise OverReversed
            after[leg.account] = taken
        self.back = after


def heads_of(postings: Sequence[Posting], *, now: datetime) -> dict[AccountId, Head]:
    """Locks the families' accounts that the postings touch; an account that is not there is not in the answer."""
    ids = sorted({leg.account for posting in postings for leg in posting.own})
    return _heads(ids, with_holds=any(posting.floor for posting in postings), now=now) if ids else {}


def head_of(account: AccountId, *, now: datetime) -> Head | None:
    """Locks one account, for who holds money on it."""
    return _heads([account], with_holds=True, now=now).get(account)


def _heads(ids: Sequence[AccountId], *, with_holds: bool, now: datetime) -> dict[AccountId, Head]:
    found = {AccountId(id_): Head(purpose=Purpose(purpose), closed=closed_at is not None) for id_, purpose, closed_at in lock_accounts(ids)}
    # A second statement, so that it sees what the lock waited for.
    last = _LAST if len(ids) == 1 else _LAST_OF_SEVERAL.format(marks(ids))
    for id_, number, closing_kop, booked_at in rows(Entry, last, ids):
        head = found[AccountId(id_)]
        head.number, head.closing_kop, head.booked_at = number, closing_kop, booked_at
    if with_holds:
        for id_, held in rows(Hold, _HELD.format(marks(ids)), (*ids, to_micros(now))):
            found[AccountId(id_)].held_kop = int(held)
    return found


_LAST = (
    "SELECT account, number, closing_kop, booked_at FROM ledger_entry WHERE account = ? AND number IS NOT NULL ORDER BY number DESC LIMIT 1"
)
_LAST_OF_SEVERAL = (
    "SELECT account, number, closing_kop, booked_at FROM ledger_entry AS e "
    "WHERE e.number = (SELECT MAX(number) FROM ledger_entry WHERE account = e.account) AND e.account IN ({})"
)
_HELD = "SELECT account, SUM(amount_kop) FROM ledger_hold WHERE account IN ({}) AND state = 'open' AND expires_at > ? GROUP BY account"


def originals_of(postings: Sequence[Posting]) -> dict[TransactionId, Original]:
    """Locks the transactions that the postings reverse."""
    ids = sorted({posting.reverses for posting in postings if posting.reverses})
    if not ids:
        return {}
    found = {
        TransactionId(id_): Original(kind=Kind(kind), purpose=Purpose(purpose) if purpose else None)
        for id_, kind, purpose in lock_txns(ids)
    }
    sql = f"SELECT txn, account, amount_kop FROM ledger_entry WHERE txn IN ({marks(ids)}) ORDER BY txn, leg"  # noqa: S608 - question marks
    for txn, account, kop in rows(Entry, sql, ids):
        found[TransactionId(txn)].legs[AccountId(account)] = int(kop)
    back = (
        "SELECT t.reverses, e.account, SUM(e.amount_kop) FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id "  # noqa: S608 - question marks
        f"WHERE t.reverses IN ({marks(ids)}) GROUP BY t.reverses, e.account"
    )
    for txn, account, kop in rows(Entry, back, ids):
        found[TransactionId(txn)].back[AccountId(account)] = int(kop)
    return found


def original_of(txn: TransactionId) -> Original:
    """One transaction with what was taken back of it, for who makes a reversal of it."""
    sql = "SELECT kind, purpose FROM ledger_txn WHERE id = ?"
    named = rows(Entry, sql, (txn,))
    if not named:
        raise UnknownTransaction(txn)
    ((kind, purpose),) = named
    legs = rows(Entry, "SELECT account, amount_kop FROM ledger_entry WHERE txn = ? ORDER BY leg", (txn,))
    return Original(
        kind=Kind(kind), purpose=Purpose(purpose) if purpose else None, legs={AccountId(account): int(kop) for account, kop in legs}
    )

"""Money that is spoken for: held once, then taken, let go, or past its time (facts/payments-and-ledger.md 2, `hold`)."""

from __future__ import annotations

from datetime import datetime

from hub.ledger.errors import NotEnough, UnknownAccount
from hub.ledger.model import AccountId, Floor, TransactionId
from hub.ledger.store.heads import head_of
from hub.ledger.store.tables import Hold
from hub.store.fields import delete_ids, to_micros


def hold(id_: str, account: AccountId, amount_kop: int, *, floor: Floor, until: datetime, now: datetime) -> bool:
    """Holds it unless the floor forbids; False when this id holds or held it already. In the caller's unit."""
    head = head_of(account, now=now)
    if head is None:
        raise UnknownAccount(account)
    if Hold.select().where(Hold.id == id_).exists():
        return False
    if head.available_kop - amount_kop < floor.kop:
        raise NotEnough(floor, head.available_kop)
    Hold.create(id=id_, account=account, amount_kop=amount_kop, state="open", created_at=now, expires_at=until)
    return True


def capture(id_: str, txn: TransactionId, *, now: datetime) -> bool:
    """The money was taken by this transaction; at most once, and never after it was let go. Post after it, in the same unit."""
    return _settle(id_, "captured", now=now, txn=txn)


def release(id_: str, *, now: datetime) -> bool:
    return _settle(id_, "released", now=now)


def _settle(id_: str, state: str, *, now: datetime, txn: str | None = None) -> bool:
    mine = (Hold.id == id_) & (Hold.state == "open") & (Hold.expires_at > now)
    return bool(Hold.update(state=state, settled_at=now, txn=txn).where(mine).execute())


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Holds that were settled or ran out a year ago; what was taken stands in the ledger."""
    return delete_ids(Hold, "SELECT id FROM ledger_hold WHERE expires_at < ? LIMIT ?", (to_micros(now) - 365 * 86_400 * 1_000_000, limit))

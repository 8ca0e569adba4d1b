"""«Это не мы»: a debit that a family or the school's staff wants undone, until when the school decides, and what it decided (D7, D8)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import peewee

from hub.store.fields import InstantField, SealedColumn, from_micros, rows, to_micros
from identity.sealing import Keys

OPEN, REVERSED, REFUSED, WITHDRAWN = "open", "reversed", "refused", "withdrawn"
FAMILY, STAFF = "family", "staff"


class Dispute(peewee.Model):
    """`live` is the transaction while nobody has decided: one request a debit, whoever asks first.

    `debited_by` and `booked_at` are the debit's; `reversal` is the transaction that put it right, in whole or in part.
    """

    id = peewee.TextField(primary_key=True)
    txn = peewee.TextField()
    live = peewee.TextField(null=True, unique=True)
    account = peewee.TextField()
    contract = peewee.TextField()
    child = peewee.TextField(null=True, index=True)
    school = peewee.TextField()
    kind = peewee.TextField()
    title = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    booked_at = InstantField()
    debited_by = peewee.TextField()
    author = peewee.TextField(index=True)
    side = peewee.TextField()
    text = peewee.TextField(null=True)
    state = peewee.TextField()
    due_at = InstantField()
    warned_at = InstantField(null=True)
    decided_by = peewee.TextField(null=True)
    decided_at = InstantField(null=True)
    reason = peewee.TextField(null=True)
    reversal = peewee.TextField(null=True)
    reversed_kop = peewee.BigIntegerField(default=0)
    created_at = InstantField()
    updated_at = InstantField()

    class Meta:
        table_name = "debit_dispute"
        indexes = ((("school", "state", "due_at"), False), (("txn",), False))


Dispute.add_index(Dispute.index(Dispute.due_at, where=peewee.SQL("state = 'open' AND warned_at IS NULL"), name="debit_dispute_waits"))
TABLES = (Dispute,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Dispute, "text"), SealedColumn(Dispute, "reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeCard:
    id: str
    txn: str
    account: str
    contract: str
    child: str | None
    school: str
    kind: str
    title: str
    amount_kop: int
    booked_at: datetime
    debited_by: str
    author: str
    side: str
    state: str
    due_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reversal: str | None
    reversed_kop: int
    created_at: datetime
    text: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDispute:
    txn: str
    account: str
    contract: str
    child: str | None
    school: str
    kind: str
    title: str
    amount_kop: int
    booked_at: datetime
    debited_by: str
    author: str
    side: str
    due_at: datetime
    text: str = field(default="", repr=False)


_TIMES = ("booked_at", "due_at", "decided_at", "created_at")
_COLUMNS = tuple(DisputeCard.__dataclass_fields__)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM debit_dispute"  # noqa: S608 - own names
_NEW = tuple(name for name in NewDispute.__dataclass_fields__ if name != "text")


def add(keys: Keys, new: NewDispute, *, now: datetime) -> str | None:
    """None while another request about this debit waits."""
    id_ = secrets.token_urlsafe(12)
    made = Dispute.insert(
        id=id_,
        live=new.txn,
        text=keys.seal("debit_dispute", "text", id_, new.text) if new.text else None,
        state=OPEN,
        created_at=now,
        updated_at=now,
        **{name: getattr(new, name) for name in _NEW},
    ).on_conflict_ignore()
    return id_ if made.as_rowcount().execute() else None


def find(keys: Keys, id_: str) -> DisputeCard | None:
    return next(iter(_found(keys, "WHERE id = ?", id_)), None)


def locked(keys: Keys, id_: str) -> DisputeCard | None:
    """As it is now; nobody else decides it until this unit ends."""
    Dispute.update(updated_at=Dispute.updated_at).where(Dispute.id == id_).execute()
    return find(keys, id_)


def waiting_on(keys: Keys, txn: str) -> DisputeCard | None:
    return next(iter(_found(keys, "WHERE live = ?", txn)), None)


def about(keys: Keys, account: str, *, limit: int = 500) -> Sequence[DisputeCard]:
    """Of one account, newest first: its statement's rows show how each stands."""
    return _found(keys, "WHERE account = ? ORDER BY created_at DESC, id LIMIT ?", account, limit)


def of_contracts(keys: Keys, contracts: Sequence[str], *, limit: int = 100) -> Sequence[DisputeCard]:
    if not contracts:
        return []
    marks = ", ".join("?" * len(contracts))
    return _found(keys, f"WHERE contract IN ({marks}) ORDER BY created_at DESC, id LIMIT ?", *contracts, limit)


def of_author(keys: Keys, author: str) -> Sequence[DisputeCard]:
    """For the own export."""
    return _found(keys, "WHERE author = ? ORDER BY created_at DESC, id LIMIT 500", author)


def of_school(keys: Keys, school: str, *, state: str = OPEN, limit: int = 500) -> Sequence[DisputeCard]:
    """What is due first stands first; of those that are decided the newest."""
    order = "due_at" if state == OPEN else "updated_at DESC"
    return _found(keys, f"WHERE school = ? AND state = ? ORDER BY {order}, id LIMIT ?", school, state, limit)


def count_open(school: str) -> int:
    return int(Dispute.select().where(Dispute.school == school, Dispute.state == OPEN).count())


def decide(
    keys: Keys, id_: str, *, state: str, by: str, reason: str, now: datetime, reversal: str | None = None, reversed_kop: int = 0
) -> bool:
    """One conditional step: of two officers at once one wins."""
    said = {"state": state, "live": None, "decided_by": by, "decided_at": now, "updated_at": now}
    sealed = keys.seal("debit_dispute", "reason", id_, reason) if reason else None
    mine = (Dispute.id == id_) & (Dispute.state == OPEN)
    return bool(Dispute.update(**said, reason=sealed, reversal=reversal, reversed_kop=reversed_kop).where(mine).execute())


def overdue(keys: Keys, *, now: datetime, limit: int) -> Sequence[DisputeCard]:
    """Nobody decided in time, and nobody was told so yet."""
    return _found(keys, "WHERE state = 'open' AND warned_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?", to_micros(now), limit)


def warned(id_: str, *, now: datetime) -> bool:
    return bool(Dispute.update(warned_at=now).where(Dispute.id == id_, Dispute.warned_at.is_null()).execute())


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another."""
    Dispute.update(child=to).where(Dispute.child == former).execute()
    Dispute.update(author=to).where(Dispute.author == former).execute()


def forget(person: str) -> None:
    """The author left, or the child's record is erased: the words go, what was decided of the money stays with the ledger."""
    Dispute.update(text=None, reason=None).where((Dispute.author == person) | (Dispute.child == person)).execute()


def _found(keys: Keys, where: str, *values: object) -> list[DisputeCard]:
    found = []
    for row in rows(Dispute, f"{_SELECT} {where}", values):
        named = dict(zip(_COLUMNS, row, strict=True))
        for name in _TIMES:
            named[name] = None if named[name] is None else from_micros(named[name])
        for name in ("text", "reason"):
            named[name] = keys.open("debit_dispute", name, named["id"], named[name]) if named[name] else ""
        found.append(DisputeCard(**named))
    return found

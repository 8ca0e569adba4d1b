"""Duplicate cards that a family ordered and paid: ordered, ready at the school, handed over (F124, F144)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import peewee

from hub.store.fields import InstantField, from_micros, rows

ORDERED, READY, HANDED, CALLED_OFF = "ordered", "ready", "handed", "called_off"
OPEN = (ORDERED, READY)


class CardOrder(peewee.Model):
    """`place` is where it was ordered: the cabinet or a kiosk. `txn` is the debit that paid it."""

    id = peewee.TextField(primary_key=True)
    contract = peewee.TextField(index=True)
    child = peewee.TextField(null=True)
    school = peewee.TextField()
    ordered_by = peewee.TextField()
    place = peewee.TextField()
    txn = peewee.TextField()
    price_kop = peewee.BigIntegerField()
    state = peewee.TextField()
    ordered_at = InstantField()
    changed_by = peewee.TextField(null=True)
    changed_at = InstantField(null=True)

    class Meta:
        table_name = "card_order"
        indexes = ((("school", "state", "ordered_at"), False),)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    id: str
    contract: str
    child: str | None
    school: str
    ordered_by: str
    place: str
    txn: str
    price_kop: int
    state: str
    ordered_at: datetime
    changed_at: datetime | None


_COLUMNS = tuple(OrderCard.__dataclass_fields__)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM card_order"  # noqa: S608 - own names


def add(*, contract: str, child: str | None, school: str, by: str, place: str, txn: str, price_kop: int, now: datetime) -> OrderCard:
    made = OrderCard(
        id=secrets.token_urlsafe(12),
        contract=contract,
        child=child,
        school=school,
        ordered_by=by,
        place=place,
        txn=txn,
        price_kop=price_kop,
        state=ORDERED,
        ordered_at=now,
        changed_at=None,
    )
    CardOrder.insert(**{name: getattr(made, name) for name in _COLUMNS}).execute()
    return made


def get(id_: str) -> OrderCard | None:
    return next(iter(_found("WHERE id = ?", id_)), None)


def by_txn(txn: str) -> OrderCard | None:
    return next(iter(_found("WHERE txn = ?", txn)), None)


def of_contract(contract: str) -> Sequence[OrderCard]:
    return _found("WHERE contract = ? ORDER BY ordered_at DESC, id", contract)


def of_person(person: str) -> Sequence[OrderCard]:
    """For the own export."""
    return _found("WHERE ordered_by = ? ORDER BY ordered_at DESC, id", person)


def open_of_school(school: str, *, limit: int = 200) -> Sequence[OrderCard]:
    """What waits to be made or handed over, the oldest first."""
    return _found("WHERE school = ? AND state IN ('ordered', 'ready') ORDER BY ordered_at, id LIMIT ?", school, limit)


def turn(id_: str, *, before: str, after: str, by: str, now: datetime) -> bool:
    """One conditional step: of two at once one wins."""
    mine = (CardOrder.id == id_) & (CardOrder.state == before)
    return bool(CardOrder.update(state=after, changed_by=by, changed_at=now).where(mine).execute())


def called_off(txn: str, *, by: str, now: datetime) -> None:
    """The debit was put right, so nothing is made."""
    mine = (CardOrder.txn == txn) & CardOrder.state.in_(OPEN)
    CardOrder.update(state=CALLED_OFF, changed_by=by, changed_at=now).where(mine).execute()


def rebind(*, former: str, to: str) -> None:
    CardOrder.update(child=to).where(CardOrder.child == former).execute()
    CardOrder.update(ordered_by=to).where(CardOrder.ordered_by == former).execute()


def _found(where: str, *values: object) -> list[OrderCard]:
    found = []
    for row in rows(CardOrder, f"{_SELECT} {where}", values):
        named = dict(zip(_COLUMNS, row, strict=True))
        for name in ("ordered_at", "changed_at"):
            named[name] = None if named[name] is None else from_micros(named[name])
        found.append(OrderCard(**named))
    return found

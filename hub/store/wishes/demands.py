"""Demand codes of top-ups: what was asked for and what came by each; and the phone typed for one payment, sealed while it is needed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

import peewee

from hub.store.fields import InstantField, delete, delete_ids, rows
from identity.sealing import Keys


class DemandRow(peewee.Model):
    """`id` is the top-up's. `asked_kop` is the whole demand with its fee; of `paid_kop` the account got `credited_kop`, the provider
    `fee_kop`. `told_kop` is what the payer was told of. The code stands here although the top-up has it: a page shows it without asking.
    """

    id = peewee.TextField(primary_key=True)
    code = peewee.TextField(null=True)
    asked_kop = peewee.BigIntegerField()
    asked_fee_kop = peewee.BigIntegerField()
    paid_kop = peewee.BigIntegerField(default=0)
    credited_kop = peewee.BigIntegerField(default=0)
    fee_kop = peewee.BigIntegerField(default=0)
    told_kop = peewee.BigIntegerField(default=0)
    open = peewee.BooleanField(default=True)
    expires_at = InstantField(null=True)
    changed_at = InstantField()

    class Meta:
        table_name = "demand"


class PayPhone(peewee.Model):
    """Whose balance pays, or where a shop writes to: the same in every repeat of the order, gone when the payment has ended."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    value = peewee.TextField()

    class Meta:
        table_name = "pay_phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandCard:
    id: str
    code: str | None
    asked_kop: int
    asked_fee_kop: int
    paid_kop: int = 0
    credited_kop: int = 0
    fee_kop: int = 0
    told_kop: int = 0
    open: bool = True
    expires_at: datetime | None = None
    changed_at: datetime


def get(id_: str) -> DemandCard | None:
    return of_top_ups((id_,)).get(id_)


def of_top_ups(ids: Collection[str]) -> dict[str, DemandCard]:
    found = DemandRow.select().where(DemandRow.id.in_(sorted(ids)))
    return {row.id: DemandCard(**{name: getattr(row, name) for name in DemandCard.__dataclass_fields__}) for row in found}


def put(card: DemandCard) -> None:
    """In the unit that holds the top-up's row."""
    values = asdict(card)
    if not DemandRow.update(values).where(DemandRow.id == card.id).execute():
        DemandRow.insert(values).execute()


def told(id_: str, kop: int) -> None:
    DemandRow.update(told_kop=kop).where(DemandRow.id == id_).execute()


def put_phone(keys: Keys, top_up: str, person: str, value: str) -> None:
    PayPhone.insert(id=top_up, person=person, value=keys.seal("pay_phone", "value", top_up, value)).on_conflict_ignore().execute()


def phone_of(keys: Keys, top_up: str) -> str:
    found = rows(PayPhone, "SELECT value FROM pay_phone WHERE id = ?", (top_up,))
    return keys.open("pay_phone", "value", top_up, found[0][0]) if found else ""


def drop_phone(top_up: str) -> None:
    """The payment has ended, or is asked about no more."""
    delete(PayPhone, PayPhone.id == top_up)


def forget(person: str) -> None:
    """The person left, maybe with the payments of a joined record."""
    sql = "SELECT phone.id FROM pay_phone phone JOIN top_up ON top_up.id = phone.id WHERE top_up.person = ? OR phone.person = ?"
    delete_ids(PayPhone, sql, (person, person))

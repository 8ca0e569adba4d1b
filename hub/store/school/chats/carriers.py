"""The messengers that schools work with, as dated data: from which day, by which account, and how that account fares."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn
from identity.linking.class_chats import Strangers
from identity.sealing import Keys


class CarrierState(StrEnum):
    """`DEAD`: the token is no longer accepted, a new one has to be entered."""

    WORKING = "working"
    DEAD = "dead"
    ENDED = "ended"


class Carrier(peewee.Model):
    """`account` is the community's or bot's id there; `place` is where its events are read on; until `paused_until` it is not asked."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField(index=True)
    carrier = peewee.TextField()
    since = peewee.TextField()
    account = peewee.TextField(default="")
    account_name = peewee.TextField(default="")
    username = peewee.TextField(default="")
    token = peewee.TextField(null=True)
    state = peewee.TextField()
    strangers = peewee.TextField()
    note = peewee.TextField(default="")
    place = peewee.TextField(default="")
    heard_at = InstantField(null=True)
    paused_until = InstantField(null=True)
    made_by = peewee.TextField()
    created_at = InstantField()
    checked_at = InstantField(null=True)

    class Meta:
        table_name = "chat_carrier"


Carrier.add_index(
    Carrier.index(Carrier.school, Carrier.carrier, unique=True, where=peewee.SQL("state <> 'ended'"), name="chat_carrier_one")
)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Carrier, "token"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierCard:
    id: str
    school: str
    carrier: str
    since: date
    account: str
    account_name: str
    username: str
    state: CarrierState
    strangers: Strangers
    note: str
    place: str
    paused_until: datetime | None
    checked_at: datetime | None
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCarrier:
    """What the office typed, and what the messenger said of it."""

    school: str
    carrier: str
    since: date
    account: str
    account_name: str
    username: str
    strangers: Strangers
    token: str = field(repr=False)


def put(keys: Keys, new: NewCarrier, *, by: str, now: datetime) -> str:
    """Connects the messenger to the school, or gives the connected one another account or token."""
    known = Carrier.get_or_none(Carrier.school == new.school, Carrier.carrier == new.carrier, Carrier.state != CarrierState.ENDED.value)
    id_ = str(known.id) if known is not None else secrets.token_urlsafe(12)
    place = str(known.place) if known is not None and known.account == new.account else ""
    columns: dict[str, object] = {
        "since": new.since.isoformat(),
        "account": new.account,
        "account_name": new.account_name,
        "username": new.username,
        "token": keys.seal("chat_carrier", "token", id_, new.token) if new.token else None,
        "state": CarrierState.WORKING.value,
        "strangers": new.strangers.value,
        "note": "",
        "place": place,
        "paused_until": None,
        "checked_at": now,
    }
    if known is not None:
        Carrier.update(columns).where(Carrier.id == id_).execute()
    else:
        Carrier.create(id=id_, school=new.school, carrier=new.carrier, made_by=by, created_at=now, **columns)
    return id_


def find(keys: Keys, id_: str) -> CarrierCard | None:
    row = Carrier.get_or_none(Carrier.id == id_)
    return None if row is None else _card(keys, row)


def of_school(keys: Keys, school: str) -> Sequence[CarrierCard]:
    """The connected ones, the one that begins last first."""
    found = Carrier.select().where(Carrier.school == school, Carrier.state != CarrierState.ENDED.value)
    return [_card(keys, row) for row in found.order_by(Carrier.since.desc(), Carrier.created_at.desc(), Carrier.id)]


def in_force(keys: Keys, school: str, on: date) -> CarrierCard | None:
    """With which one new chats are made on that day; before the first begins there is none."""
    return next((one for one in of_school(keys, school) if one.since <= on), None)


def to_hear(kinds: Sequence[str], *, before: datetime, now: datetime) -> Sequence[str]:
    """Working accounts of these messengers that were last heard before that."""
    working = (Carrier.state == CarrierState.WORKING.value) & (Carrier.paused_until.is_null() | (Carrier.paused_until <= now))
    late = Carrier.heard_at.is_null() | (Carrier.heard_at <= before)
    return [row.id for row in Carrier.select(Carrier.id).where(Carrier.carrier.in_(list(kinds)), working, late).order_by(Carrier.id)]


def by_account(keys: Keys, carrier: str, school: str) -> CarrierCard | None:
    return next((one for one in of_school(keys, school) if one.carrier == carrier), None)


def dead(id_: str, note: str) -> bool:
    """True for the one caller that found it out."""
    alive = (Carrier.id == id_) & (Carrier.state == CarrierState.WORKING.value)
    return bool(Carrier.update(state=CarrierState.DEAD.value, note=note).where(alive).execute())


def pause(id_: str, until: datetime, note: str) -> None:
    Carrier.update(paused_until=until, note=note).where(Carrier.id == id_).execute()


def heard(id_: str, place: str, *, at: datetime) -> None:
    Carrier.update(place=place, heard_at=at).where(Carrier.id == id_).execute()


def set_strangers(id_: str, strangers: Strangers) -> None:
    Carrier.update(strangers=strangers.value).where(Carrier.id == id_).execute()


def end(id_: str) -> bool:
    """The token is gone with it."""
    open_ = (Carrier.id == id_) & (Carrier.state != CarrierState.ENDED.value)
    return bool(Carrier.update(state=CarrierState.ENDED.value, token=None).where(open_).execute())


def _card(keys: Keys, row: Carrier) -> CarrierCard:
    return CarrierCard(
        id=row.id,
        school=row.school,
        carrier=row.carrier,
        since=date.fromisoformat(row.since),
        account=row.account,
        account_name=row.account_name,
        username=row.username,
        state=CarrierState(row.state),
        strangers=Strangers(row.strangers),
        note=row.note,
        place=row.place,
        paused_until=row.paused_until,
        checked_at=row.checked_at,
        token=keys.open("chat_carrier", "token", row.id, row.token) if row.token else "",
    )

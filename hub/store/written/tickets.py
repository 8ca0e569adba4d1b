"""Questions to the support, asked without a sign-in too: who asks and what (sealed), the answers, and how one comes back to them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=180)
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, O, 1 and I: a number is read out on the phone."""


class TicketState(StrEnum):
    """`WAITING` for the desk, `ANSWERED`, `CLOSED` by either side."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


class Side(StrEnum):
    ASKER = "asker"
    DESK = "desk"


class SupportTicket(peewee.Model):
    """`secret` is the keyed hash of what the link carries; `school` is null where the operator answers; `person` set where signed in."""

    id = peewee.TextField(primary_key=True)
    number = peewee.TextField(unique=True)
    secret = peewee.TextField(unique=True)
    school = peewee.TextField(null=True)
    person = peewee.TextField(null=True, index=True)
    state = peewee.TextField()
    body = peewee.TextField()
    created_at = InstantField()
    updated_at = InstantField(index=True)

    class Meta:
        table_name = "support_ticket"
        indexes = ((("school", "state", "updated_at"), False),)


class SupportMessage(peewee.Model):
    """`by` is who of the desk wrote it; the asker has none."""

    id = peewee.TextField(primary_key=True)
    ticket = peewee.TextField(index=True)
    side = peewee.TextField()
    by = peewee.TextField(null=True)
    text = peewee.TextField()
    at = InstantField()

    class Meta:
        table_name = "support_message"


TABLES = (SupportTicket, SupportMessage)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(SupportTicket, "body"), SealedColumn(SupportMessage, "text"))


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """`phone` is E.164; `topic` what the question is about; `masked`: numbers that nobody asked for were covered before storing."""

    name: str
    email: str = ""
    phone: str = ""
    topic: str = ""
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: str
    side: Side
    by: str | None
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    id: str
    number: str
    school: str | None
    person: str | None
    state: TicketState
    created_at: datetime
    updated_at: datetime
    asker: Asker = field(repr=False)


_ASKER = msgspec.json.Decoder(Asker)


def add(keys: Keys, id_: str, *, secret: str, school: str | None, person: str | None, asker: Asker, text: str, now: datetime) -> bool:
    """False where this form was stored already. The number is read out, and opens nothing."""
    made = SupportTicket.insert(
        id=id_,
        number="".join(secrets.choice(LETTERS) for _ in range(8)),
        secret=keys.code_hash(f"ticket {secret}"),
        school=school,
        person=person,
        state=TicketState.WAITING.value,
        body=keys.seal("support_ticket", "body", id_, msgspec.json.encode(asker).decode()),
        created_at=now,
        updated_at=now,
    ).on_conflict_ignore()
    if not made.as_rowcount().execute():
        return False
    _say(keys, id_, f"{id_}-1", side=Side.ASKER, by=None, text=text, now=now)
    return True


def say(keys: Keys, ticket: Ticket, *, side: Side, by: str | None, text: str, form: str, now: datetime) -> bool:
    """Adds to a question that is not closed; the desk's word answers it, the asker's makes it wait again. False for the same form again."""
    if not _say(keys, ticket.id, keys.code_hash(f"said {ticket.id} {side} {form}")[:24], side=side, by=by, text=text, now=now):
        return False
    after = TicketState.ANSWERED if side is Side.DESK else TicketState.WAITING
    SupportTicket.update(state=after.value, updated_at=now).where(SupportTicket.id == ticket.id).execute()
    return True


def turn(id_: str, after: TicketState, *, before: Collection[TicketState], now: datetime) -> bool:
    mine = (SupportTicket.id == id_) & SupportTicket.state.in_([one.value for one in before])
    return bool(SupportTicket.update(state=after.value, updated_at=now).where(mine).execute())


def find(keys: Keys, id_: str) -> Ticket | None:
    row = SupportTicket.get_or_none(SupportTicket.id == id_)
    return None if row is None else _ticket(keys, row)


def by_number(keys: Keys, number: str) -> Ticket | None:
    row = SupportTicket.get_or_none(SupportTicket.number == number)
    return None if row is None else _ticket(keys, row)


def by_secret(keys: Keys, secret: str) -> Ticket | None:
    row = SupportTicket.get_or_none(SupportTicket.secret.in_(keys.code_hashes(f"ticket {secret}")))
    return None if row is None else _ticket(keys, row)


def of_person(keys: Keys, person: str, *, limit: int = 50) -> Sequence[Ticket]:
    found = SupportTicket.select().where(SupportTicket.person == person).order_by(SupportTicket.updated_at.desc(), SupportTicket.id)
    return [_ticket(keys, row) for row in found.limit(limit)]


def queue(keys: Keys, school: str | None, *, states: Collection[TicketState], limit: int = 200) -> Sequence[Ticket]:
    """Of a school, or those that no school was named for; who waits longest first."""
    mine = SupportTicket.school.is_null() if school is None else SupportTicket.school == school
    found = SupportTicket.select().where(mine, SupportTicket.state.in_([one.value for one in states]))
    return [_ticket(keys, row) for row in found.order_by(SupportTicket.updated_at, SupportTicket.id).limit(limit)]


def count_waiting(school: str) -> int:
    """How many questions wait for this school's answer."""
    return int(SupportTicket.select().where(SupportTicket.school == school, SupportTicket.state == TicketState.WAITING.value).count())


def hand_on(id_: str, school: str | None) -> None:
    SupportTicket.update(school=school).where(SupportTicket.id == id_).execute()


def messages(keys: Keys, ticket: str) -> Sequence[Message]:
    found = SupportMessage.select().where(SupportMessage.ticket == ticket).order_by(SupportMessage.at, SupportMessage.id)
    return [
        Message(id=row.id, side=Side(row.side), by=row.by, at=row.at, text=keys.open("support_message", "text", row.id, row.text))
        for row in found
    ]


def rebind(*, former: str, to: str) -> None:
    SupportTicket.update(person=to).where(SupportTicket.person == former).execute()


def forget(person: str) -> None:
    """The own questions go with the person who erases the cabinet."""
    ids = [id_ for (id_,) in rows(SupportTicket, "SELECT id FROM support_ticket WHERE person = ?", (person,))]
    _remove(ids)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Half a year after the last word."""
    sql = "SELECT id FROM support_ticket WHERE updated_at < ? LIMIT ?"
    ids = [id_ for (id_,) in rows(SupportTicket, sql, (to_micros(now - KEPT), limit))]
    return _remove(ids)


def _remove(ids: Sequence[str]) -> int:
    if not ids:
        return 0
    delete(SupportMessage, SupportMessage.ticket.in_(ids))
    return delete(SupportTicket, SupportTicket.id.in_(ids))


def _say(keys: Keys, ticket: str, id_: str, *, side: Side, by: str | None, text: str, now: datetime) -> bool:
    made = SupportMessage.insert(
        id=id_, ticket=ticket, side=side.value, by=by, text=keys.seal("support_message", "text", id_, text), at=now
    ).on_conflict_ignore()
    return bool(made.as_rowcount().execute())


def _ticket(keys: Keys, row: SupportTicket) -> Ticket:
    return Ticket(
        id=row.id,
        number=row.number,
        school=row.school,
        person=row.person,
        state=TicketState(row.state),
        created_at=row.created_at,
        updated_at=row.updated_at,
        asker=_ASKER.decode(keys.open("support_ticket", "body", row.id, row.body)),
    )

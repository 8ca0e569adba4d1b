"""Text messages to phones: kept before the first try, sent and asked about in turn, emptied when their term is over (RULES F1, F4)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, delete_ids, from_micros, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=30)
LEASE = timedelta(seconds=60)
"""Who sends or asks has this long before another process does."""


class TextStage(StrEnum):
    """`LOST`: the gateway's answer never came and it cannot be asked; a second message might be a second one, so none is sent."""

    WAITING = "waiting"
    UNSURE = "unsure"
    """Asked to send, no answer: the gateway is asked what it has."""
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    LOST = "lost"


OVER = (TextStage.DELIVERED, TextStage.FAILED, TextStage.EXPIRED, TextStage.LOST)


class SentText(peewee.Model):
    """`about` is what it concerns, by an opaque id. A `secret` text is gone as soon as the gateway has it, its phone when it is over.

    `word` and `reason` are the gateway's own. After `expires_at` it is not sent any more; `next_at` is when it is looked at next.
    """

    id = peewee.TextField(primary_key=True)
    kind = peewee.TextField()
    person = peewee.TextField(null=True, index=True)
    about = peewee.TextField()
    phone = peewee.TextField(null=True)
    text = peewee.TextField(null=True)
    secret = peewee.BooleanField(default=False)
    state = peewee.TextField()
    gateway = peewee.TextField(null=True)
    gateway_id = peewee.TextField(null=True)
    word = peewee.TextField(default="")
    reason = peewee.TextField(default="")
    parts = peewee.IntegerField(null=True)
    cost_kop = peewee.BigIntegerField(null=True)
    tries = peewee.IntegerField(default=0)
    created_at = InstantField()
    next_at = InstantField(null=True, index=True)
    expires_at = InstantField()
    settled_at = InstantField(null=True)

    class Meta:
        table_name = "sent_text"
        indexes = ((("about", "created_at"), False),)


TABLES = (SentText,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(SentText, "phone"), SealedColumn(SentText, "text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    kind: str
    about: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    person: str | None = None
    secret: bool = False
    life: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCard:
    id: str
    kind: str
    person: str | None
    about: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    secret: bool
    state: TextStage
    gateway: str | None
    gateway_id: str | None
    word: str
    reason: str
    tries: int
    cost_kop: int | None
    created_at: datetime
    expires_at: datetime


_COLUMNS = tuple(TextCard.__dataclass_fields__)


def put(keys: Keys, new: NewText, *, now: datetime) -> str:
    """Inside the caller's unit, so that nothing is sent of what did not happen. The worker sends it."""
    id_ = secrets.token_hex(12)
    SentText.insert(
        id=id_,
        kind=new.kind,
        person=new.person,
        about=new.about,
        phone=keys.seal("sent_text", "phone", id_, new.phone),
        text=keys.seal("sent_text", "text", id_, new.text),
        secret=new.secret,
        state=TextStage.WAITING.value,
        created_at=now,
        next_at=now,
        expires_at=now + new.life,
    ).execute()
    return id_


def get(keys: Keys, id_: str) -> TextCard | None:
    return next(iter(_cards(keys, "id = ?", id_)), None)


def of_person(keys: Keys, person: str) -> Sequence[TextCard]:
    """For the own export, newest first."""
    return _cards(keys, "person = ? ORDER BY created_at DESC, id", person)


def made_since(about: str, kind: str, since: datetime) -> list[datetime]:
    """When texts of this kind about this were made, the latest first: for limits."""
    sql = "SELECT created_at FROM sent_text WHERE about = ? AND kind = ? AND created_at > ? ORDER BY created_at DESC"
    return [from_micros(at) for (at,) in rows(SentText, sql, (about, kind, to_micros(since)))]


def waits(*, now: datetime) -> bool:
    """Whether there is anything to do, for who may only read."""
    return bool(rows(SentText, "SELECT 1 FROM sent_text WHERE next_at <= ? LIMIT 1", (to_micros(now),)))


def due(keys: Keys, *, now: datetime, limit: int) -> list[TextCard]:
    """The longest waiting first; each is left to this process for a while."""
    found = rows(SentText, "SELECT id FROM sent_text WHERE next_at <= ? ORDER BY next_at, id LIMIT ?", (to_micros(now), limit))
    mine = [id_ for (id_,) in found if SentText.update(next_at=now + LEASE).where(SentText.id == id_, SentText.next_at <= now).execute()]
    return [card for id_ in mine if (card := get(keys, id_)) is not None]


def asked(id_: str, gateway: str, *, now: datetime) -> bool:
    """Before the call: should this process end now, the gateway is asked what it has. False where it is not ours to send any more."""
    mine = (SentText.id == id_) & (SentText.state == TextStage.WAITING.value)
    changed = SentText.update(state=TextStage.UNSURE.value, gateway=gateway, tries=SentText.tries + 1, next_at=now + LEASE)
    return bool(changed.where(mine).execute())


def turn(
    card: TextCard,
    state: TextStage,
    *,
    now: datetime,
    next_at: datetime | None = None,
    gateway_id: str | None = None,
    word: str = "",
    reason: str = "",
    parts: int | None = None,
    cost_kop: int | None = None,
) -> None:
    """What became of it; a message that was delivered once stays delivered, whatever is told later."""
    changes: dict[str, object] = {"state": state.value, "word": word, "reason": reason, "next_at": next_at}
    changes |= {"gateway_id": gateway_id} if gateway_id is not None else {}
    changes |= {"parts": parts} if parts is not None else {}
    changes |= {"cost_kop": cost_kop} if cost_kop is not None else {}
    if state in OVER:
        changes |= {"settled_at": now, "next_at": None}
        changes |= {"text": None, "phone": None} if card.secret else {}
    elif card.secret and state in (TextStage.QUEUED, TextStage.SENT):
        changes |= {"text": None}
    living = SentText.state.not_in([one.value for one in OVER])
    SentText.update(changes).where(SentText.id == card.id, living).execute()


def rebind(*, former: str, to: str) -> None:
    SentText.update(person=to).where(SentText.person == former).execute()


def forget(person: str) -> None:
    """An erasure: whatever was written to this person is gone, sent or not."""
    mine = SentText.person == person
    SentText.update(text=None, phone=None, person=None, next_at=None).where(mine).execute()


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(SentText, "SELECT id FROM sent_text WHERE created_at < ? LIMIT ?", (to_micros(now - KEPT), limit))


def _cards(keys: Keys, where: str, value: str) -> list[TextCard]:
    cards = []
    for row in rows(SentText, f"SELECT {', '.join(_COLUMNS)} FROM sent_text WHERE {where}", (value,)):  # noqa: S608 - own words
        named = dict(zip(_COLUMNS, row, strict=True))
        for column in ("phone", "text"):
            named[column] = keys.open("sent_text", column, named["id"], named[column]) if named[column] else ""
        for column in ("created_at", "expires_at"):
            named[column] = from_micros(named[column])
        cards.append(TextCard(**{**named, "secret": bool(named["secret"]), "state": TextStage(named["state"])}))
    return cards

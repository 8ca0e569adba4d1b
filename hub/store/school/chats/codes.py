"""What bots tell: who opened one with a one-time code (kept as a keyed hash, RULES A9), and which chats took one in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, to_micros
from identity.sealing import Keys

LIFE = timedelta(minutes=30)


class BotCode(peewee.Model):
    """`id` is the intent's. `subject` and `name` are of whoever opened the bot with the code first; nobody is bound by that alone."""

    id = peewee.TextField(primary_key=True)
    code_hash = peewee.TextField(unique=True)
    carrier = peewee.TextField()
    initiator = peewee.TextField(index=True)
    subject = peewee.TextField(null=True)
    name = peewee.TextField(null=True)
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "chat_bot_code"


class FoundChat(peewee.Model):
    """A chat that took the school's bot in and is not yet a class's."""

    id = peewee.TextField(primary_key=True)
    carrier = peewee.TextField(index=True)
    outside = peewee.TextField()
    title = peewee.TextField()
    at = InstantField()

    class Meta:
        table_name = "chat_found"


SEALED: tuple[SealedColumn, ...] = (SealedColumn(BotCode, "subject"), SealedColumn(BotCode, "name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCard:
    intent: str
    carrier: str
    initiator: str
    subject: str | None = field(repr=False)
    name: str = field(repr=False)


def add(keys: Keys, *, intent: str, code: str, carrier: str, initiator: str, now: datetime) -> None:
    BotCode.create(id=intent, code_hash=_hash(keys, code), carrier=carrier, initiator=initiator, expires_at=now + LIFE)


def seen(keys: Keys, code: str, *, carrier: str, subject: str, name: str, now: datetime) -> bool:
    """Somebody opened the bot with this code. The first one counts; a code that is over or foreign is nothing."""
    row = BotCode.get_or_none(BotCode.code_hash == _hash(keys, code), BotCode.carrier == carrier, BotCode.expires_at > now)
    if row is None or row.subject is not None:
        return False
    sealed = {"subject": keys.seal("chat_bot_code", "subject", row.id, subject), "name": keys.seal("chat_bot_code", "name", row.id, name)}
    return bool(BotCode.update(sealed).where(BotCode.id == row.id, BotCode.subject.is_null()).execute())


def find(keys: Keys, intent: str, *, now: datetime) -> CodeCard | None:
    row = BotCode.get_or_none(BotCode.id == intent, BotCode.expires_at > now)
    if row is None:
        return None
    return CodeCard(
        intent=row.id,
        carrier=row.carrier,
        initiator=row.initiator,
        subject=keys.open("chat_bot_code", "subject", row.id, row.subject) if row.subject else None,
        name=keys.open("chat_bot_code", "name", row.id, row.name) if row.name else "",
    )


def forget(person: str) -> None:
    delete(BotCode, BotCode.initiator == person)


def drop(intent: str) -> None:
    delete(BotCode, BotCode.id == intent)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(BotCode, "SELECT id FROM chat_bot_code WHERE expires_at < ? LIMIT ?", (to_micros(now), limit))


def waiting(*, now: datetime) -> bool:
    """Whether anybody waits for a bot to tell."""
    return bool(BotCode.select().where(BotCode.subject.is_null(), BotCode.expires_at > now).limit(1).exists())


def _hash(keys: Keys, code: str) -> str:
    return keys.code_hash(f"chat bot {code}")


def found(carrier: str, outside: str, title: str, *, now: datetime) -> None:
    id_ = f"{carrier}.{outside}"
    if not FoundChat.update(title=title[:200], at=now).where(FoundChat.id == id_).execute():
        FoundChat.insert(id=id_, carrier=carrier, outside=outside, title=title[:200], at=now).on_conflict_ignore().execute()


def lost(carrier: str, outside: str) -> None:
    delete(FoundChat, FoundChat.id == f"{carrier}.{outside}")


def found_at(carrier: str, *, limit: int = 100) -> Sequence[tuple[str, str]]:
    """Ids and titles, the newest first."""
    rows = FoundChat.select().where(FoundChat.carrier == carrier).order_by(FoundChat.at.desc(), FoundChat.id).limit(limit)
    return [(row.outside, row.title) for row in rows]

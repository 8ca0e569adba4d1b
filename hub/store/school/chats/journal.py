"""What was done in chats, by whom and why; and how far the changes of families have been followed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, delete, delete_ids, to_micros

KEPT = timedelta(days=365)
HUB = "hub"
"""The actor where nobody of the school pressed anything."""


class Act(peewee.Model):
    """`person` is whom it was about; `why` a word of `identity.linking.class_chats.Why` or of the flow; `code` the carrier's own."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    chat = peewee.TextField()
    at = InstantField(index=True)
    actor = peewee.TextField()
    action = peewee.TextField()
    person = peewee.TextField(null=True)
    why = peewee.TextField(default="")
    code = peewee.TextField(default="")
    ok = peewee.IntegerField(default=1)

    class Meta:
        table_name = "chat_act"
        indexes = ((("chat", "at"), False), (("school", "at"), False))


class Cursor(peewee.Model):
    """Up to which event of the audit chain the changes have been followed."""

    name = peewee.TextField(primary_key=True)
    seq = peewee.BigIntegerField()

    class Meta:
        table_name = "chat_cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    action: str
    actor: str = HUB
    person: str | None = None
    why: str = ""
    code: str = ""
    ok: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActCard:
    chat: str
    at: datetime
    done: Done


def note(school: str, chat: str, done: Sequence[Done], *, now: datetime) -> None:
    for one in done:
        Act.create(
            id=secrets.token_urlsafe(12),
            school=school,
            chat=chat,
            at=now,
            actor=one.actor,
            action=one.action,
            person=one.person,
            why=one.why,
            code=one.code[:80],
            ok=int(one.ok),
        )


def newest(chat: str, *, limit: int = 100) -> Sequence[ActCard]:
    found = Act.select().where(Act.chat == chat).order_by(Act.at.desc(), Act.id.desc()).limit(limit)
    return [
        ActCard(
            chat=row.chat,
            at=row.at,
            done=Done(action=row.action, actor=row.actor, person=row.person, why=row.why, code=row.code, ok=bool(row.ok)),
        )
        for row in found
    ]


def forget(person: str) -> None:
    Act.update(person=None).where(Act.person == person).execute()


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """A year after it was done."""
    return delete_ids(Act, "SELECT id FROM chat_act WHERE at < ? LIMIT ?", (to_micros(now - KEPT), limit))


def followed(name: str) -> int | None:
    found = Cursor.get_or_none(Cursor.name == name)
    return None if found is None else int(found.seq)


def follow(name: str, seq: int) -> None:
    if not Cursor.update(seq=seq).where(Cursor.name == name).execute():
        Cursor.insert(name=name, seq=seq).on_conflict_ignore().execute()


def forget_chat(chat: str) -> None:
    delete(Act, Act.chat == chat)

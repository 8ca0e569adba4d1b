"""Who is known of a class's chat: invitations sent, members seen, strangers; and who does not want to be in which chat."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, rows
from identity.linking.class_chats import Audience, MemberState, Record
from identity.model import PersonId
from identity.sealing import Keys

SUBJECT_LABEL = "chat_member.subject"


class ChatMember(peewee.Model):
    """One profile in one chat; `child` is by whom it belongs. `name` only of those whom the hub does not know, as they call themselves."""

    id = peewee.TextField(primary_key=True)
    chat = peewee.TextField()
    subject = peewee.TextField()
    subject_index = peewee.TextField()
    person = peewee.TextField(null=True, index=True)
    child = peewee.TextField(null=True, index=True)
    name = peewee.TextField(null=True)
    state = peewee.TextField()
    by_link = peewee.IntegerField(default=0)
    code = peewee.TextField(default="")
    since = InstantField()

    class Meta:
        table_name = "chat_member"
        indexes = ((("chat", "subject_index"), True),)


class ChatWish(peewee.Model):
    """A person does not want to be in this chat of this child's class, whatever consents there are."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    child = peewee.TextField(index=True)
    audience = peewee.TextField()
    at = InstantField()

    class Meta:
        table_name = "chat_wish"


SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(ChatMember, "subject", {"subject_index": (SUBJECT_LABEL, lambda text: text)}),
    SealedColumn(ChatMember, "name"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCard:
    """`code` is the carrier's own word for a refusal."""

    id: str
    chat: str
    record: Record
    child: PersonId | None
    code: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is to be remembered of one profile."""

    record: Record
    child: PersonId | None = None
    code: str = ""
    name: str = field(default="", repr=False)


def of_chat(keys: Keys, chat: str) -> Sequence[MemberCard]:
    found = ChatMember.select().where(ChatMember.chat == chat).order_by(ChatMember.since, ChatMember.id)
    return [_card(keys, row) for row in found]


def find(keys: Keys, id_: str) -> MemberCard | None:
    row = ChatMember.get_or_none(ChatMember.id == id_)
    return None if row is None else _card(keys, row)


def keep(keys: Keys, chat: str, noted: Iterable[Noted]) -> None:
    """Writes what is known now; what did not change is not written."""
    known = {one.record.subject: one for one in of_chat(keys, chat)}
    for one in noted:
        before = known.get(one.record.subject)
        columns: dict[str, object] = {
            "person": one.record.person,
            "child": one.child,
            "state": one.record.state.value,
            "by_link": int(one.record.by_link),
            "code": one.code,
            "since": one.record.since,
        }
        if before is None:
            _add(keys, chat, one, columns)
        elif (before.record, before.child, before.code) != (one.record, one.child, one.code):
            if one.record.state is not MemberState.UNKNOWN:
                columns["name"] = None
            ChatMember.update(columns).where(ChatMember.id == before.id).execute()


def _add(keys: Keys, chat: str, one: Noted, columns: dict[str, object]) -> None:
    id_ = secrets.token_urlsafe(12)
    ChatMember.create(
        id=id_,
        chat=chat,
        subject=keys.seal("chat_member", "subject", id_, one.record.subject),
        subject_index=keys.index(SUBJECT_LABEL, one.record.subject),
        name=keys.seal("chat_member", "name", id_, one.name) if one.name and one.record.state is MemberState.UNKNOWN else None,
        **columns,
    )


def turn(id_: str, *, before: Collection[MemberState], after: MemberState, now: datetime) -> bool:
    mine = (ChatMember.id == id_) & ChatMember.state.in_([one.value for one in before])
    return bool(ChatMember.update(state=after.value, since=now).where(mine).execute())


def ask_again(chat: str, person: str, *, barred: str | None = None) -> bool:
    """Whoever left, or never came, asks for the link anew: the next look invites him.

    `barred` where a removed one cannot come back by the link: what is remembered of the removal stays, and so does the word beside it."""
    gone = [MemberState.LEFT.value, MemberState.INVITED.value]
    free = ChatMember.state.in_(gone if barred is not None else [*gone, MemberState.REMOVED.value])
    if barred is not None:
        free &= (ChatMember.state != MemberState.INVITED.value) | (ChatMember.code != barred)
    return bool(delete(ChatMember, ChatMember.chat == chat, ChatMember.person == person, free))


def of_person(keys: Keys, chat: str, person: str) -> MemberCard | None:
    found = ChatMember.select().where(ChatMember.chat == chat, ChatMember.person == person).order_by(ChatMember.since.desc())
    return next((_card(keys, row) for row in found.limit(1)), None)


def counts(chats: Collection[str]) -> dict[tuple[str, MemberState], int]:
    """How many are in which state, by chat."""
    wanted = list(chats)
    if not wanted:
        return {}
    marks = ", ".join("?" * len(wanted))
    sql = f"SELECT chat, state, COUNT(*) FROM chat_member WHERE chat IN ({marks}) GROUP BY chat, state"  # noqa: S608 - ? marks
    return {(str(chat), MemberState(state)): int(count) for chat, state, count in rows(ChatMember, sql, wanted)}


def chats_of(people: Collection[str]) -> set[str]:
    """The chats in which these people, or somebody by these children, are known."""
    wanted = list(people)
    if not wanted:
        return set()
    found = ChatMember.select(ChatMember.chat).where(ChatMember.person.in_(wanted) | ChatMember.child.in_(wanted)).distinct()
    return {row.chat for row in found}


def stay_out(person: str, child: str, audience: Audience, *, now: datetime) -> None:
    id_ = _wish_id(person, child, audience)
    ChatWish.insert(id=id_, person=person, child=child, audience=audience.value, at=now).on_conflict_ignore().execute()


def come_in(person: str, child: str, audience: Audience) -> None:
    delete(ChatWish, ChatWish.id == _wish_id(person, child, audience))


def wishes_of(children: Collection[str]) -> set[tuple[str, str, Audience]]:
    """Who stays out of which child's chat."""
    found = ChatWish.select().where(ChatWish.child.in_(list(children)))
    return {(row.person, row.child, Audience(row.audience)) for row in found}


def rebind(*, former: str, to: str) -> None:
    """Two records became one."""
    ChatMember.update(person=to).where(ChatMember.person == former).execute()
    ChatMember.update(child=to).where(ChatMember.child == former).execute()
    for row in list(ChatWish.select().where((ChatWish.person == former) | (ChatWish.child == former))):
        person, child = (to if one == former else one for one in (row.person, row.child))
        stay_out(person, child, Audience(row.audience), now=row.at)
        delete(ChatWish, ChatWish.id == row.id)


def forget(person: str) -> None:
    """The person left the service: the chats know a profile that nobody here owns; the next look removes it."""
    ChatMember.update(person=None).where(ChatMember.person == person).execute()
    ChatMember.update(child=None).where(ChatMember.child == person).execute()
    delete(ChatWish, (ChatWish.person == person) | (ChatWish.child == person))


def forget_chat(chat: str) -> None:
    delete(ChatMember, ChatMember.chat == chat)


def _wish_id(person: str, child: str, audience: Audience) -> str:
    return f"{child}.{audience.value}.{person}"


def _card(keys: Keys, row: ChatMember) -> MemberCard:
    return MemberCard(
        id=row.id,
        chat=row.chat,
        record=Record(
            subject=keys.open("chat_member", "subject", row.id, row.subject),
            state=MemberState(row.state),
            since=row.since,
            person=PersonId(row.person) if row.person else None,
            by_link=bool(row.by_link),
        ),
        child=PersonId(row.child) if row.child else None,
        code=row.code,
        name=keys.open("chat_member", "name", row.id, row.name) if row.name else "",
    )

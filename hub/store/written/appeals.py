"""Appeals of a family to its school: about what (sealed), until when the school answers, and what was said on both sides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=365)


class AppealState(StrEnum):
    """`SENT` waits, `TAKEN` is being looked into, `ANSWERED`; `CLOSED` by the author, `WITHDRAWN` before an answer."""

    SENT = "sent"
    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({AppealState.SENT, AppealState.TAKEN})
"""The school owes an answer."""


class Side(StrEnum):
    FAMILY = "family"
    SCHOOL = "school"


class Appeal(peewee.Model):
    """`due_at`: the school answers by then. `warned` notes the day on which a term that ran out was told."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    child = peewee.TextField(index=True)
    author = peewee.TextField(index=True)
    kind = peewee.TextField()
    state = peewee.TextField()
    body = peewee.TextField()
    due_at = InstantField()
    warned_at = InstantField(null=True)
    taken_by = peewee.TextField(null=True)
    created_at = InstantField()
    updated_at = InstantField(index=True)

    class Meta:
        table_name = "appeal"
        indexes = ((("school", "state", "due_at"), False), (("state", "due_at"), False))


class AppealMessage(peewee.Model):
    """`by` is the person on either side."""

    id = peewee.TextField(primary_key=True)
    appeal = peewee.TextField(index=True)
    side = peewee.TextField()
    by = peewee.TextField()
    text = peewee.TextField()
    at = InstantField()

    class Meta:
        table_name = "appeal_message"


TABLES = (Appeal, AppealMessage)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Appeal, "body"), SealedColumn(AppealMessage, "text"))


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The datum that the appeal is about: what it is, its id, a line for people and the page where the family sees it."""

    kind: str = ""
    id: str = ""
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    id: str
    school: str
    child: str
    author: str
    kind: str
    state: AppealState
    due_at: datetime
    warned_at: datetime | None
    taken_by: str | None
    created_at: datetime
    updated_at: datetime
    about: About = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: str
    side: Side
    by: str
    at: datetime
    text: str = field(repr=False)


_ABOUT = msgspec.json.Decoder(About)


def id_of(keys: Keys, author: str, form: str) -> str:
    """The same form once more is the same appeal."""
    return keys.code_hash(f"appeal {author} {form}")[:24]


def add(
    keys: Keys, id_: str, *, school: str, child: str, author: str, kind: str, about: About, text: str, due_at: datetime, now: datetime
) -> bool:
    """False where this form was stored already."""
    made = Appeal.insert(
        id=id_,
        school=school,
        child=child,
        author=author,
        kind=kind,
        state=AppealState.SENT.value,
        body=keys.seal("appeal", "body", id_, msgspec.json.encode(about).decode()),
        due_at=due_at,
        created_at=now,
        updated_at=now,
    ).on_conflict_ignore()
    return bool(made.as_rowcount().execute()) and say(keys, id_, side=Side.FAMILY, by=author, text=text, form="first", now=now)


def say(keys: Keys, appeal: str, *, side: Side, by: str, text: str, form: str, now: datetime) -> bool:
    """False for the same form again."""
    id_ = keys.code_hash(f"appeal said {appeal} {by} {form}")[:24]
    sealed = keys.seal("appeal_message", "text", id_, text)
    made = AppealMessage.insert(id=id_, appeal=appeal, side=side.value, by=by, text=sealed, at=now).on_conflict_ignore()
    return bool(made.as_rowcount().execute())


def turn(id_: str, *, before: Collection[AppealState], after: AppealState, now: datetime, **more: object) -> bool:
    """One conditional step: of two at once one wins."""
    mine = (Appeal.id == id_) & Appeal.state.in_([one.value for one in before])
    return bool(Appeal.update(state=after.value, updated_at=now, **more).where(mine).execute())


def find(keys: Keys, id_: str) -> Found | None:
    row = Appeal.get_or_none(Appeal.id == id_)
    return None if row is None else _found(keys, row)


def of_author(keys: Keys, author: str, *, limit: int = 200) -> Sequence[Found]:
    """What moved last stands first."""
    found = Appeal.select().where(Appeal.author == author).order_by(Appeal.updated_at.desc(), Appeal.id).limit(limit)
    return [_found(keys, row) for row in found]


def of_school(
    keys: Keys, school: str, *, states: Collection[AppealState], kinds: Collection[str] | None = None, limit: int = 500
) -> Sequence[Found]:
    """What is due first stands first."""
    mine = (Appeal.school == school) & Appeal.state.in_([one.value for one in states])
    if kinds is not None:
        mine &= Appeal.kind.in_(list(kinds))
    return [_found(keys, row) for row in Appeal.select().where(mine).order_by(Appeal.due_at, Appeal.id).limit(limit)]


def count_owed(school: str) -> int:
    """How many wait for this school's answer."""
    return int(Appeal.select().where(Appeal.school == school, Appeal.state.in_([one.value for one in OPEN])).count())


def overdue(keys: Keys, *, now: datetime, limit: int) -> Sequence[Found]:
    """The school owes an answer and nobody was told yet that the term is over."""
    owed = Appeal.state.in_([one.value for one in OPEN]) & (Appeal.due_at <= now) & Appeal.warned_at.is_null()
    return [_found(keys, row) for row in Appeal.select().where(owed).order_by(Appeal.due_at, Appeal.id).limit(limit)]


def warned(id_: str, *, now: datetime) -> bool:
    return bool(Appeal.update(warned_at=now).where(Appeal.id == id_, Appeal.warned_at.is_null()).execute())


def messages(keys: Keys, appeal: str) -> Sequence[Message]:
    found = AppealMessage.select().where(AppealMessage.appeal == appeal).order_by(AppealMessage.at, AppealMessage.id)
    return [
        Message(id=row.id, side=Side(row.side), by=row.by, at=row.at, text=keys.open("appeal_message", "text", row.id, row.text))
        for row in found
    ]


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: what was asked of it, and by it, goes along."""
    Appeal.update(child=to).where(Appeal.child == former).execute()
    Appeal.update(author=to).where(Appeal.author == former).execute()
    AppealMessage.update(by=to).where(AppealMessage.by == former).execute()


def forget(person: str) -> None:
    """The author left, or the child's record is erased."""
    _remove([id_ for (id_,) in rows(Appeal, "SELECT id FROM appeal WHERE author = ? OR child = ?", (person, person))])


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """A year after the last word."""
    sql = "SELECT id FROM appeal WHERE updated_at < ? LIMIT ?"
    return _remove([id_ for (id_,) in rows(Appeal, sql, (to_micros(now - KEPT), limit))])


def _remove(ids: Sequence[str]) -> int:
    if not ids:
        return 0
    delete(AppealMessage, AppealMessage.appeal.in_(ids))
    return delete(Appeal, Appeal.id.in_(ids))


def _found(keys: Keys, row: Appeal) -> Found:
    return Found(
        id=row.id,
        school=row.school,
        child=row.child,
        author=row.author,
        kind=row.kind,
        state=AppealState(row.state),
        due_at=row.due_at,
        warned_at=row.warned_at,
        taken_by=row.taken_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        about=_ABOUT.decode(keys.open("appeal", "body", row.id, row.body)),
    )

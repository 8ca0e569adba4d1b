"""The chats of classes: which outside chat is whose, in which state, and when it is to be looked at again."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, rows, to_micros
from identity.linking.class_chats import Audience
from identity.sealing import Keys

OUTSIDE_LABEL = "class_chat.outside"
CLAIMED_FOR = timedelta(minutes=10)
"""A look that a process began and did not end is begun again after this."""


class RoomState(StrEnum):
    """`MAKING` and `MOVING` hold the class's place while the messenger is asked; left behind by a process that ended, they lapse.

    `DETACHED`: deleted by hand, or our account was thrown out; `LOST_RIGHTS`: our account may not do its work there."""

    MAKING = "making"
    ACTIVE = "active"
    MOVING = "moving"
    DETACHED = "detached"
    LOST_RIGHTS = "lost_rights"
    ENDED = "ended"


class Room(peewee.Model):
    """`outside` is the chat's id at the carrier, or the link itself where there is nothing else; `link` the invitation in force.

    `held`: so many would have to leave that somebody must look first; `go` once somebody did."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    klass = peewee.TextField(column_name="class")
    audience = peewee.TextField()
    carrier = peewee.TextField(index=True)
    kind = peewee.TextField()
    outside = peewee.TextField()
    outside_index = peewee.TextField()
    link = peewee.TextField(null=True)
    title = peewee.TextField()
    state = peewee.TextField()
    note = peewee.TextField(default="")
    held = peewee.IntegerField(default=0)
    go = peewee.IntegerField(default=0)
    fails = peewee.IntegerField(default=0)
    due_at = InstantField(null=True, index=True)
    looked_at = InstantField(null=True)
    created_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "class_chat"


Room.add_index(Room.index(Room.school, Room.klass, Room.audience, unique=True, where=peewee.SQL("state <> 'ended'"), name="class_chat_one"))
Room.add_index(Room.index(Room.kind, Room.outside_index, unique=True, where=peewee.SQL("state <> 'ended'"), name="class_chat_outside"))
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Room, "outside", {"outside_index": (OUTSIDE_LABEL, lambda text: text)}),
    SealedColumn(Room, "link"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCard:
    """`carrier` is the school's account there, `kind` the messenger."""

    id: str
    school: str
    klass: str
    audience: Audience
    carrier: str
    kind: str
    title: str
    state: RoomState
    note: str
    held: int
    go: bool
    fails: int
    due_at: datetime | None
    looked_at: datetime | None
    outside: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoom:
    school: str
    klass: str
    audience: Audience
    carrier: str
    kind: str
    title: str
    outside: str = field(repr=False)
    link: str = field(default="", repr=False)


def add(keys: Keys, new: NewRoom, *, now: datetime) -> str | None:
    """None when the class has such a chat already, or this outside chat is another class's."""
    id_ = secrets.token_urlsafe(12)
    made = Room.insert(
        id=id_,
        school=new.school,
        klass=new.klass,
        audience=new.audience.value,
        carrier=new.carrier,
        kind=new.kind,
        outside=keys.seal("class_chat", "outside", id_, new.outside),
        outside_index=keys.index(OUTSIDE_LABEL, new.outside),
        link=keys.seal("class_chat", "link", id_, new.link) if new.link else None,
        title=new.title,
        state=RoomState.ACTIVE.value,
        due_at=now,
        created_at=now,
    ).on_conflict_ignore()
    return id_ if made.as_rowcount().execute() else None


def reserve(keys: Keys, new: NewRoom, *, now: datetime) -> str | None:
    """Holds the place before the messenger is asked to make the chat, so that of two officers one asks. None when it is taken."""
    stale = (Room.state == RoomState.MAKING.value) & (Room.due_at <= now)
    mine = (Room.school == new.school) & (Room.klass == new.klass) & (Room.audience == new.audience.value)
    Room.update(state=RoomState.ENDED.value, ended_at=now, due_at=None).where(mine, stale).execute()
    id_ = add(keys, new, now=now)
    if id_ is not None:
        Room.update(state=RoomState.MAKING.value, due_at=now + CLAIMED_FOR).where(Room.id == id_).execute()
    return id_


def made(keys: Keys, id_: str, outside: str, *, now: datetime) -> bool:
    """The messenger made it: the held place is a chat now."""
    columns = {
        "outside": keys.seal("class_chat", "outside", id_, outside),
        "outside_index": keys.index(OUTSIDE_LABEL, outside),
        "state": RoomState.ACTIVE.value,
        "due_at": now,
    }
    return bool(Room.update(columns).where(Room.id == id_, Room.state == RoomState.MAKING.value).execute())


def begin_move(id_: str, *, now: datetime) -> bool:
    """Of two who would move it at once one does."""
    free = (Room.state.not_in([RoomState.ENDED.value, RoomState.MOVING.value, RoomState.MAKING.value])) | (
        (Room.state == RoomState.MOVING.value) & (Room.due_at <= now)
    )
    return bool(Room.update(state=RoomState.MOVING.value, due_at=now + CLAIMED_FOR).where(Room.id == id_, free).execute())


def give_up_move(id_: str, state: RoomState, *, now: datetime) -> None:
    Room.update(state=state.value, due_at=now).where(Room.id == id_, Room.state == RoomState.MOVING.value).execute()


def find(keys: Keys, id_: str) -> RoomCard | None:
    row = Room.get_or_none(Room.id == id_)
    return None if row is None else _card(keys, row)


def of_class(keys: Keys, school: str, klass: str) -> Sequence[RoomCard]:
    return _of(keys, (Room.school == school) & (Room.klass == klass))


def of_school(keys: Keys, school: str) -> Sequence[RoomCard]:
    return _of(keys, Room.school == school)


def of_carrier(keys: Keys, carrier: str) -> Sequence[RoomCard]:
    return _of(keys, Room.carrier == carrier)


def by_outside(keys: Keys, kind: str, outside: str) -> RoomCard | None:
    found = _of(keys, (Room.kind == kind) & Room.outside_index.in_(keys.indexes(OUTSIDE_LABEL, outside)))
    return next(iter(found), None)


def ever(keys: Keys, kind: str, outside: str) -> bool:
    """Whether this chat was ever one of ours, let go of or not."""
    return bool(Room.select().where(Room.kind == kind, Room.outside_index.in_(keys.indexes(OUTSIDE_LABEL, outside))).exists())


def _of(keys: Keys, where: peewee.Expression) -> Sequence[RoomCard]:
    found = Room.select().where(where, Room.state != RoomState.ENDED.value).order_by(Room.klass, Room.audience, Room.id)
    return [_card(keys, row) for row in found]


_DUE = (
    "FROM class_chat r JOIN chat_carrier c ON c.id = r.carrier WHERE r.due_at <= ? AND r.state NOT IN ('ended', 'making')"
    " AND c.state = 'working' AND (c.paused_until IS NULL OR c.paused_until <= ?)"
)


def any_due(*, now: datetime) -> bool:
    at = to_micros(now)
    return bool(rows(Room, f"SELECT 1 {_DUE} LIMIT 1", (at, at)))


def due(keys: Keys, *, now: datetime, limit: int) -> Sequence[RoomCard]:
    """Chats that are to be looked at by now, the longest waiting first, of accounts that are not paused; claimed for this caller."""
    sql = f"SELECT r.id {_DUE} ORDER BY r.due_at, r.id LIMIT ?"
    at = to_micros(now)
    found = [str(id_) for (id_,) in rows(Room, sql, (at, at, limit))]
    mine = [id_ for id_ in found if claim(id_, now=now)]
    return [card for card in (find(keys, id_) for id_ in mine) if card is not None]


def claim(id_: str, *, now: datetime) -> bool:
    """Of two who would look at once one does."""
    free = (Room.id == id_) & (Room.due_at <= now)
    return bool(Room.update(due_at=now + CLAIMED_FOR).where(free).execute())


def begin_look(id_: str, *, now: datetime) -> None:
    """From here on a mark is somebody's wish for another look after this one."""
    Room.update(due_at=now + CLAIMED_FOR).where(Room.id == id_, Room.state != RoomState.ENDED.value).execute()


def mark(ids: Collection[str], *, now: datetime) -> None:
    """Something changed: they are looked at soon."""
    wanted = list(ids)
    if wanted:
        late = Room.due_at.is_null() | (Room.due_at > now)
        Room.update(due_at=now).where(Room.id.in_(wanted), Room.state != RoomState.ENDED.value, late).execute()


def mark_of(school: str, klass: str, *, now: datetime) -> None:
    found = Room.select(Room.id).where(Room.school == school, Room.klass == klass, Room.state != RoomState.ENDED.value)
    mark([row.id for row in found], now=now)


def looked(id_: str, *, state: RoomState, note: str, held: int, next_at: datetime, now: datetime) -> None:
    """A look ended; a mark that came meanwhile stays."""
    columns: dict[str, object] = {"state": state.value, "note": note, "held": held, "looked_at": now, "fails": 0}
    if not held:
        columns["go"] = 0
    Room.update(columns).where(Room.id == id_, Room.state != RoomState.ENDED.value).execute()
    Room.update(due_at=next_at).where(Room.id == id_, Room.due_at.is_null() | (Room.due_at > now)).execute()


def failed(id_: str, *, note: str, next_at: datetime) -> None:
    Room.update(note=note, fails=Room.fails + 1, due_at=next_at).where(Room.id == id_).execute()


def set_link(keys: Keys, id_: str, link: str) -> None:
    Room.update(link=keys.seal("class_chat", "link", id_, link)).where(Room.id == id_).execute()


def rename(id_: str, klass: str, title: str, *, now: datetime) -> bool:
    """False when the class of that name has such a chat already."""
    mine = Room.get_or_none(Room.id == id_, Room.state != RoomState.ENDED.value)
    if mine is None:
        return False
    other = (Room.school == mine.school) & (Room.klass == klass) & (Room.audience == mine.audience) & (Room.state != RoomState.ENDED.value)
    if Room.select().where(other).exists():
        return False
    columns = {"klass": klass, "title": title, "held": 0, "go": 0, "due_at": now}
    return bool(Room.update(columns).where(Room.id == id_).execute())


def let_go(id_: str, *, now: datetime) -> bool:
    """Somebody looked at those who were held back."""
    return bool(Room.update(go=1, due_at=now).where(Room.id == id_, Room.held > 0).execute())


def mend(id_: str, *, now: datetime) -> None:
    """The school says that the trouble is over: it is tried again at once."""
    Room.update(state=RoomState.ACTIVE.value, due_at=now, fails=0).where(Room.id == id_, Room.state != RoomState.ENDED.value).execute()


def end(id_: str, *, now: datetime) -> bool:
    open_ = (Room.id == id_) & (Room.state != RoomState.ENDED.value)
    return bool(Room.update(state=RoomState.ENDED.value, ended_at=now, due_at=None, link=None).where(open_).execute())


def _card(keys: Keys, row: Room) -> RoomCard:
    return RoomCard(
        id=row.id,
        school=row.school,
        klass=row.klass,
        audience=Audience(row.audience),
        carrier=row.carrier,
        kind=row.kind,
        title=row.title,
        state=RoomState(row.state),
        note=row.note,
        held=row.held,
        go=bool(row.go),
        fails=row.fails,
        due_at=row.due_at,
        looked_at=row.looked_at,
        outside=keys.open("class_chat", "outside", row.id, row.outside),
        link=keys.open("class_chat", "link", row.id, row.link) if row.link else "",
    )

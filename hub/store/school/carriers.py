"""Cards, bracelets and tokens by which a device knows a pupil: sealed numbers under a keyed index, their history kept (RULES E5)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, from_micros, rows, to_micros
from hub.store.passes import unknown_carriers, unowned_meals
from identity.sealing import Keys

NUMBER = "carrier number"
"""The label of the keyed index. Its key is steady: the log knows carriers that nobody has, and only by this index."""
SHOWN = "index:"
"""Begins the number of a carrier that a reader read and nobody typed: its keyed index and its end are all that is known."""


class CarrierKind(StrEnum):
    """`BANK_CARD` is a token made in the device, never the card's number (RULES D12)."""

    CARD = "card"
    BRACELET = "bracelet"
    BANK_CARD = "bank_card"
    DEVICE_PIN = "device_pin"


class CarrierState(StrEnum):
    """`BLOCKED` may open again, and `LOST` when it was found; an `ENDED` one leaves its number to somebody else."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    LOST = "lost"
    ENDED = "ended"


class Carrier(peewee.Model):
    """A number is one living carrier's within its school and kind; `since` and `until` tell whose it was when."""

    id = peewee.TextField(primary_key=True)
    child = peewee.TextField(index=True)
    school = peewee.TextField()
    kind = peewee.TextField()
    number = peewee.TextField()
    number_index = peewee.TextField()
    state = peewee.TextField()
    since = InstantField()
    until = InstantField(null=True)
    added_by = peewee.TextField()
    created_at = InstantField()
    changed_by = peewee.TextField(null=True)
    changed_at = InstantField(null=True)

    class Meta:
        table_name = "carrier"
        indexes = ((("school", "number_index"), False),)


Carrier.add_index(
    Carrier.index(
        Carrier.school, Carrier.kind, Carrier.number_index, unique=True, where=peewee.SQL("state <> 'ended'"), name="carrier_live"
    )
)
TABLES = (Carrier,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Carrier, "number"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierCard:
    """`number` is whole: a view masks it. `changed_by` is who made the state what it is."""

    id: str
    child: str
    school: str
    kind: CarrierKind
    number: str = field(repr=False)
    state: CarrierState
    since: datetime
    until: datetime | None
    created_at: datetime
    added_by: str
    changed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Whose a keyed index was, and when; without the number."""

    id: str
    child: str
    kind: str
    token: str
    state: CarrierState
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def add(keys: Keys, *, child: str, school: str, kind: CarrierKind, number: str, since: datetime, by: str, now: datetime) -> str | None:
    """None where a living carrier of the school has this number already. What it bought while it was nobody's is now paid (RULES E5)."""
    if _living(keys, school, kind, number):
        return None
    new = Carrier(child=child, school=school, kind=kind.value, number=number, number_index=keys.index(NUMBER, number), since=since)
    return _put(keys, new, keys.indexes(NUMBER, number), by=by, now=now)


def add_shown(
    keys: Keys, *, child: str, school: str, kind: CarrierKind, token: str, tail: str, since: datetime, by: str, now: datetime
) -> str | None:
    """As `add`, for a carrier that a device read and nobody typed."""
    new = Carrier(child=child, school=school, kind=kind.value, number=f"{SHOWN}{token}:{tail.lstrip('…')}", number_index=token, since=since)
    return _put(keys, new, (token,), by=by, now=now)


def _put(keys: Keys, new: Carrier, tokens: Sequence[str], *, by: str, now: datetime) -> str | None:
    id_ = secrets.token_urlsafe(12)
    made = Carrier.insert(
        id=id_,
        child=new.child,
        school=new.school,
        kind=new.kind,
        number=keys.seal("carrier", "number", id_, new.number),
        number_index=new.number_index,
        state=CarrierState.ACTIVE.value,
        since=new.since,
        added_by=by,
        created_at=now,
    ).on_conflict_ignore()
    if not made.as_rowcount().execute():
        return None
    unowned_meals.attach(new.school, new.kind, tokens, child=new.child, since=new.since)
    unknown_carriers.became_known(new.school, new.kind, tokens)
    return id_


def tokens_of(keys: Keys, card: CarrierCard) -> tuple[str, ...]:
    """The keyed indexes under which the log of events knows it."""
    if card.number.startswith(SHOWN):
        return (card.number.removeprefix(SHOWN).partition(":")[0],)
    return keys.indexes(NUMBER, card.number)


def find(keys: Keys, id_: str) -> CarrierCard | None:
    row = Carrier.get_or_none(Carrier.id == id_)
    return None if row is None else _card(keys, row)


def of_child(keys: Keys, child: str) -> Sequence[CarrierCard]:
    """Living ones first, then what was, newest first."""
    found = Carrier.select().where(Carrier.child == child).order_by(Carrier.created_at.desc(), Carrier.id)
    return sorted((_card(keys, row) for row in found), key=lambda one: one.state is CarrierState.ENDED)


def of_children(keys: Keys, children: Sequence[str]) -> Sequence[CarrierCard]:
    """Of several children in one query, ended ones too."""
    return [_card(keys, row) for row in Carrier.select().where(Carrier.child.in_(list(children))).order_by(Carrier.id)] if children else []


def children_after(child: str, *, limit: int) -> Sequence[str]:
    """Whoever has a carrier that opens a door, in pages by the id."""
    sql = "SELECT DISTINCT child FROM carrier WHERE child > ? AND state = 'active' ORDER BY child LIMIT ?"
    return [str(found) for (found,) in rows(Carrier, sql, (child, limit))]


def of_school(keys: Keys, school: str, *, after: str = "", limit: int = 100) -> Sequence[CarrierCard]:
    """The school's living carriers in pages."""
    live = (Carrier.school == school) & (Carrier.state != CarrierState.ENDED.value) & (Carrier.id > after)
    return [_card(keys, row) for row in Carrier.select().where(live).order_by(Carrier.id).limit(limit)]


def owners(keys: Keys, school: str, kind: CarrierKind, number: str, *, at: datetime) -> Sequence[CarrierCard]:
    """Whose it was at that moment, ended or not: an event that comes late still finds its owner (RULES E5)."""
    indexes = keys.indexes(NUMBER, number)
    then = (Carrier.since <= at) & (Carrier.until.is_null() | (Carrier.until > at))
    mine = (Carrier.school == school) & (Carrier.kind == kind.value) & Carrier.number_index.in_(indexes)
    return [_card(keys, row) for row in Carrier.select().where(mine & then).order_by(Carrier.since.desc(), Carrier.id)]


def living(keys: Keys, school: str, kind: CarrierKind, number: str) -> CarrierCard | None:
    """The school's carrier with this number that is not ended, blocked or lost ones too."""
    mine = (Carrier.school == school) & (Carrier.kind == kind.value) & (Carrier.state != CarrierState.ENDED.value)
    row = Carrier.get_or_none(mine, Carrier.number_index.in_(keys.indexes(NUMBER, number)))
    return None if row is None else _card(keys, row)


def owner_by_index(school: str, kind: str, index: str, *, at: datetime) -> str | None:
    """As `owners`, for whoever knows only the keyed index of the number."""
    sql = (
        "SELECT child FROM carrier WHERE school = ? AND kind = ? AND number_index = ? AND since <= ? AND (until IS NULL OR until > ?) "
        "ORDER BY since DESC, id LIMIT 1"
    )
    moment = to_micros(at)
    found = rows(Carrier, sql, (school, kind, index, moment, moment))
    return str(found[0][0]) if found else None


def spans(school: str, tokens: Collection[str]) -> Sequence[Span]:
    """Everybody whose these keyed indexes were at this school, the latest first."""
    if not tokens:
        return []
    marks = ", ".join("?" * len(tokens))
    sql = f"SELECT id, child, kind, number_index, state, since, until FROM carrier WHERE school = ? AND number_index IN ({marks}) ORDER BY since DESC, id"  # noqa: E501, S608 - own names
    return [
        Span(
            id=id_, child=child, kind=kind, token=token, state=CarrierState(state), since=from_micros(since),
            until=None if until is None else from_micros(until),
        )
        for id_, child, kind, token, state, since, until in rows(Carrier, sql, (school, *tokens))
    ]  # fmt: skip


def turn(keys: Keys, id_: str, *, before: Sequence[CarrierState], after: CarrierState, by: str, now: datetime) -> bool:
    """One conditional step; whatever opens nothing any more has its end from the first such step on."""
    mine = (Carrier.id == id_) & Carrier.state.in_([state.value for state in before])
    if after is CarrierState.ACTIVE:
        return _reopen(keys, mine, by=by, now=now)
    until = peewee.fn.COALESCE(Carrier.until, to_micros(now))
    changes = {"state": after.value, "changed_by": by, "changed_at": now, "until": until}
    return bool(Carrier.update(changes).where(mine).execute())


def _reopen(keys: Keys, mine: peewee.Expression, *, by: str, now: datetime) -> bool:
    """It opens from now on: who used it while it was closed was not the child. What was before stays as a span that has ended."""
    row = Carrier.get_or_none(mine)
    opened = {"state": CarrierState.ACTIVE.value, "changed_by": by, "changed_at": now, "since": now, "until": None}
    if row is None or not Carrier.update(opened).where(mine).execute():
        return False
    id_ = secrets.token_urlsafe(12)
    Carrier.insert(
        id=id_,
        child=row.child,
        school=row.school,
        kind=row.kind,
        number=keys.seal("carrier", "number", id_, keys.open("carrier", "number", row.id, row.number)),
        number_index=row.number_index,
        state=CarrierState.ENDED.value,
        since=row.since,
        until=row.until or now,
        added_by=row.added_by,
        created_at=row.created_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    ).execute()
    return True


def count(school: str) -> int:
    sql = "SELECT COUNT(*) FROM carrier WHERE school = ? AND state = 'active'"
    return int(rows(Carrier, sql, (school,))[0][0])


def end_of_child(child: str, school: str, *, by: str, now: datetime) -> int:
    """The pupil left the school: none of its doors opens any more."""
    live = (Carrier.child == child) & (Carrier.school == school) & (Carrier.state != CarrierState.ENDED.value)
    ended = {
        "state": CarrierState.ENDED.value,
        "changed_by": by,
        "changed_at": now,
        "until": peewee.fn.COALESCE(Carrier.until, to_micros(now)),
    }
    return int(Carrier.update(ended).where(live).execute())


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another."""
    Carrier.update(child=to).where(Carrier.child == former).execute()


def forget(person: str) -> None:
    """The child's record is erased."""
    delete(Carrier, Carrier.child == person)


def _living(keys: Keys, school: str, kind: CarrierKind, number: str) -> bool:
    mine = (Carrier.school == school) & (Carrier.kind == kind.value) & (Carrier.state != CarrierState.ENDED.value)
    return bool(Carrier.select().where(mine, Carrier.number_index.in_(keys.indexes(NUMBER, number))).exists())


def _card(keys: Keys, row: Carrier) -> CarrierCard:
    return CarrierCard(
        id=row.id,
        child=row.child,
        school=row.school,
        kind=CarrierKind(row.kind),
        number=keys.open("carrier", "number", row.id, row.number),
        state=CarrierState(row.state),
        since=row.since,
        until=row.until,
        created_at=row.created_at,
        added_by=row.added_by,
        changed_by=row.changed_by,
    )

"""The last good copy of what a diary showed, by link, child, kind and block (an ISO week or a school year), sealed (RULES C2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, from_micros, rows, to_micros
from hub.store.outputs import feeds
from identity.sealing import Keys

Pair = tuple[str, str]
"""A kind and a block."""
KEPT = timedelta(days=90)
AHEAD = timedelta(minutes=1)
"""A copy that is further ahead than clocks of several machines differ was made before the clock was set back; it gives way."""


class DiaryCopy(peewee.Model):
    """`body` holds the items, `asked_at` when the question went out that they answer; `tried_at` and `error` tell of the last try,
    which may have failed after the copy was made."""

    id = peewee.TextField(primary_key=True)
    link = peewee.TextField(index=True)
    child = peewee.TextField()
    datum = peewee.TextField()
    block = peewee.TextField()
    body = peewee.TextField(null=True)
    fetched_at = InstantField(null=True)
    asked_at = InstantField(null=True)
    tried_at = InstantField(index=True)
    error = peewee.TextField(null=True)

    class Meta:
        table_name = "diary_copy"


TABLES = (DiaryCopy,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(DiaryCopy, "body"),)


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """One item: its day (ISO, empty when it has none), its place in the order, and the item's JSON as the API shows it."""

    day: str
    order: str
    item: msgspec.Raw

    @property
    def id(self) -> str:
        """The item's own, with which its order ends."""
        return self.order.rpartition("~")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One block. `items` is None when there never was a good answer; `error` is set while the last try failed."""

    datum: str
    block: str
    items: tuple[Kept, ...] | None
    fetched_at: datetime | None
    tried_at: datetime
    error: str | None


_ITEMS = msgspec.json.Decoder(tuple[Kept, ...])
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?)"
_STORE = (
    "INSERT INTO diary_copy (id, link, child, datum, block, body, fetched_at, asked_at, tried_at) VALUES {rows}"
    " ON CONFLICT (id) DO UPDATE SET body = excluded.body, fetched_at = excluded.fetched_at, asked_at = excluded.asked_at,"
    " tried_at = excluded.tried_at, error = NULL"
    " WHERE diary_copy.asked_at IS NULL OR diary_copy.asked_at <= excluded.asked_at OR diary_copy.asked_at > ? RETURNING datum, block"
)
"""One statement for all; the query builder took a third of the time of storing an answer."""


def _id(link: str, child: str, datum: str, block: str) -> str:
    return f"{link}.{child}.{datum}.{block}"


def load(keys: Keys, *, link: str, child: str, wanted: Iterable[Pair]) -> dict[Pair, Copy]:
    """The asked (datum, block) pairs that were ever tried."""
    return load_all(keys, {(link, child): wanted})[link, child]


def load_all(keys: Keys, wanted: Mapping[tuple[str, str], Iterable[Pair]]) -> dict[tuple[str, str], dict[Pair, Copy]]:
    """The same by (link, child), in one query."""
    ids = [_id(link, child, datum, block) for (link, child), pairs in wanted.items() for datum, block in pairs]
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT id, link, child, datum, block, body, fetched_at, tried_at, error FROM diary_copy WHERE id IN ({marks})"  # noqa: S608 - only question marks are put in
    found: dict[tuple[str, str], dict[Pair, Copy]] = {one: {} for one in wanted}
    for id_, link, child, datum, block, body, fetched_at, tried_at, error in rows(DiaryCopy, sql, ids) if ids else ():
        found[link, child][datum, block] = Copy(
            datum=datum,
            block=block,
            items=None if body is None else _ITEMS.decode(keys.open("diary_copy", "body", id_, body)),
            fetched_at=None if fetched_at is None else from_micros(fetched_at),
            tried_at=from_micros(tried_at),
            error=error,
        )
    return found


def latest(
    keys: Keys, *, link: str, child: str, wanted: Iterable[tuple[str, str]], seen: Mapping[tuple[str, str], Copy]
) -> dict[tuple[str, str], Copy]:
    """The good copies as they are now; what was `seen` a moment ago and is still the same is not opened again."""
    pairs = list(wanted)
    ids = [_id(link, child, datum, block) for datum, block in pairs]
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT datum, block, fetched_at FROM diary_copy WHERE id IN ({marks}) AND body IS NOT NULL"  # noqa: S608 - only question marks are put in
    made = {(datum, block): at for datum, block, at in rows(DiaryCopy, sql, ids)} if ids else {}
    same = {
        pair: copy
        for pair in pairs
        if (copy := seen.get(pair)) and copy.fetched_at is not None and made.get(pair) == to_micros(copy.fetched_at)
    }
    other = [pair for pair in pairs if pair in made and pair not in same]
    return {**same, **(load(keys, link=link, child=child, wanted=other) if other else {})}


def shown(keys: Keys, *, link: str, child: str, limit: int) -> Sequence[Copy]:
    """Every good copy of this child that came through this link, oldest block first: for the export of who opened it."""
    return _good(keys, "link = ? AND child = ?", (link, child, limit))


def of_datum(keys: Keys, *, link: str, child: str, datum: str, limit: int) -> Sequence[Copy]:
    """The good copies of one kind, oldest block first."""
    return _good(keys, "link = ? AND child = ? AND datum = ?", (link, child, datum, limit))


def _good(keys: Keys, where: str, params: tuple[object, ...]) -> Sequence[Copy]:
    sql = (
        f"SELECT id, datum, block, body, fetched_at, tried_at, error FROM diary_copy WHERE {where}"  # noqa: S608 - our own words
        " AND body IS NOT NULL ORDER BY datum, block LIMIT ?"
    )
    return [
        Copy(
            datum=datum,
            block=block,
            items=_ITEMS.decode(keys.open("diary_copy", "body", id_, body)),
            fetched_at=None if fetched_at is None else from_micros(fetched_at),
            tried_at=from_micros(tried_at),
            error=error,
        )
        for id_, datum, block, body, fetched_at, tried_at, error in rows(DiaryCopy, sql, params)
    ]


def store(
    keys: Keys,
    *,
    link: str,
    child: str,
    datum: str,
    block: str,
    items: Sequence[Kept],
    fetched_at: datetime,
    asked_at: datetime | None = None,
) -> bool:
    """`store_all` of one block; whether it was stored."""
    found = store_all(keys, link=link, child=child, blocks={(datum, block): items}, fetched_at=fetched_at, asked_at=asked_at or fetched_at)
    return bool(found)


def store_all(
    keys: Keys, *, link: str, child: str, blocks: Mapping[Pair, Sequence[Kept]], fetched_at: datetime, asked_at: datetime
) -> set[Pair]:
    """Replaces the copies by a good answer to a later question, and returns which. The answer to an earlier one that comes late changes
    nothing, unless the clock went back."""
    asked, fetched = to_micros(asked_at), to_micros(fetched_at)
    params: list[object] = []
    for (datum, block), items in blocks.items():
        id_ = _id(link, child, datum, block)
        body = keys.seal("diary_copy", "body", id_, msgspec.json.encode(items).decode())
        params += (id_, link, child, datum, block, body, fetched, asked, fetched)
    sql = _STORE.format(rows=", ".join((_ROW,) * len(blocks)))
    params.append(asked + AHEAD // timedelta(microseconds=1))
    return {(datum, block) for datum, block in rows(DiaryCopy, sql, params)} if blocks else set()


def amend(keys: Keys, *, link: str, child: str, datum: str, block: str, items: Sequence[Kept]) -> None:
    """What the family changed at the source itself is in the copy too; when it was read stays as it was."""
    id_ = _id(link, child, datum, block)
    body = keys.seal("diary_copy", "body", id_, msgspec.json.encode(items).decode())
    DiaryCopy.update(body=body).where(DiaryCopy.id == id_, DiaryCopy.body.is_null(False)).execute()


def failed(*, link: str, child: str, blocks: Iterable[tuple[str, str]], error: str, at: datetime, asked_at: datetime | None = None) -> None:
    """Notes a failed try; the good copy stays. A question that a later one has answered meanwhile failed for nobody."""
    for datum, block in blocks:
        id_ = _id(link, child, datum, block)
        last = (DiaryCopy.tried_at <= at) | (DiaryCopy.tried_at > at + AHEAD)
        if not DiaryCopy.update(tried_at=at, error=error).where(DiaryCopy.id == id_, last, _earlier(asked_at or at)).execute():
            DiaryCopy.insert(
                id=id_, link=link, child=child, datum=datum, block=block, tried_at=at, error=error
            ).on_conflict_ignore().execute()


def _earlier(asked: datetime) -> peewee.Expression:
    """The copy answers a question that was asked no later than this one, or there is none."""
    found: peewee.Expression = DiaryCopy.asked_at.is_null() | (DiaryCopy.asked_at <= asked) | (DiaryCopy.asked_at > asked + AHEAD)
    return found


def forget(link: str, *, child: str | None = None) -> None:
    """Drops every copy that came through this link, or those of one child, and what was noted of their changes."""
    feeds.forget(link, child=child)
    if child is None:
        delete(DiaryCopy, DiaryCopy.link == link)
    else:
        delete(DiaryCopy, DiaryCopy.link == link, DiaryCopy.child == child)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Deletes copies that nobody renewed for 90 days."""
    return delete_ids(DiaryCopy, "SELECT id FROM diary_copy WHERE tried_at < ? LIMIT ?", (to_micros(now - KEPT), limit))

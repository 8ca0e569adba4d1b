"""What changed in each copy of a diary, numbered by link and child, so that an app asks for the rest only; nothing is written when equal.

A number is taken by updating the feed's one row: writers of one feed wait for each other, so that no lower number appears after a higher
one was read, on PostgreSQL either. Feeds of two guardians share nothing: neither learns from a number that the other one looked.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, from_micros, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=60)
Action = Literal["created", "updated", "removed"]
# In JSON a quote inside a text is escaped, so only the field itself is met; when it was read is no news.
_WHEN_READ = b'"fetched_at":"'


class DiaryFeed(peewee.Model):
    """`epoch` names this life of the feed: one that was forgotten and began anew counts from one again."""

    id = peewee.TextField(primary_key=True)
    link = peewee.TextField(index=True)
    child = peewee.TextField()
    epoch = peewee.TextField()
    seq = peewee.IntegerField()

    class Meta:
        table_name = "diary_feed"


class DiaryChange(peewee.Model):
    """What one reading changed in one block. `whole`: the block was read for the first time, all of it is new; then `body` is null."""

    id = peewee.TextField(primary_key=True)
    feed = peewee.TextField()
    seq = peewee.IntegerField()
    datum = peewee.TextField()
    block = peewee.TextField()
    whole = peewee.IntegerField()
    body = peewee.TextField(null=True)
    at = InstantField(index=True)

    class Meta:
        table_name = "diary_change"
        indexes = ((("feed", "seq"), True),)


TABLES = (DiaryFeed, DiaryChange)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(DiaryChange, "body"),)


NOTHING = msgspec.Raw(b"null")


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """One item of a change; `before` is what it said until then, `NOTHING` (JSON's null) when it is new."""

    id: str
    action: Action
    before: msgspec.Raw = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far a feed is; `oldest` is the lowest number that is still kept."""

    epoch: str
    seq: int
    oldest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    link: str
    seq: int
    datum: str
    block: str
    at: datetime
    whole: bool
    pieces: tuple[Piece, ...]


_PIECES = msgspec.json.Decoder(tuple[Piece, ...])
_COLUMNS = "id, seq, datum, block, whole, body, at"


def _feed(link: str, child: str) -> str:
    return f"{link}.{child}"


def differences(former: Mapping[str, msgspec.Raw], items: Mapping[str, msgspec.Raw]) -> list[Piece]:
    """By id; pure. When an item was read makes no difference."""
    pieces = [Piece(id_, "removed", raw) for id_, raw in former.items() if id_ not in items]
    for id_, raw in items.items():
        before = former.get(id_)
        if before is None:
            pieces.append(Piece(id_, "created"))
        elif before != raw and _said(before) != _said(raw):
            pieces.append(Piece(id_, "updated", before))
    return pieces


def _said(raw: msgspec.Raw) -> tuple[bytes, bytes]:
    head, _, tail = bytes(raw).partition(_WHEN_READ)
    return head, tail[tail.find(b'"') :]


def hold(link: str, child: str) -> None:
    """In the unit, before the former copy is read: on PostgreSQL another unit of the same feed waits until this one has ended."""
    if DiaryFeed._meta.database.param != "?":
        rows(DiaryFeed, "SELECT pg_advisory_xact_lock(hashtext(?))", (_feed(link, child),))


def record(
    keys: Keys,
    *,
    link: str,
    child: str,
    datum: str,
    block: str,
    former: Mapping[str, msgspec.Raw] | None,
    items: Mapping[str, msgspec.Raw],
    at: datetime,
) -> None:
    """In the unit that stores the copy. `former` is None when there was none: then the block as a whole is new, if anything is in it."""
    pieces = [] if former is None else differences(former, items)
    if not (pieces if former is not None else items):
        return
    feed = _feed(link, child)
    sql = (
        "INSERT INTO diary_feed (id, link, child, epoch, seq) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (id) DO UPDATE SET seq = diary_feed.seq + 1 RETURNING seq"
    )
    ((seq,),) = rows(DiaryFeed, sql, (feed, link, child, secrets.token_urlsafe(6)))
    id_ = f"{feed}.{seq}"
    body = keys.seal("diary_change", "body", id_, msgspec.json.encode(pieces).decode()) if former is not None else None
    DiaryChange.insert(id=id_, feed=feed, seq=seq, datum=datum, block=block, whole=int(former is None), body=body, at=at).execute()


def heads(links: Iterable[str], child: str) -> dict[str, Head]:
    """How far the feed of each link is; one that never changed is at nought."""
    found = {}
    for link in links:
        sql = "SELECT f.epoch, f.seq, (SELECT MIN(c.seq) FROM diary_change c WHERE c.feed = f.id) FROM diary_feed f WHERE f.id = ?"
        known = rows(DiaryFeed, sql, (_feed(link, child),))
        epoch, seq, oldest = known[0] if known else ("", 0, None)
        found[link] = Head(epoch=epoch, seq=seq, oldest=seq + 1 if oldest is None else oldest)
    return found


def changes_of(person: str) -> int:
    """Grows with every change in a diary that this person opened, the first reading of a week included."""
    sql = "SELECT COALESCE(SUM(f.seq), 0) FROM diary_feed f JOIN diary_link l ON l.id = f.link WHERE l.person = ?"
    ((count,),) = rows(DiaryFeed, sql, (person,))
    return int(count)


def after(keys: Keys, *, link: str, child: str, seq: int, limit: int) -> Sequence[Change]:
    """What came after that number, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM diary_change WHERE feed = ? AND seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - own columns
    return _changes(keys, link, rows(DiaryChange, sql, (_feed(link, child), seq, limit)))


def since(keys: Keys, *, link: str, child: str, moment: datetime, limit: int) -> Sequence[Change]:
    """What changed after that moment, newest first; blocks that were read for the first time are no news."""
    sql = f"SELECT {_COLUMNS} FROM diary_change WHERE feed = ? AND at > ? AND whole = 0 ORDER BY seq DESC LIMIT ?"  # noqa: S608 - own columns
    return _changes(keys, link, rows(DiaryChange, sql, (_feed(link, child), to_micros(moment), limit)))


def of_blocks(keys: Keys, *, link: str, child: str, datum: str, blocks: Iterable[str]) -> Sequence[Change]:
    """The history of these blocks, oldest first."""
    names = list(blocks)
    marks = ", ".join("?" * len(names))
    sql = f"SELECT {_COLUMNS} FROM diary_change WHERE feed = ? AND datum = ? AND block IN ({marks}) ORDER BY seq"  # noqa: S608 - question marks
    return _changes(keys, link, rows(DiaryChange, sql, (_feed(link, child), datum, *names))) if names else ()


def _changes(keys: Keys, link: str, found: Iterable[tuple[str, int, str, str, int, str | None, int]]) -> Sequence[Change]:
    return [
        Change(
            link=link,
            seq=seq,
            datum=datum,
            block=block,
            at=from_micros(at),
            whole=bool(whole),
            pieces=() if body is None else _PIECES.decode(keys.open("diary_change", "body", id_, body)),
        )
        for id_, seq, datum, block, whole, body, at in found
    ]


def forget(link: str, *, child: str | None = None) -> None:
    """The link is gone, or no longer shows this child: nothing is told of it any more."""
    where = "link = ?" if child is None else "link = ? AND child = ?"
    params = (link,) if child is None else (link, child)
    feeds = [id_ for (id_,) in rows(DiaryFeed, f"SELECT id FROM diary_feed WHERE {where}", params)]  # noqa: S608 - own words
    for feed in feeds:
        delete(DiaryChange, DiaryChange.feed == feed)
        delete(DiaryFeed, DiaryFeed.id == feed)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Changes that every app should have asked for by now; whoever comes later gets a snapshot."""
    sql = "SELECT id FROM diary_change WHERE at < ? LIMIT ?"
    ids = [id_ for (id_,) in rows(DiaryChange, sql, (to_micros(now - KEPT), limit))]
    return delete(DiaryChange, DiaryChange.id.in_(ids)) if ids else 0

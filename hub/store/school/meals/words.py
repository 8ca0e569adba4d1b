"""What a family lets a child eat and spend: sealed, the last word holds, replaced ones are kept a year for the family to read (E8)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, from_micros, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=365)
USUAL_OFFLINE_KOP = 20_000
"""What a till without a connection may sell in a day to a child whose family said nothing."""


class MealWord(peewee.Model):
    """`body` is `Bans` as JSON, sealed: what a child may not eat says something of its health. The limits are read by the ledger."""

    id = peewee.TextField(primary_key=True)
    child = peewee.TextField()
    body = peewee.TextField()
    week_limit_kop = peewee.BigIntegerField(null=True)
    offline_limit_kop = peewee.BigIntegerField(null=True)
    said_by = peewee.TextField(index=True)
    said_at = InstantField()
    replaced_at = InstantField(null=True, index=True)

    class Meta:
        table_name = "meal_word"
        indexes = ((("child", "said_at"), False),)


TABLES = (MealWord,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(MealWord, "body"),)


class Bans(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Codes of dishes, categories and allergens. `only`: nothing but these dishes. No reason is asked and none is kept (RULES E8)."""

    dishes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    only_hot: bool = False
    only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """`week_limit_kop` none: no limit; `offline_limit_kop` none: the usual one."""

    bans: Bans = field(repr=False)
    week_limit_kop: int | None
    offline_limit_kop: int | None
    said_by: str
    said_at: datetime


def say(keys: Keys, child: str, bans: Bans, *, week_limit_kop: int | None, offline_limit_kop: int | None, by: str, now: datetime) -> None:
    MealWord.update(replaced_at=now).where(MealWord.child == child, MealWord.replaced_at.is_null()).execute()
    id_ = uuid.uuid4().hex
    MealWord.insert(
        id=id_,
        child=child,
        body=keys.seal("meal_word", "body", id_, msgspec.json.encode(bans).decode()),
        week_limit_kop=week_limit_kop,
        offline_limit_kop=offline_limit_kop,
        said_by=by,
        said_at=now,
    ).execute()


_LIMITS = "SELECT child, week_limit_kop FROM meal_word WHERE replaced_at IS NULL AND week_limit_kop IS NOT NULL"
_WORDS = "SELECT id, child, body, week_limit_kop, offline_limit_kop, said_by, said_at FROM meal_word"


def of_child(keys: Keys, child: str, *, limit: int = 1) -> Sequence[Word]:
    """Newest first; nothing where the family said nothing."""
    sql = f"{_WORDS} WHERE child = ? ORDER BY CASE WHEN replaced_at IS NULL THEN 0 ELSE 1 END, said_at DESC, id DESC LIMIT ?"
    return [_word(keys, row) for row in rows(MealWord, sql, (child, limit))]


def of_children(keys: Keys, children: Collection[str]) -> Mapping[str, Word]:
    """The word that holds, by child."""
    if not children:
        return {}
    marks = ", ".join("?" for _ in children)
    sql = f"{_WORDS} WHERE replaced_at IS NULL AND child IN ({marks}) ORDER BY said_at, id"
    return {row[1]: _word(keys, row) for row in rows(MealWord, sql, tuple(children))}


def week_limit_of(child: str) -> int | None:
    """Needs no key: the ledger asks it at every meal."""
    sql = "SELECT week_limit_kop FROM meal_word WHERE child = ? AND replaced_at IS NULL ORDER BY said_at DESC, id DESC LIMIT 1"
    found = rows(MealWord, sql, (child,))
    return None if not found or found[0][0] is None else int(found[0][0])


def offline_limit_of(child: str) -> int:
    """As `week_limit_of`; the usual one where the family said nothing."""
    sql = "SELECT offline_limit_kop FROM meal_word WHERE child = ? AND replaced_at IS NULL ORDER BY said_at DESC, id DESC LIMIT 1"
    found = rows(MealWord, sql, (child,))
    return USUAL_OFFLINE_KOP if not found or found[0][0] is None else int(found[0][0])


def week_limits(children: Collection[str]) -> Mapping[str, int]:
    if not children:
        return {}
    marks = ", ".join("?" for _ in children)
    found = rows(MealWord, f"{_LIMITS} AND child IN ({marks}) ORDER BY said_at, id", tuple(children))
    return {child: int(kop) for child, kop in found}


def said_by(keys: Keys, person: str) -> Sequence[tuple[str, Word]]:
    """For the own export: the child and the word."""
    sql = f"{_WORDS} WHERE said_by = ? ORDER BY said_at DESC, id DESC"
    return [(row[1], _word(keys, row)) for row in rows(MealWord, sql, (person,))]


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: of two words that hold, the later one goes on."""
    MealWord.update(child=to).where(MealWord.child == former).execute()
    MealWord.update(said_by=to).where(MealWord.said_by == former).execute()
    live = rows(MealWord, "SELECT id, said_at FROM meal_word WHERE child = ? AND replaced_at IS NULL ORDER BY said_at DESC, id DESC", (to,))
    for id_, _ in live[1:]:
        MealWord.update(replaced_at=from_micros(int(live[0][1]))).where(MealWord.id == id_).execute()


def forget(person: str) -> None:
    """The child's record is erased."""
    delete(MealWord, MealWord.child == person)


def remove_old(*, now: datetime, limit: int) -> int:
    return delete_ids(MealWord, "SELECT id FROM meal_word WHERE replaced_at < ? LIMIT ?", (to_micros(now - KEPT), limit))


def _word(keys: Keys, row: tuple[str, str, str, int | None, int | None, str, int]) -> Word:
    id_, _, body, week, offline, by, at = row
    return Word(
        bans=msgspec.json.decode(keys.open("meal_word", "body", id_, body), type=Bans),
        week_limit_kop=None if week is None else int(week),
        offline_limit_kop=None if offline is None else int(offline),
        said_by=by,
        said_at=from_micros(int(at)),
    )

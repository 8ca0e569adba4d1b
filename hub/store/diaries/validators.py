"""By which name a source will know its last answer again, so that it may say «unchanged» (conditional reading)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.diaries.diary_copies import DiaryCopy
from hub.store.fields import InstantField, SealedColumn, changed, delete_ids, from_micros, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=30)
Pair = tuple[str, str]


class DiaryValidator(peewee.Model):
    """`id` names one question (link, child, kinds and blocks). It holds only while the copies are those of `fetched_at`."""

    id = peewee.TextField(primary_key=True)
    link = peewee.TextField(index=True)
    validator = peewee.TextField()
    fetched_at = InstantField(index=True)

    class Meta:
        table_name = "diary_validator"


TABLES = (DiaryValidator,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(DiaryValidator, "validator"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The source's name of the answer from which copies were made at `fetched_at`."""

    validator: str
    fetched_at: datetime


def _id(link: str, child: str, pairs: Iterable[Pair]) -> str:
    text = "\x1f".join((child, *sorted(f"{datum} {block}" for datum, block in pairs)))
    return f"{link}.{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def find(keys: Keys, *, link: str, child: str, pairs: Iterable[Pair]) -> Known | None:
    return find_all(keys, [(link, child, pairs)])[0]


def find_all(keys: Keys, questions: Iterable[tuple[str, str, Iterable[Pair]]]) -> list[Known | None]:
    """The same for several (link, child, pairs), in their order, in one query."""
    ids = [_id(link, child, pairs) for link, child, pairs in questions]
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT id, validator, fetched_at FROM diary_validator WHERE id IN ({marks})"  # noqa: S608 - only question marks
    found = {
        id_: Known(validator=keys.open("diary_validator", "validator", id_, sealed), fetched_at=from_micros(at))
        for id_, sealed, at in (rows(DiaryValidator, sql, ids) if ids else ())
    }
    return [found.get(id_) for id_ in ids]


def keep(keys: Keys, *, link: str, child: str, pairs: Iterable[Pair], validator: str, at: datetime) -> None:
    """In the unit that stored the copies. An answer without a name forgets the former one."""
    id_ = _id(link, child, pairs)
    if not validator:
        changed(DiaryValidator, "DELETE FROM diary_validator WHERE id = ?", (id_,))
        return
    sql = (
        "INSERT INTO diary_validator (id, link, validator, fetched_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET validator = excluded.validator, fetched_at = excluded.fetched_at"
    )
    changed(DiaryValidator, sql, (id_, link, keys.seal("diary_validator", "validator", id_, validator), to_micros(at)))


def unchanged(*, link: str, child: str, pairs: Iterable[Pair], known: Known, at: datetime) -> bool:
    """The source said «unchanged»: the copies of that answer are as young as this word of it. False when one was replaced meanwhile."""
    wanted = list(pairs)
    ids = [f"{link}.{child}.{datum}.{block}" for datum, block in wanted]
    mine = (DiaryCopy.id.in_(ids)) & (DiaryCopy.fetched_at == known.fetched_at)
    renewed = DiaryCopy.update(fetched_at=at, asked_at=at, tried_at=at, error=None).where(mine).execute()
    if renewed != len(ids):
        return False
    DiaryValidator.update(fetched_at=at).where(DiaryValidator.id == _id(link, child, wanted)).execute()
    return True


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Deletes names of answers that nobody asked about for a month."""
    return delete_ids(DiaryValidator, "SELECT id FROM diary_validator WHERE fetched_at < ? LIMIT ?", (to_micros(now - KEPT), limit))

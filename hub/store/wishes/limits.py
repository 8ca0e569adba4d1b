"""How much a day a family lets an account for food spend; every word stays, the last one holds (RULES D8)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import peewee

from hub.store.fields import InstantField, from_micros, rows


class DailyLimit(peewee.Model):
    """Without an amount there is no limit. `number` counts the words of one account."""

    id = peewee.TextField(primary_key=True)
    account = peewee.TextField()
    number = peewee.BigIntegerField()
    limit_kop = peewee.BigIntegerField(null=True)
    said_by = peewee.TextField()
    said_at = InstantField()

    class Meta:
        table_name = "daily_limit"
        indexes = ((("account", "number"), True),)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitWord:
    limit_kop: int | None
    said_by: str
    said_at: datetime
    number: int


def said(account: str, *, limit: int = 1) -> Sequence[LimitWord]:
    """The newest word first; nothing where the school's own default holds."""
    sql = "SELECT limit_kop, said_by, said_at, number FROM daily_limit WHERE account = ? ORDER BY number DESC LIMIT ?"
    return [
        LimitWord(limit_kop=None if kop is None else int(kop), said_by=by, said_at=from_micros(at), number=int(number))
        for kop, by, at, number in rows(DailyLimit, sql, (account, limit))
    ]


def say(account: str, limit_kop: int | None, *, by: str, now: datetime) -> None:
    """In the caller's unit, which holds the account."""
    before = said(account)
    number = before[0].number + 1 if before else 1
    DailyLimit.insert(id=uuid.uuid4().hex, account=account, number=number, limit_kop=limit_kop, said_by=by, said_at=now).execute()


def of_person(person: str) -> Sequence[tuple[str, int | None, datetime]]:
    """For the own export: account, amount, when."""
    sql = "SELECT account, limit_kop, said_at FROM daily_limit WHERE said_by = ? ORDER BY said_at DESC"
    return [(account, kop, from_micros(at)) for account, kop, at in rows(DailyLimit, sql, (person,))]


def rebind(*, former: str, to: str) -> None:
    DailyLimit.update(said_by=to).where(DailyLimit.said_by == former).execute()

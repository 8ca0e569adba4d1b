"""What a school sells and at what price by day, its week, what it does without money, meals that were refused (RULES D5, D7)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import peewee

from hub.store.fields import InstantField, from_micros, insert, rows, to_micros

MENU, SERVICES = "menu", "services"
USUAL_WEEK = "123456"
"""ISO weekdays; a school with five days says so."""


class SchoolPrice(peewee.Model):
    """One price of one list from a day on; without an amount it is not sold from that day."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    list = peewee.TextField()
    item = peewee.TextField()
    title = peewee.TextField()
    since = peewee.TextField()
    amount_kop = peewee.BigIntegerField(null=True, constraints=[peewee.Check("amount_kop > 0")])
    said_by = peewee.TextField()
    said_at = InstantField()

    class Meta:
        table_name = "school_price"
        indexes = ((("school", "list", "item", "since"), True),)


class SchoolWeek(peewee.Model):
    """The weekdays of lessons from a day on."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    since = peewee.TextField()
    days = peewee.TextField()
    said_by = peewee.TextField()
    said_at = InstantField()

    class Meta:
        table_name = "school_week"
        indexes = ((("school", "since"), True),)


class TermsWord(peewee.Model):
    """Who said when what happens without money: every word stays, the terms themselves hold by day."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    purpose = peewee.TextField()
    since = peewee.TextField()
    policy = peewee.TextField()
    floor_kop = peewee.BigIntegerField(null=True)
    daily_limit_kop = peewee.BigIntegerField(null=True)
    said_by = peewee.TextField()
    said_at = InstantField()

    class Meta:
        table_name = "account_terms_word"
        indexes = ((("school", "said_at"), False),)


class MealRefusal(peewee.Model):
    """A meal that was not paid, with the rule; its `id` is that of the request, so that a repeat hears the same."""

    id = peewee.TextField(primary_key=True)
    account = peewee.TextField()
    child = peewee.TextField()
    school = peewee.TextField()
    title = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    outcome = peewee.TextField()
    rule = peewee.TextField()
    request_hash = peewee.TextField()
    actor = peewee.TextField()
    at = InstantField()

    class Meta:
        table_name = "meal_refusal"
        indexes = ((("child", "at"), False),)


TABLES = (SchoolPrice, SchoolWeek, TermsWord, MealRefusal)
SEALED = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    """`version` is the list and the day since which it says so."""

    item: str
    title: str
    kop: int
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceWord:
    """One line of a list as it was said; `kop` is none where the sale ends."""

    item: str
    title: str
    since: date
    kop: int | None
    said_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTerms:
    since: str
    policy: str
    floor_kop: int | None
    daily_limit_kop: int | None
    said_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    title: str
    amount_kop: int
    outcome: str
    rule: str
    at: datetime
    request_hash: str


_ON_DAY = (
    "SELECT p.item, p.title, p.amount_kop, p.since FROM school_price AS p WHERE p.school = ? AND p.list = ? AND p.since = "
    "(SELECT MAX(q.since) FROM school_price AS q WHERE q.school = p.school AND q.list = p.list AND q.item = p.item AND q.since <= ?)"
)


def priced(school: str, day: date, *, of: str = MENU) -> Sequence[Dish]:
    """What is sold on that day, the dearest first: that is the lunch."""
    found = rows(SchoolPrice, f"{_ON_DAY} ORDER BY p.amount_kop DESC, p.title, p.item", (school, of, day.isoformat()))
    return [Dish(item=item, title=title, kop=int(kop), version=f"{of}@{since}") for item, title, kop, since in found if kop is not None]


def price_of(school: str, item: str, day: date, *, of: str = MENU) -> Dish | None:
    found = rows(SchoolPrice, f"{_ON_DAY} AND p.item = ?", (school, of, day.isoformat(), item))
    return next((Dish(item=item, title=title, kop=int(kop), version=f"{of}@{since}") for _, title, kop, since in found if kop), None)


def put_price(school: str, item: str, title: str, since: date, kop: int | None, *, by: str, now: datetime, of: str = MENU) -> None:
    """From that day on; a second word for one day stands in place of the first."""
    known = {"title": title, "amount_kop": kop, "said_by": by, "said_at": now}
    mine = (SchoolPrice.school == school) & (SchoolPrice.list == of) & (SchoolPrice.item == item) & (SchoolPrice.since == since.isoformat())
    if not SchoolPrice.update(known).where(mine).execute():
        insert(SchoolPrice, id=uuid.uuid4().hex, school=school, list=of, item=item, since=since.isoformat(), **known)


def price_words(school: str, *, of: str = MENU) -> Sequence[PriceWord]:
    """Every line that was ever said, the newest day first."""
    sql = (
        "SELECT item, title, since, amount_kop, said_by, said_at FROM school_price WHERE school = ? AND list = ? ORDER BY since DESC, title"
    )
    return [
        PriceWord(item=item, title=title, since=date.fromisoformat(since), kop=kop, said_by=by, said_at=from_micros(at))
        for item, title, since, kop, by, at in rows(SchoolPrice, sql, (school, of))
    ]


def week_on(school: str, day: date) -> str:
    sql = "SELECT days FROM school_week WHERE school = ? AND since <= ? ORDER BY since DESC LIMIT 1"
    found = rows(SchoolWeek, sql, (school, day.isoformat()))
    return str(found[0][0]) if found else USUAL_WEEK


def put_week(school: str, since: date, days: str, *, by: str, now: datetime) -> None:
    known = {"days": days, "said_by": by, "said_at": now}
    if not SchoolWeek.update(known).where(SchoolWeek.school == school, SchoolWeek.since == since.isoformat()).execute():
        insert(SchoolWeek, id=uuid.uuid4().hex, school=school, since=since.isoformat(), **known)


def note_terms(
    school: str, purpose: str, since: date, *, policy: str, floor_kop: int | None, daily_limit_kop: int | None, by: str, now: datetime
) -> None:
    insert(
        TermsWord,
        id=uuid.uuid4().hex,
        school=school,
        purpose=purpose,
        since=since.isoformat(),
        policy=policy,
        floor_kop=floor_kop,
        daily_limit_kop=daily_limit_kop,
        said_by=by,
        said_at=now,
    )


def terms_words(school: str, *, limit: int = 20) -> Sequence[SaidTerms]:
    """Who said what of the school's terms, newest first."""
    sql = (
        "SELECT since, policy, floor_kop, daily_limit_kop, said_by, said_at FROM account_terms_word "
        "WHERE school = ? ORDER BY said_at DESC, id LIMIT ?"
    )
    return [
        SaidTerms(since=since, policy=policy, floor_kop=floor, daily_limit_kop=limit_kop, said_by=by, said_at=from_micros(at))
        for since, policy, floor, limit_kop, by, at in rows(TermsWord, sql, (school, limit))
    ]


def refusal_id(scope: str, key: str) -> str:
    return hashlib.sha256(f"{scope}\n{key}".encode()).hexdigest()[:40]


def refused(id_: str) -> Refusal | None:
    """What this very request heard before."""
    found = rows(MealRefusal, f"{_REFUSED} WHERE id = ?", (id_,))
    return _refusal(found[0]) if found else None


def note_refusal(id_: str, **said: object) -> None:
    MealRefusal.insert(id=id_, **said).on_conflict_ignore().execute()


def refusals_of(child: str, *, limit: int = 20) -> Sequence[Refusal]:
    """What this child was not served on the account, newest first."""
    return [_refusal(row) for row in rows(MealRefusal, f"{_REFUSED} WHERE child = ? ORDER BY at DESC, id LIMIT ?", (child, limit))]


def refusals_between(child: str, start: datetime, end: datetime, *, limit: int = 200) -> Mapping[str, Refusal]:
    """By the request's id, newest first."""
    sql = (
        "SELECT id, title, amount_kop, outcome, rule, at, request_hash FROM meal_refusal "
        "WHERE child = ? AND at >= ? AND at < ? ORDER BY at DESC, id LIMIT ?"
    )
    return {id_: _refusal(tuple(row)) for id_, *row in rows(MealRefusal, sql, (child, to_micros(start), to_micros(end), limit))}


def rebind(*, former: str, to: str) -> None:
    MealRefusal.update(child=to).where(MealRefusal.child == former).execute()


_REFUSED = "SELECT title, amount_kop, outcome, rule, at, request_hash FROM meal_refusal"


def _refusal(row: tuple[Any, ...]) -> Refusal:
    title, kop, outcome, rule, at, hash_ = row
    return Refusal(title=title, amount_kop=int(kop), outcome=outcome, rule=rule, at=from_micros(at), request_hash=hash_)

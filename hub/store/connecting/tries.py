"""Wrong diary passwords per person, account and network: counted before the diary is asked, given back when they were right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete_ids, rows, to_micros
from identity.sealing import Keys

WINDOW = timedelta(hours=1)
MOST = 10
"""So many wrong passwords an hour for one person or one account; then none is tried, the right one included."""
MOST_OF_A_NETWORK = 30
"""A school's or a mobile operator's network is shared by many families."""


class LoginTry(peewee.Model):
    """`id` is a keyed hash: the table tells neither logins nor addresses."""

    id = peewee.TextField(primary_key=True)
    count = peewee.IntegerField()
    since = InstantField(index=True)

    class Meta:
        table_name = "login_try"


TABLES = (LoginTry,)
SEALED: tuple[SealedColumn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One counted try; `after_s` above 0: refused, whatever the password is."""

    person: str
    others: tuple[str, ...]
    after_s: float = 0.0


def count(keys: Keys, *, person: str, account: str, network: str, now: datetime) -> Tried:
    """Counts this try as if it were wrong, so that parallel ones do not slip through. `account` names the system and the login.

    Rows are taken in one order by everybody, so that tries never deadlock.
    """
    mine = _id(keys, "person", person)
    others = (_id(keys, "account", account), _id(keys, "network", network))
    limits = zip((mine, *others), (MOST, MOST, MOST_OF_A_NETWORK), strict=True)
    waits = [since + WINDOW - now for id_, most in limits for number, since in (_count(id_, now),) if number > most]
    after_s = max((wait.total_seconds() for wait in waits), default=0.0)
    return Tried(person=mine, others=others, after_s=max(1.0, after_s) if waits else 0.0)


def give_back(tried: Tried) -> None:
    """It was no wrong password: the person starts afresh, account and network keep what they had before."""
    LoginTry.update(count=0).where(LoginTry.id == tried.person).execute()
    _uncount(tried.others)


def not_counted(tried: Tried) -> None:
    """The diary gave no answer: nothing is known of the password."""
    _uncount((tried.person, *tried.others))


def _uncount(ids: Iterable[str]) -> None:
    """One row after another, in the order in which they were counted: so parallel tries wait and never deadlock."""
    for id_ in ids:
        LoginTry.update(count=LoginTry.count - 1).where(LoginTry.id == id_, LoginTry.count > 0).execute()


def _id(keys: Keys, kind: str, text: str) -> str:
    return f"{kind}:{keys.index(f'login_try.{kind}', text)}"


def _count(id_: str, now: datetime) -> tuple[int, datetime]:
    sql = (
        "INSERT INTO login_try (id, count, since) VALUES (?, 1, ?) ON CONFLICT (id) DO UPDATE SET"
        " count = CASE WHEN login_try.since <= ? THEN 1 ELSE login_try.count + 1 END,"
        " since = CASE WHEN login_try.since <= ? THEN excluded.since ELSE login_try.since END RETURNING count, since"
    )
    started = to_micros(now - WINDOW)
    ((number, since),) = rows(LoginTry, sql, (id_, to_micros(now), started, started))
    return int(number), now + timedelta(microseconds=int(since) - to_micros(now))


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(LoginTry, "SELECT id FROM login_try WHERE since < ? LIMIT ?", (to_micros(now - 2 * WINDOW), limit))

"""Wishes to pay in: made before the first call, found by either id, changed under a lock, asked about in turn (RULES D3, D12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import peewee

from hub.store.fields import InstantField, from_micros, rows, to_micros

PENDING, PAID, DECLINED = "pending", "paid", "declined"
LEASE = timedelta(seconds=30)
"""Who asks an acquirer has this long before another process asks too."""


class TopUp(peewee.Model):
    """One wish to pay in. Its `id` is the order's number at the acquirer and stood here before the first call.

    `word` is the acquirer's own word for the state, `problem` why somebody has to look. `refunded_kop` went back already.
    `ask_after` is when the acquirer is asked next, none when no more. `person_before` began it, where that record was joined to another.
    """

    id = peewee.TextField(primary_key=True)
    account = peewee.TextField(index=True)
    child = peewee.TextField(null=True)
    person = peewee.TextField(index=True)
    person_before = peewee.TextField(null=True)
    provider = peewee.TextField()
    method = peewee.TextField()
    amount_kop = peewee.BigIntegerField()
    fee_kop = peewee.BigIntegerField()
    state = peewee.TextField()
    word = peewee.TextField(default="")
    problem = peewee.TextField(default="")
    provider_id = peewee.TextField(null=True)
    pay_url = peewee.TextField(null=True)
    txn = peewee.TextField(null=True)
    refunded_kop = peewee.BigIntegerField(default=0)
    tries = peewee.IntegerField(default=0)
    created_at = InstantField()
    asked_at = InstantField(null=True)
    ask_after = InstantField(null=True, index=True)
    settled_at = InstantField(null=True)

    class Meta:
        table_name = "top_up"
        indexes = ((("provider", "provider_id"), True),)


class PayFee(peewee.Model):
    """The fee of one way from a day on, in hundredths of a per cent, above what the acquirer's manifest says."""

    id = peewee.TextField(primary_key=True)
    provider = peewee.TextField()
    method = peewee.TextField()
    since = peewee.TextField()
    hundredths = peewee.IntegerField()

    class Meta:
        table_name = "pay_fee"
        indexes = ((("provider", "method", "since"), True),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpCard:
    id: str
    account: str
    child: str | None
    person: str
    provider: str
    method: str
    amount_kop: int
    fee_kop: int
    state: str
    word: str
    problem: str
    provider_id: str | None
    pay_url: str | None
    txn: str | None
    refunded_kop: int
    tries: int
    created_at: datetime
    asked_at: datetime | None

    @property
    def total_kop(self) -> int:
        return self.amount_kop + self.fee_kop


_COLUMNS = tuple(TopUpCard.__dataclass_fields__)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM top_up"  # noqa: S608 - own names


def begin(card: TopUpCard, *, ask_after: datetime) -> None:
    """Before the first call: whatever becomes of it, the order's number is known."""
    TopUp.insert(**{name: getattr(card, name) for name in _COLUMNS}, ask_after=ask_after).execute()


def get(id_: str) -> TopUpCard | None:
    return _one("id = ?", id_)


def by_provider(provider: str, provider_id: str) -> TopUpCard | None:
    return _one("provider = ? AND provider_id = ?", provider, provider_id)


def of_person(person: str, *, limit: int) -> list[TopUpCard]:
    """Those that this person began, the latest first."""
    return [_card(row) for row in rows(TopUp, f"{_SELECT} WHERE person = ? ORDER BY created_at DESC, id LIMIT ?", (person, limit))]


def of_account(account: str, person: str, *, limit: int) -> list[TopUpCard]:
    """What this person began for this account, the latest first."""
    sql = f"{_SELECT} WHERE account = ? AND person = ? ORDER BY created_at DESC, id LIMIT ?"
    return [_card(row) for row in rows(TopUp, sql, (account, person, limit))]


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another: its payments go along."""
    TopUp.update(person=to, person_before=former).where(TopUp.person == former).execute()


def part(*, kept: str, former: str) -> None:
    """The two records are apart again."""
    TopUp.update(person=former, person_before=None).where(TopUp.person == kept, TopUp.person_before == former).execute()


def orders_of(provider: str, provider_ids: Sequence[str]) -> Mapping[str, str]:
    """Our own number of the payments that the acquirer names so."""
    found: dict[str, str] = {}
    for begin in range(0, len(provider_ids), 500):
        some = provider_ids[begin : begin + 500]
        marks = ", ".join("?" * len(some))
        sql = f"SELECT provider_id, id FROM top_up WHERE provider = ? AND provider_id IN ({marks})"  # noqa: S608 - question marks
        found.update(dict(rows(TopUp, sql, (provider, *some))))
    return found


def wake(provider: str, id_: str, *, now: datetime) -> None:
    """The acquirer is asked about this payment at the worker's next turn, whatever became of it."""
    TopUp.update(ask_after=now).where(TopUp.id == id_, TopUp.provider == provider).execute()


def locked(id_: str) -> TopUpCard | None:
    """The wish as it is now; nobody else changes it until this unit ends."""
    TopUp.update(tries=TopUp.tries).where(TopUp.id == id_).execute()
    return get(id_)


def change(id_: str, **values: object) -> None:
    TopUp.update(values).where(TopUp.id == id_).execute()


def waits(*, now: datetime) -> bool:
    """Whether anybody is to be asked about now, for who may only read."""
    return bool(rows(TopUp, "SELECT 1 FROM top_up WHERE ask_after <= ? LIMIT 1", (to_micros(now),)))


def due(*, now: datetime, limit: int) -> list[str]:
    """Those to ask about now, the longest waiting first; each is left to this process for a while."""
    sql = "SELECT id FROM top_up WHERE ask_after <= ? ORDER BY ask_after LIMIT ?"
    mine = []
    for (id_,) in rows(TopUp, sql, (to_micros(now), limit)):
        taken = TopUp.update(ask_after=now + LEASE).where(TopUp.id == id_, TopUp.ask_after <= now).execute()
        if taken:
            mine.append(id_)
    return mine


TOO_LONG = timedelta(hours=24)


def count_problems(school: str | None = None, *, now: datetime) -> int:
    where, values = _problems(school, now=now)
    ((count,),) = rows(TopUp, f"SELECT COUNT(*) {where}", values)
    return int(count)


def problems(school: str | None = None, *, now: datetime, limit: int = 200) -> list[TopUpCard]:
    """The longest waiting first."""
    where, values = _problems(school, now=now)
    sql = f"SELECT {', '.join(_COLUMNS)} {where} ORDER BY created_at, id LIMIT ?"
    return [_card(row) for row in rows(TopUp, sql, (*values, limit))]


# Somebody has to look, or the acquirer has said nothing for longer than a payer needs; a code for a shop has its own long term.
_PROBLEMS = (
    "FROM top_up WHERE (problem <> '' OR (state = 'pending' AND provider_id IS NOT NULL AND created_at < ? "
    "AND NOT EXISTS (SELECT 1 FROM demand AS d WHERE d.id = top_up.id)))"
)
_AT_SCHOOL = "AND account IN (SELECT a.id FROM contract_account AS a JOIN contract AS c ON c.id = a.contract WHERE c.school = ?)"


def _problems(school: str | None, *, now: datetime) -> tuple[str, tuple[object, ...]]:
    until = to_micros(now - TOO_LONG)
    return (f"{_PROBLEMS} {_AT_SCHOOL}", (until, school)) if school else (_PROBLEMS, (until,))


def fee_of(provider: str, method: str, day: date, default: int) -> int:
    """Hundredths of a per cent on that day."""
    found = fee_row(provider, method, day)
    return found[0] if found else default


def fee_row(provider: str, method: str, day: date) -> tuple[int, str] | None:
    """The fee of that day with the day it began; None where none was set."""
    sql = "SELECT hundredths, since FROM pay_fee WHERE provider = ? AND method = ? AND since <= ? ORDER BY since DESC LIMIT 1"
    found = rows(PayFee, sql, (provider, method, day.isoformat()))
    return (int(found[0][0]), str(found[0][1])) if found else None


def put_fee(provider: str, method: str, since: date, hundredths: int) -> None:
    """From that day on; a second word for one day stands in place of the first."""
    id_ = f"{provider}-{method}-{since}"
    if not PayFee.update(hundredths=hundredths).where(PayFee.id == id_).execute():
        PayFee.insert(id=id_, provider=provider, method=method, since=since.isoformat(), hundredths=hundredths).execute()


def _one(where: str, *values: str) -> TopUpCard | None:
    found = rows(TopUp, f"{_SELECT} WHERE {where}", values)
    if not found:
        return None
    return _card(found[0])


def _card(row: Sequence[object]) -> TopUpCard:
    named = dict(zip(_COLUMNS, row, strict=True))
    for name in ("created_at", "asked_at"):
        at = named[name]
        named[name] = from_micros(at) if isinstance(at, int) else None
    return TopUpCard(**named)  # type: ignore[arg-type]  # the columns in their order

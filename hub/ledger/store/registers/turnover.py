"""What went through the accounts of families in a period: by school, provider, kind and day; and what is below zero (F142)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.ledger.model import Purpose
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Contract, Entry
from hub.store.fields import from_micros, rows, to_micros

EPOCH = date(1970, 1, 1)
DAY = 86_400_000_000
MOSCOW = 3 * 3_600_000_000
"""Days of the operator's view are Moscow's, which has one offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A period of booking times; of one school, or of all; of some purposes, or of all."""

    since: datetime
    until: datetime
    school: str | None = None
    purposes: tuple[Purpose, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """`name` is a school, a class, a kind or a provider's account; `contracts` those at which something moved."""

    name: str
    rows: int
    contracts: int
    came_kop: int
    went_kop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """An account below zero."""

    account: str
    contract: str
    number: str
    school: str
    child: str | None
    purpose: Purpose
    kop: int


_SUMS = (
    "COUNT(*), COUNT(DISTINCT a.contract), COALESCE(SUM(CASE WHEN e.amount_kop > 0 THEN e.amount_kop END), 0), "
    "COALESCE(SUM(CASE WHEN e.amount_kop < 0 THEN e.amount_kop END), 0)"
)
_FROM = (
    "FROM contract_account AS a JOIN contract AS c ON c.id = a.contract "
    "JOIN ledger_entry AS e ON e.account = a.id AND e.booked_at >= ? AND e.booked_at < ?"
)


def by_school(asked: Asked) -> Sequence[Moved]:
    return _moved("c.school", asked)


def by_class(asked: Asked) -> Sequence[Moved]:
    return _moved("c.class_name", asked)


def by_purpose(asked: Asked) -> Sequence[Moved]:
    return _moved("a.purpose", asked)


def by_kind(asked: Asked) -> Sequence[Moved]:
    return _moved("e.kind", asked)


def total(asked: Asked) -> Moved:
    where, values = _where(asked)
    ((count, contracts, came, went),) = rows(Entry, f"SELECT {_SUMS} {_FROM}{where}", values)
    return Moved(name="", rows=int(count), contracts=int(contracts), came_kop=int(came), went_kop=int(went))


def by_day(asked: Asked) -> Sequence[tuple[date, int, int]]:
    """Day, what came, what went; days without a row are not here."""
    where, values = _where(asked)
    came = "COALESCE(SUM(CASE WHEN e.amount_kop > 0 THEN e.amount_kop END), 0)"
    went = "COALESCE(SUM(CASE WHEN e.amount_kop < 0 THEN e.amount_kop END), 0)"
    day = f"(e.booked_at + {MOSCOW}) / {DAY}"
    sql = f"SELECT {day}, {came}, {went} {_FROM}{where} GROUP BY {day} ORDER BY {day}"
    return [(EPOCH + timedelta(days=int(number)), int(plus), int(minus)) for number, plus, minus in rows(Entry, sql, values)]


def by_provider(since: datetime, until: datetime) -> Sequence[tuple[str, str, int, int]]:
    """Provider, kind, how many, how much it took for us; what it gave back is below zero. Fees stand as the kind `fee`."""
    sql = (
        "SELECT account, kind, COUNT(*), SUM(amount_kop) FROM ledger_entry WHERE number IS NULL AND booked_at >= ? AND booked_at < ? "
        "AND (account LIKE ? OR account LIKE ?) GROUP BY account, kind ORDER BY account, kind"
    )
    found = []
    for account, kind, count, kop in rows(Entry, sql, (to_micros(since), to_micros(until), "provider:%", "fee:%")):
        what, _, name = account.partition(":")
        found.append((name, "fee", int(count), int(kop)) if what == "fee" else (name, kind, int(count), -int(kop)))
    return found


def in_suspense() -> Sequence[tuple[str, int]]:
    """Provider, and what of its money waits for its account."""
    sql = "SELECT account, SUM(amount_kop) FROM ledger_entry WHERE number IS NULL AND account LIKE ? GROUP BY account ORDER BY account"
    return [(account.partition(":")[2], int(kop)) for account, kop in rows(Entry, sql, ("suspense:%",)) if kop]


def payouts(school: str | None = None) -> tuple[int, int, datetime | None]:
    """Those that wait: how many, how much, and the oldest term."""
    where, values = (" AND school = ?", (school,)) if school else ("", ())
    sql = f"SELECT COUNT(*), COALESCE(SUM(amount_kop), 0), MIN(due_at) FROM payout WHERE state <> 'done'{where}"  # noqa: S608 - own words
    ((count, kop, due),) = rows(Contract, sql, values)
    return int(count), int(kop), from_micros(int(due)) if due is not None else None


def receipts_missing(school: str | None = None) -> int:
    """Acts whose receipt ought to be there by now and is not."""
    where, values = (" AND school = ?", (school,)) if school else ("", ())
    sql = f"SELECT COUNT(*) FROM ledger_receipt WHERE state = 'missing'{where}"  # noqa: S608 - own words
    ((count,),) = rows(Contract, sql, values)
    return int(count)


def active_contracts(school: str | None = None) -> int:
    where, values = (" AND school = ?", (school,)) if school else ("", ())
    ((count,),) = rows(Contract, f"SELECT COUNT(*) FROM contract WHERE state = 'active'{where}", values)  # noqa: S608 - own words
    return int(count)


def held(school: str | None = None) -> Sequence[tuple[str, Purpose, int]]:
    """What families' accounts hold now: school, purpose, how much."""
    where, values = (" WHERE c.school = ?", (school,)) if school else ("", ())
    sql = f"SELECT c.school, a.purpose, SUM(e.closing_kop) {_LAST}{where} GROUP BY c.school, a.purpose ORDER BY c.school, a.purpose"
    return [(ogrn, Purpose(purpose), int(kop)) for ogrn, purpose, kop in rows(Entry, sql, values)]


def below_zero(school: str | None = None, *, limit: int = 200) -> list[Below]:
    """The deepest first."""
    where, values = (" AND c.school = ?", (school,)) if school else ("", ())
    sql = (
        f"SELECT a.id, c.id, c.number, c.school, c.child, a.purpose, e.closing_kop {_LAST} "
        f"WHERE e.closing_kop < 0{where} ORDER BY e.closing_kop, c.number LIMIT ?"
    )
    return [
        Below(account=account, contract=contract, number=number, school=ogrn, child=child, purpose=Purpose(purpose), kop=int(kop))
        for account, contract, number, ogrn, child, purpose, kop in rows(Entry, sql, (*values, limit))
    ]


def below_zero_sum(school: str | None = None) -> tuple[int, int]:
    """How many accounts, and how much together."""
    where, values = (" AND c.school = ?", (school,)) if school else ("", ())
    sql = f"SELECT COUNT(*), COALESCE(SUM(e.closing_kop), 0) {_LAST} WHERE e.closing_kop < 0{where}"
    ((count, kop),) = rows(Entry, sql, values)
    return int(count), int(kop)


_LAST = (
    "FROM contract_account AS a JOIN contract AS c ON c.id = a.contract JOIN ledger_entry AS e ON e.account = a.id "
    "AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE account = a.id)"
)


def _moved(column: str, asked: Asked) -> Sequence[Moved]:
    where, values = _where(asked)
    sql = f"SELECT {column}, {_SUMS} {_FROM}{where} GROUP BY {column} ORDER BY {column}"
    return [
        Moved(name=name, rows=int(count), contracts=int(contracts), came_kop=int(came), went_kop=int(went))
        for name, count, contracts, came, went in rows(Entry, sql, values)
    ]


def _where(asked: Asked) -> tuple[str, tuple[object, ...]]:
    parts = list(_parts(asked))
    told = "".join(f" AND {sql}" for sql, _ in parts)
    return (f" WHERE 1 = 1{told}" if told else ""), (
        to_micros(asked.since), to_micros(asked.until), *(value for _, values in parts for value in values),
    )  # fmt: skip


def _parts(asked: Asked) -> Iterator[tuple[str, tuple[object, ...]]]:
    if asked.school:
        yield "c.school = ?", (asked.school,)
    if asked.purposes:
        yield f"a.purpose IN ({marks(asked.purposes)})", tuple(one.value for one in asked.purposes)

"""A provider's payments as the ledger has them, to be held against its register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from hub.ledger import accounts
from hub.ledger.registers import DAYS_OF, Ours
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Entry
from hub.store.fields import from_micros, rows, to_micros

CHUNK = 500
AHEAD = timedelta(days=31)
"""How long before the day of its own time a payment may have been booked: a terminal's clock may run ahead."""

# The time of a payment is the provider's where it was kept; what the provider itself called in was booked when it was recorded.
_SQL = (
    "SELECT t.key, COALESCE(t.happened_at, CASE WHEN t.actor = ? THEN t.recorded_at ELSE p.booked_at END), "
    "-p.amount_kop, c.number, c.school "
    "FROM ledger_entry AS p JOIN ledger_txn AS t ON t.id = p.txn "
    "LEFT JOIN ledger_entry AS f ON f.txn = p.txn AND f.number IS NOT NULL "
    "LEFT JOIN contract_account AS a ON a.id = f.account LEFT JOIN contract AS c ON c.id = a.contract "
    "WHERE p.account = ? AND t.scope = ? AND t.kind IN ('top_up', 'suspense') AND "
)


def with_keys(provider: str, keys: Sequence[str]) -> Iterator[Ours]:
    for begin in range(0, len(keys), CHUNK):
        some = keys[begin : begin + CHUNK]
        yield from _found(provider, f"t.key IN ({marks(some)})", some)


def of_day(provider: str, day: date) -> Iterator[Ours]:
    """Those of Moscow's day, whenever they came to be known."""
    return (one for one in since(provider, day) if one.day == day)


def since(provider: str, day: date) -> Iterator[Ours]:
    """Those of this day and later."""
    start = datetime.combine(day, time.min, DAYS_OF)
    return (one for one in _found(provider, "p.booked_at >= ?", [to_micros(start - AHEAD)]) if one.day >= day)


def _found(provider: str, where: str, values: Sequence[object]) -> Iterator[Ours]:
    own = accounts.provider(provider)
    for key, at, kop, number, school in rows(Entry, _SQL + where, (own, own, provider, *values)):
        day = from_micros(at).astimezone(DAYS_OF).date()
        yield Ours(key=key, account=number or "", amount_kop=int(kop), day=day, school=school or "")

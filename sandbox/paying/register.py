"""A provider's register of a day's payments: rows in the provider's own look, totals last; and registers that are wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from quart import Response, request

from sandbox.asked import Refused

MOSCOW: Final = ZoneInfo("Europe/Moscow")
SPOILT: Final = ("totals", "missing", "extra", "sum", "duplicate", "date")
EXTRA_ID: Final = "990000000000000001"
ROUBLE: Final = 100
PAYMENTS, REFUNDS = "payments", "refunds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One successful payment, or one refund; `order` is the shop's number or the contract's, `part` counts visits to a counter."""

    id: str
    order: str
    at: datetime
    amount_kop: int
    fee_kop: int = 0
    way: str = ""
    part: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a provider writes its file. `columns` and `totals` are templates; `lines` stand before the first payment.

    `aside` is a line that is no payment and that the totals do not count."""

    columns: tuple[str, ...]
    totals: tuple[str, ...]
    encoding: str = "cp1251"
    separator: str = ";"
    decimal: str = "."
    at: str = "%d.%m.%Y %H:%M:%S"
    lines: tuple[str, ...] = ()
    aside: str = ""

    def money(self, kop: int) -> str:
        return f"{kop // 100}{self.decimal}{kop % 100:02d}"

    def cells(self, row: Row) -> str:
        said = {
            "id": row.id,
            "order": row.order,
            "at": row.at.astimezone(MOSCOW).strftime(self.at),
            "sum": self.money(row.amount_kop),
            "fee": self.money(row.fee_kop),
            "transferred": self.money(row.amount_kop - row.fee_kop),
            "way": row.way,
            "part": row.part,
        }
        return self.separator.join(column.format_map(said) for column in self.columns)

    def last(self, rows: Sequence[Row], day: date, more_kop: int) -> str:
        total, fee = sum(it.amount_kop for it in rows) + more_kop, sum(it.fee_kop for it in rows)
        said = {"count": len(rows), "sum": self.money(total), "fee": self.money(fee), "transferred": self.money(total - fee)}
        return self.separator.join(one.format_map({**said, "day": day.strftime("%d/%m/%Y")}) for one in self.totals)


def written(look: Look, rows: Sequence[Row], day: date, spoil: str | None = None) -> bytes:
    """All kinds of `spoil` but `totals` keep the totals right."""
    changed = _spoilt(list(rows), spoil)
    aside = (look.aside,) if spoil == "untagged" else ()
    last = look.last(changed, day, ROUBLE if spoil == "totals" else 0)
    return "\r\n".join([*look.lines, *map(look.cells, changed), *aside, last, ""]).encode(look.encoding)


def _spoilt(rows: list[Row], spoil: str | None) -> list[Row]:
    if not rows:
        return rows
    first = rows[0]
    if spoil == "missing":
        return rows[1:]
    if spoil == "duplicate":
        return [first, *rows]
    if spoil == "extra":
        return [*rows, replace(first, id=EXTRA_ID, amount_kop=7700, fee_kop=0)]
    if spoil == "sum":
        return [replace(first, amount_kop=first.amount_kop + ROUBLE), *rows[1:]]
    if spoil == "date":
        return [replace(first, at=first.at + timedelta(days=1)), *rows[1:]]
    return rows


def fee(amount_kop: int, rate_10000: int) -> int:
    """Half a kopeck goes up."""
    return (amount_kop * rate_10000 + 5000) // 10000


def of_day(rows: Sequence[Row], day: date) -> list[Row]:
    return sorted((it for it in rows if it.at.astimezone(MOSCOW).date() == day), key=lambda it: it.at)


def answered(look: Look, rows: Callable[[str], Sequence[Row]], now: datetime, *, kinds: Sequence[str] = (PAYMENTS, REFUNDS)) -> Response:
    """`?day=YYYY-MM-DD&spoil=&kind=`: without a day the current one in Moscow."""
    spoil, asked, kind = request.args.get("spoil"), request.args.get("day"), request.args.get("kind", PAYMENTS)
    spoils = (*SPOILT, "untagged") if look.aside else SPOILT
    if spoil is not None and spoil not in spoils:
        raise Refused(f"spoil — одно из: {', '.join(spoils)}")
    if kind not in kinds:
        raise Refused(f"kind — одно из: {', '.join(kinds)}")
    try:
        day = now.astimezone(MOSCOW).date() if asked is None else date.fromisoformat(asked)
    except ValueError:
        raise Refused("day — дата YYYY-MM-DD") from None
    charset = look.encoding.removesuffix("-sig")
    return Response(written(look, of_day(rows(kind), day), day, spoil), content_type=f"text/csv; charset={charset}")

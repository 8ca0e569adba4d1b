"""Payments made in several visits: the ledger may have booked two of them as one, so they are held against it by their sum (RULES D10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.ledger.registers import Item, Kind, Line, Ours, Taken
from hub.ledger.store.registers import kept
from hub.store.wishes import demands, top_ups

ASKED = "asked"


@dataclass(slots=True)
class Apart:
    """`rest` are lines like any other; `agreed` and `items` are what became of the parts; `seen` are our bookings that they cover."""

    rest: list[Line] = field(default_factory=list)
    agreed: list[Line] = field(default_factory=list)
    known: list[Line] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def set_apart(lines: Sequence[Line], ours: Mapping[str, Ours], taken: Mapping[str, Taken], provider: str) -> Apart:
    """No money moves for a part alone: where the register tells of more than was booked, the provider is asked (`wake`)."""
    found = Apart()
    told: dict[str, int] = defaultdict(int, kept.sums_of(provider, sorted({one.account for one in lines if one.part})))
    for one in lines:
        code = one.key.partition(":")[0]
        paid = _paid(one, provider)
        if not one.part or code in ours or paid is None:
            found.rest.append(one)
            continue
        found.seen |= {key for key in ours if key.startswith(f"{code}:part:")}
        if one.key in taken:
            found.known.append(one)
        elif told[one.account] + one.amount_kop <= paid:
            told[one.account] += one.amount_kop
            found.agreed.append(one)
        else:
            own = Ours(key=code, account="", amount_kop=paid, day=one.day, order=one.account) if paid else None
            found.items.append(Item(kind=Kind.THEIRS_ONLY, key=one.key, ours=own, line=one, note=ASKED))
    return found


def wake(apart: Apart, provider: str, *, now: datetime) -> None:
    for item in apart.items:
        if item.line is not None:
            top_ups.wake(provider, item.line.account, now=now)


def _paid(one: Line, provider: str) -> int | None:
    """What was booked of this payment so far; None where the line is the whole payment, or nobody's."""
    wish = top_ups.get(one.account)
    if wish is None or wish.provider != provider:
        return None
    demand = demands.get(wish.id)
    paid = demand.paid_kop if demand else 0
    whole = demand.asked_kop if demand else wish.total_kop
    return None if one.part == 1 and not paid and one.amount_kop == whole else paid

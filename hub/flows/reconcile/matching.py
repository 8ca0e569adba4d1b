"""A register against the ledger, pure: what agrees, what is to be credited, what somebody has to look at (RULES D10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.ledger.registers import Item, Kind, Line, Ours, Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """`known` are lines that an earlier import of this day took; `credit` are theirs alone, and not in doubt."""

    agreed: tuple[Line, ...]
    known: tuple[Line, ...]
    credit: tuple[Line, ...]
    items: tuple[Item, ...]


def of_another_day(lines: Sequence[Line], ours: Mapping[str, Ours], day: date) -> bool:
    """No line is of that day, by their clock or by ours: the wrong file, or the wrong day."""
    return bool(lines) and not any(one.day == day or (one.key in ours and ours[one.key].day == day) for one in lines)


def match(lines: Sequence[Line], ours: Mapping[str, Ours], taken: Mapping[str, Taken], *, day: date, seen: Collection[str] = ()) -> Matched:
    """`ours` are the payments of that day and all that the lines name; `seen` those of them that some register has told of."""
    agreed: list[Line] = []
    known: list[Line] = []
    credit: list[Line] = []
    items: list[Item] = []
    groups: dict[str, list[Line]] = {}
    for one in lines:
        groups.setdefault(one.key, []).append(one)
    for key, group in groups.items():
        own = ours.get(key)
        # Which of several is the payment does not hang on their order.
        group.sort(key=lambda one, own=own: (not _agrees(one, own), one.at, one.account, one.amount_kop, one.number))  # type: ignore[misc]  # a lambda's default
        first, *others = group
        items += [Item(kind=Kind.DUPLICATE, key=key, ours=own, line=one, place=n) for n, one in enumerate(others, start=1)]
        before = taken.get(key)
        if before is not None and same(before.line, first) and before.line.fee_kop == first.fee_kop:
            if before.day == day:
                known.append(first)
            else:
                items.append(Item(kind=Kind.DUPLICATE, key=key, ours=own, line=first, note=f"other_register {before.day}"))
        elif own is None:
            doubtful = any(not same(one, first) for one in others)
            items.append(Item(kind=Kind.THEIRS_ONLY, key=key, line=first, note="contradictory" if doubtful else ""))
            if not doubtful:
                credit.append(first)
        else:
            item = _compared(first, own, day)
            if item is None:
                agreed.append(first)
            else:
                items.append(item)
    items += [
        Item(kind=Kind.OURS_ONLY, key=own.key, ours=own)
        for own in ours.values()
        if own.day == day and own.key not in groups and own.key not in seen
    ]
    items.sort(key=lambda one: (one.line.number if one.line else 0, one.key))
    return Matched(agreed=tuple(agreed), known=tuple(known), credit=tuple(credit), items=tuple(items))


def same(one: Line, other: Line) -> bool:
    """The same payment told again; where it stands in a file says nothing."""
    return (one.account, one.amount_kop, one.at) == (other.account, other.amount_kop, other.at)


def _agrees(one: Line, own: Ours | None) -> bool:
    return own is not None and one.amount_kop == own.amount_kop and (not one.account or _whose(one, own) in ("", one.account))


def _whose(one: Line, own: Ours) -> str:
    return own.order if one.by_order else own.account


def _compared(line: Line, own: Ours, day: date) -> Item | None:
    if not _agrees(line, own):
        note = "account_differs" if line.amount_kop == own.amount_kop else ""
        return Item(kind=Kind.SUM_DIFFERS, key=line.key, ours=own, line=line, note=note)
    if line.day != day or own.day != day:
        return Item(kind=Kind.DATE_SHIFT, key=line.key, ours=own, line=line)
    if line.fee_due_kop is not None and line.fee_kop != line.fee_due_kop:
        return Item(kind=Kind.FEE_DIFFERS, key=line.key, ours=own, line=line)
    return None

"""What a provider gave back by itself, as its register of refunds tells it, against what the ledger took back (RULES D4, D10)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date, datetime

from hub.flows.reconcile.import_register import Reconciled
from hub.flows.reconcile.reading import BadRegister, Register, must_be_ours
from hub.ledger.registers import Item, Kind, Line, Ours
from hub.ledger.store.registers import kept
from hub.store.wishes import top_ups
from hub.store.wishes.top_ups import TopUpCard

SUFFIX = "_refunds"
NO_ORDER = "unknown_order"


def take_refunds(register: Register, data: bytes, provider: str, *, day: date, actor: str, now: datetime) -> Reconciled:
    """In the caller's unit. No money moves for a line alone: the acquirer is asked at once, and its answer is booked."""
    must_be_ours(day)
    if any(not one.by_order for one in register.lines):
        raise BadRegister(f"{provider[:40]} sends no register of refunds", "этот банк не присылает реестр возвратов")
    if register.lines and not any(one.day == day for one in register.lines):
        raise BadRegister(f"no line of the file is of {day}", f"в файле нет ни одного возврата за {day:%d.%m.%Y}")
    named = f"{provider}{SUFFIX}"
    taken = kept.lines_of(named, sorted({one.key for one in register.lines}))
    known = [one for one in register.lines if one.key in taken]
    agreed, items = _judged([one for one in register.lines if one.key not in taken], named, provider)
    file = kept.put_file(
        named, day, hashlib.sha256(data).hexdigest(), lines=len(register.lines), sum_kop=register.sum_kop, fee_kop=register.fee_kop,
        actor=actor, now=now,
    )  # fmt: skip
    kept.put_lines(named, day, file, agreed)
    kept.settle_found(named, [one.key for one in agreed], (Kind.REVERSED,), now=now)
    opened = [id_ for item in items if (id_ := kept.put_item(named, day, item, credited="", school="", now=now)) is not None]
    for item in items:
        if item.line is not None and item.kind is Kind.REVERSED:
            top_ups.wake(provider, item.line.account, now=now)
    repeated = len(known) + len(items) - len(opened)
    return Reconciled(matched=len(agreed), already_imported=repeated, credited=0, work_items=tuple(kept.with_ids(opened)))


def _judged(lines: list[Line], named: str, provider: str) -> tuple[list[Line], list[Item]]:
    """A line agrees while the refunds told of one payment are not more than what the ledger took back of it."""
    told: dict[str, int] = defaultdict(int, kept.sums_of(named, sorted({one.account for one in lines})))
    agreed: list[Line] = []
    items: list[Item] = []
    seen: set[str] = set()
    for one in lines:
        if one.key in seen:
            items.append(Item(kind=Kind.DUPLICATE, key=one.key, line=one, place=one.number))
            continue
        seen.add(one.key)
        wish = top_ups.get(one.account)
        wish = wish if wish is not None and wish.provider == provider else None
        if wish is not None and told[one.account] + one.amount_kop <= wish.refunded_kop:
            told[one.account] += one.amount_kop
            agreed.append(one)
        else:
            items.append(Item(kind=Kind.REVERSED, key=one.key, ours=_ours(wish), line=one, note="" if wish else NO_ORDER))
    return agreed, items


def _ours(wish: TopUpCard | None) -> Ours | None:
    if wish is None:
        return None
    return Ours(key=wish.provider_id or "", account="", amount_kop=wish.refunded_kop, day=wish.created_at.date(), order=wish.id)

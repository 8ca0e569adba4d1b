"""A provider's register of a day: matched with the ledger, money that only they knew of credited, differences kept (RULES D10)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.flows.reconcile.crediting import Went, credit
from hub.flows.reconcile.forms import Form, form_of
from hub.flows.reconcile.matching import Matched, match, of_another_day
from hub.flows.reconcile.parts import set_apart, wake
from hub.flows.reconcile.reading import BadRegister, Register, must_be_ours, read
from hub.ledger.registers import Kind, Line, Ours
from hub.ledger.store.registers import kept, payments
from hub.ledger.store.registers.kept import KeptItem
from hub.store.wishes import top_ups

IN_DOUBT = (Kind.SUM_DIFFERS, Kind.DATE_SHIFT, Kind.FEE_DIFFERS)
NOWHERE = Went(where="", school="", number="")
_PROVIDER = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """`matched` are lines that agree, `already_imported` those of which nothing is new; `work_items` are the differences found now."""

    matched: int
    already_imported: int
    credited: int
    work_items: tuple[KeptItem, ...]


def read_register(data: bytes, provider: str, *, form: Form | None = None) -> Register:
    """Raises `BadRegister`: then nothing of it is taken."""
    chosen = form or form_of(provider, data)
    if chosen is None or not _PROVIDER.fullmatch(provider):
        raise BadRegister(f"{provider[:40]}: no form of its register is known; name a map of columns", "неизвестно, как читать этот реестр")
    return read(data, chosen)


def take(register: Register, data: bytes, provider: str, *, day: date, actor: str, now: datetime) -> Reconciled:
    """In the caller's unit: all of it, or nothing."""
    must_be_ours(day)
    keys = sorted({one.key for one in register.lines})
    ours = {one.key: one for one in payments.with_keys(provider, keys)}
    if of_another_day(register.lines, ours, day):
        raise BadRegister(f"no line of the file is of {day}", f"в файле нет ни одного платежа за {day:%d.%m.%Y}")
    ours |= {one.key: one for one in payments.of_day(provider, day)}
    if any(one.by_order for one in register.lines):
        ours = _with_orders(ours, provider)
    taken = kept.lines_of(provider, sorted({*keys, *ours}))
    # A file that tells of nothing that an earlier one of this day told goes on where that ended; any other is the whole day again.
    goes_on = bool(keys) and not any(key in taken and taken[key].day == day for key in keys)
    seen = [key for key, one in taken.items() if goes_on or one.day != day]
    apart = set_apart(register.lines, ours, taken, provider)
    found = match(apart.rest, ours, taken, day=day, seen=frozenset({*seen, *apart.seen}))
    file = kept.put_file(
        provider, day, hashlib.sha256(data).hexdigest(), lines=len(register.lines), sum_kop=register.sum_kop, fee_kop=register.fee_kop,
        actor=actor, now=now,
    )  # fmt: skip
    credited = credit(found.credit, provider, actor=actor, now=now)
    kept.put_lines(provider, day, file, [*_to_keep(found), *apart.agreed])
    kept.settle_found(provider, [one.key for one in found.agreed], IN_DOUBT, now=now)
    kept.settle_found(provider, [one.key for one in apart.agreed], (Kind.THEIRS_ONLY,), now=now)
    kept.settle_found(provider, [*keys, *apart.seen], (Kind.OURS_ONLY,), now=now)
    wake(apart, provider, now=now)
    opened, repeated = [], 0
    for item in (*found.items, *apart.items):
        went = credited.get(item.key, NOWHERE) if item.kind is Kind.THEIRS_ONLY else NOWHERE
        id_ = kept.put_item(provider, day, item, credited=went.where, school=went.school, number=went.number, now=now)
        if id_ is not None:
            opened.append(id_)
        elif item.line is not None:
            repeated += 1
    return Reconciled(
        matched=len(found.agreed) + len(apart.agreed),
        already_imported=len(found.known) + len(apart.known) + repeated,
        credited=len(credited),
        work_items=tuple(kept.with_ids(opened)),
    )


def _to_keep(found: Matched) -> list[Line]:
    """Not what is in doubt, and not what another register told of."""
    return [*found.agreed, *found.credit, *(one.line for one in found.items if one.kind in IN_DOUBT and one.line)]


def _with_orders(ours: Mapping[str, Ours], provider: str) -> dict[str, Ours]:
    """Our own number of each payment, by which an acquirer's register names it too."""
    known = top_ups.orders_of(provider, [*ours])
    return {key: replace(one, order=known.get(key, "")) for key, one in ours.items()}

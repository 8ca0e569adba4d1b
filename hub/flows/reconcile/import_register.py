"""A provider's register of a day: matched with the ledger, money that only they knew of credited, differences kept (RULES D10)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hub.flows.reconcile.forms import FORMS, Form
from hub.flows.reconcile.matching import Matched, match, of_another_day
from hub.flows.reconcile.reading import BadRegister, Register, read
from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import Cause, Posting, Purpose
from hub.ledger.posting import Act, Own, to_suspense, top_up
from hub.ledger.registers import Kind, Line
from hub.ledger.store import contracts, terms
from hub.ledger.store.registers import kept, payments
from hub.ledger.store.registers.kept import KeptItem
from hub.ledger.store.writing import Outcome, Posted, post_all

ACCOUNT, SUSPENSE = "account", "suspense"
CHUNK = 500
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
    chosen = form or FORMS.get(provider)
    if chosen is None or not _PROVIDER.fullmatch(provider):
        raise BadRegister(f"{provider[:40]}: no form of its register is known; name a map of columns", "неизвестно, как читать этот реестр")
    return read(data, chosen)


def take(register: Register, data: bytes, provider: str, *, day: date, actor: str, now: datetime) -> Reconciled:
    """In the caller's unit: all of it, or nothing."""
    keys = sorted({one.key for one in register.lines})
    ours = {one.key: one for one in payments.with_keys(provider, keys)}
    if of_another_day(register.lines, ours, day):
        raise BadRegister(f"no line of the file is of {day}", f"в файле нет ни одного платежа за {day:%d.%m.%Y}")
    ours |= {one.key: one for one in payments.of_day(provider, day)}
    taken = kept.lines_of(provider, sorted({*keys, *ours}))
    # A file that tells of nothing that an earlier one of this day told goes on where that ended; any other is the whole day again.
    goes_on = bool(keys) and not any(key in taken and taken[key].day == day for key in keys)
    seen = [key for key, one in taken.items() if goes_on or one.day != day]
    found = match(register.lines, ours, taken, day=day, seen=frozenset(seen))
    file = kept.put_file(
        provider, day, hashlib.sha256(data).hexdigest(), lines=len(register.lines), sum_kop=register.sum_kop, fee_kop=register.fee_kop,
        actor=actor, now=now,
    )  # fmt: skip
    credited = _credit(found.credit, provider, actor=actor, now=now)
    kept.put_lines(provider, day, file, _to_keep(found))
    kept.settle_found(provider, [one.key for one in found.agreed], (Kind.SUM_DIFFERS, Kind.DATE_SHIFT), now=now)
    kept.settle_found(provider, keys, (Kind.OURS_ONLY,), now=now)
    opened, repeated = [], 0
    for item in found.items:
        where, school = credited.get(item.key, ("", "")) if item.kind is Kind.THEIRS_ONLY else ("", "")
        id_ = kept.put_item(provider, day, item, credited=where, school=school, now=now)
        if id_ is not None:
            opened.append(id_)
        elif item.line is not None:
            repeated += 1
    return Reconciled(
        matched=len(found.agreed),
        already_imported=len(found.known) + repeated,
        credited=len(credited),
        work_items=tuple(kept.with_ids(opened)),
    )


def _to_keep(found: Matched) -> list[Line]:
    """Not what is in doubt, and not what another register told of."""
    kinds = (Kind.SUM_DIFFERS, Kind.DATE_SHIFT)
    return [*found.agreed, *found.credit, *(one.line for one in found.items if one.kind in kinds and one.line)]


def _credit(lines: tuple[Line, ...], provider: str, *, actor: str, now: datetime) -> Mapping[str, tuple[str, str]]:
    """Under the provider's own id, so that the late on-line payment credits nothing. By id: where it went, and the school."""
    went: dict[str, tuple[str, str]] = {}
    for begin in range(0, len(lines), CHUNK):
        some = lines[begin : begin + CHUNK]
        homes = [_home(one) for one in some]
        made = [_posting(one, home, provider, actor=actor, now=now) for one, home in zip(some, homes, strict=True)]
        for line, home, posting, answer in zip(some, homes, made, post_all(made, now=now), strict=True):
            if isinstance(answer, LedgerRefusal):
                raise answer
            if isinstance(answer, Posted) and answer.outcome is Outcome.POSTED:
                went[line.key] = (ACCOUNT if posting.own else SUSPENSE, home[1] if home else "")
    return went


def _home(line: Line) -> tuple[Own, str] | None:
    """A number alone means food. A closed account, or one whose holder nobody named, takes nothing (RULES D11)."""
    contract = contracts.numbered(line.account)
    found = next((one for one in contract.accounts if one.purpose is Purpose.MEAL), None) if contract else None
    if contract is None or found is None or found.closed or not terms.terms_of(contract.school, found.purpose, line.day).may_take:
        return None
    return Own(id=found.id, purpose=found.purpose), contract.school


def _posting(line: Line, home: tuple[Own, str] | None, provider: str, *, actor: str, now: datetime) -> Posting:
    act = Act(scope=provider, key=line.key, at=now, actor=actor, cause=Cause(provider=provider, event="register"), happened_at=line.at)
    if home is None:
        return to_suspense(act, provider=provider, amount_kop=line.amount_kop)
    return top_up(act, home[0], provider=provider, amount_kop=line.amount_kop)

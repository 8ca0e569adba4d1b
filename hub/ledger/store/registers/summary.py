"""The operator's view of the money: registers by day, what is held, what went through (RULES D10, F031)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hub.ledger.model import Purpose
from hub.ledger.store.registers.tables import RegisterFile, RegisterItem, RegisterLine
from hub.ledger.store.tables import Contract, Entry
from hub.store.fields import from_micros, rows, to_micros

Counted = Mapping[tuple[str, str], tuple[int, int]]
"""By provider and day: how many, and how much."""


def providers() -> Sequence[str]:
    """Those of whom a register came."""
    return [name for (name,) in rows(RegisterFile, "SELECT DISTINCT provider FROM register_file ORDER BY provider", ())]


def days_with_a_register(since: date) -> frozenset[tuple[str, str]]:
    found = rows(RegisterFile, "SELECT DISTINCT provider, day FROM register_file WHERE day >= ?", (since.isoformat(),))
    return frozenset((provider, day) for provider, day in found)


def lines_by_day(since: date) -> Counted:
    sql = "SELECT provider, day, COUNT(*), SUM(amount_kop) FROM register_line WHERE day >= ? GROUP BY provider, day"
    return {(provider, day): (int(count), int(kop)) for provider, day, count, kop in rows(RegisterLine, sql, (since.isoformat(),))}


def open_by_day(since: date) -> Mapping[tuple[str, str], int]:
    sql = "SELECT provider, day, COUNT(*) FROM register_item WHERE day >= ? AND settled_at IS NULL GROUP BY provider, day"
    return {(provider, day): int(count) for provider, day, count in rows(RegisterItem, sql, (since.isoformat(),))}


def held() -> Mapping[Purpose, int]:
    """What all families' accounts hold, by purpose."""
    sql = (
        "SELECT a.purpose, SUM(e.closing_kop) FROM contract_account AS a JOIN ledger_entry AS e ON e.account = a.id "
        "AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE account = a.id) GROUP BY a.purpose"
    )
    return {Purpose(purpose): int(kop) for purpose, kop in rows(Entry, sql, ())}


_MOVED = "FROM contract_account AS a JOIN ledger_entry AS e ON e.account = a.id AND e.booked_at >= ? AND e.booked_at < ?"


def turnover(since: datetime, until: datetime) -> Sequence[tuple[str, int, int]]:
    """By kind: how many rows, and how much together."""
    sql = f"SELECT e.kind, COUNT(*), SUM(e.amount_kop) {_MOVED} GROUP BY e.kind ORDER BY e.kind"
    return [(kind, int(count), int(kop)) for kind, count, kop in rows(Entry, sql, (to_micros(since), to_micros(until)))]


def participants(since: datetime, until: datetime) -> int:
    """Contracts at which something happened."""
    ((count,),) = rows(Entry, f"SELECT COUNT(DISTINCT a.contract) {_MOVED}", (to_micros(since), to_micros(until)))
    return int(count)


def closing() -> tuple[int, datetime | None]:
    """Contracts whose remainder is to be paid out, and the term of the oldest."""
    ((count, due),) = rows(Contract, "SELECT COUNT(*), MIN(payout_due) FROM contract WHERE state = 'closing'", ())
    return int(count), from_micros(due) if due is not None else None

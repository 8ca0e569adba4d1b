"""Registers by day: which came, what they told, what of it is open (RULES D10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hub.ledger.store.registers.tables import RegisterFile, RegisterItem, RegisterLine
from hub.store.fields import rows

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

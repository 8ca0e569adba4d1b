"""However a register's lines are shuffled and over however many imports they are spread, the ledger comes out the same (RULES D10)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.ledger.model import Purpose
from hub.ledger.posting import Own
from hub.ledger.store import checking
from hub.ledger.store.raw import new_id
from hub.ledger.store.tables import Entry
from hub.store.database import Database
from hub.store.fields import rows
from tests.unit.ledger.kit import put
from tests.unit.ledger.register_kit import NUMBER, opened_with_terms, paid, register, row, run

SHOP = 12


@st.composite
def days(draw: st.DrawFn) -> tuple[list[int], list[int], list[tuple[int, int]], int]:
    """Payments that we know, payments that they know (each once or twice), their shuffled lines, and where the file is cut."""
    ours = draw(st.lists(st.integers(0, SHOP), unique=True))
    theirs = draw(st.lists(st.integers(0, SHOP), max_size=20))
    lines = draw(st.permutations([(n, draw(st.sampled_from((0, 0, 0, 100)))) if n in ours else (n, 0) for n in theirs]))
    return ours, theirs, list(lines), draw(st.integers(0, len(lines)))


def _whole(database: Database, base: str, ours: list[int], meal: Own) -> None:
    for n in ours:
        put(database, paid(meal, f"{base}{n}", 1_000 + n))


def _lines(base: str, lines: list[tuple[int, int]]) -> list[tuple[str, int, int]]:
    """Every third is for an account that nobody knows."""
    return [row(f"{base}{n}", 1_000 + n + more, account="0000000077" if n % 3 == 2 else NUMBER) for n, more in lines]


def _money(database: Database, base: str) -> list[tuple[str, str, int]]:
    sql = "SELECT t.key, e.account, e.amount_kop FROM ledger_entry AS e JOIN ledger_txn AS t ON t.id = e.txn WHERE t.key LIKE ?"
    found = database.read_sync(lambda: rows(Entry, sql, (f"{base}%",)))
    return sorted((key.removeprefix(base), account, int(kop)) for key, account, kop in found)


@pytest.mark.rule("D10")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(days())
def test_any_order_and_any_split_make_the_same_ledger(
    database: Database, played: tuple[list[int], list[int], list[tuple[int, int]], int]
) -> None:
    ours, _, lines, cut = played
    meal = database.write_sync(opened_with_terms)[Purpose.MEAL]
    one, two = (f"{new_id(datetime.now(UTC))[:20]}{letter}" for letter in "ab")
    for base in (one, two):
        _whole(database, base, ours, meal)
    run(database, register(_lines(one, sorted(lines))))
    for some in (lines[cut:], lines[:cut], lines):
        run(database, register(_lines(two, some)))
    assert _money(database, one) == _money(database, two)
    assert database.read_sync(checking.faults) == []

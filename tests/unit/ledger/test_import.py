"""The books of an earlier system: whole or not at all, twice is once, and the golden statement row for row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.flows.money import BadBooks, Imported, import_books
from hub.ledger.model import Purpose
from hub.ledger.rules import month_of
from hub.ledger.store import checking, reading
from hub.ledger.store.tables import Conflict, Txn
from hub.store.database import Database
from tests.unit.ledger.kit import NOW, accounts

GOLDEN = (
    ("2014-08-25", "notice_pass", -50, 3_50, 3_00),
    ("2014-08-25", "notice_pass", -50, 3_00, 2_50),
    ("2014-08-25", "notice_pass", -50, 2_50, 2_00),
    ("2014-08-28", "notice_pass", -50, 2_00, 1_50),
    ("2014-08-28", "notice_pass", -50, 1_50, 1_00),
    ("2014-08-28", "notice_pass", -50, 1_00, 50),
    ("2014-08-28", "correction", 100_00, 50, 100_50),
    ("2014-08-28", "notice_meal", -2_00, 100_50, 98_50),
    ("2014-09-01", "notice_meal", -2_00, 98_50, 96_50),
    ("2014-09-11", "top_up", 10_00, 96_50, 106_50),
)
"""Seed 000, figure 15, from the oldest to the newest row; what was there before is 3.50."""


def line(to: str, name: str = "k1", /, **changes: Any) -> bytes:
    said = {"key": name, "account": to, "at": "2026-11-02T08:00:00+07:00", "kind": "top_up", "amount_kop": 100, "reason": "перенос"}
    return json.dumps({**said, **changes}).encode() + b"\n"


def books(*lines: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: iter(lines)


def run(database: Database, *lines: bytes, batch: int = 3) -> Imported:
    return import_books(database, books(*lines), now=NOW, actor="command:test", batch=batch)


@pytest.mark.rule("D1")
@pytest.mark.feature("F031")
@pytest.mark.feature("F029")
def test_the_golden_statement_comes_out_row_for_row(database: Database) -> None:
    to = accounts(database)[Purpose.NOTICES].id
    opening = line(to, "g", at="2014-08-24T12:00:00+04:00", kind="correction", amount_kop=3_50, reason="остаток")
    rows = [
        line(to, f"g{n}", at=f"{day}T12:00:00+04:00", kind=kind, amount_kop=kop, provider="mts" if kind == "top_up" else None)
        for n, (day, kind, kop, _, _) in enumerate(GOLDEN)
    ]
    assert run(database, opening, *rows) == Imported(posted=11, duplicate=0, conflict=0)
    found: list[tuple[str, str, int, int, int]] = []
    for month in (8, 9):
        start, end = month_of(2014, month, "Europe/Moscow")
        lines = database.read_sync(lambda start=start, end=end: reading.month(to, start=start, end=end)).lines  # type: ignore[misc]  # a lambda's default
        found += [(f"{one.at:%Y-%m-%d}", one.kind, one.amount_kop, one.opening_kop, one.closing_kop) for one in lines]
    assert found[1:] == list(GOLDEN)
    assert database.read_sync(lambda: reading.balance(to)) == 106_50
    assert database.read_sync(checking.faults) == []


@pytest.mark.rule("D3")
def test_the_same_file_again_changes_nothing(database: Database) -> None:
    to = accounts(database)[Purpose.MEAL].id
    lines = [line(to, f"k{n}") for n in range(7)]
    assert run(database, *lines) == Imported(posted=7, duplicate=0, conflict=0)
    assert run(database, *lines, line(to, "k7")) == Imported(posted=1, duplicate=7, conflict=0)
    assert database.read_sync(lambda: reading.balance(to)) == 800


@pytest.mark.parametrize("change", [{"amount_kop": 101}, {"kind": "correction"}, {"at": "2026-11-03T08:00:00+07:00"}, {"reason": "иначе"}])
def test_a_known_key_with_another_content_is_a_conflict_and_an_alarm(database: Database, change: dict[str, Any]) -> None:
    to = accounts(database)[Purpose.MEAL].id
    run(database, line(to))
    assert run(database, line(to, **change), line(to, "k2")) == Imported(posted=1, duplicate=0, conflict=1)
    assert database.read_sync(lambda: Conflict.select().count()) == 1


def test_a_key_twice_in_one_file_is_posted_once(database: Database) -> None:
    to = accounts(database)[Purpose.MEAL].id
    assert run(database, line(to), line(to), line(to, amount_kop=5), batch=9) == Imported(posted=1, duplicate=1, conflict=1)


BAD: dict[str, dict[str, Any] | bytes] = {
    "not JSON": b"{",
    "not an object": b"[]",
    "not UTF-8": b'{"key": "\xff"}',
    "a missing field": b'{"key": "a"}',
    "an unknown field": {"amount": 5},
    "zero": {"amount_kop": 0},
    "a fraction": {"amount_kop": 1.5},
    "a text": {"amount_kop": "100"},
    "absurdly much": {"amount_kop": 10**30},
    "too much": {"amount_kop": 10**14},
    "no offset": {"at": "2026-11-02T08:00:00"},
    "no time": {"at": "2026-11-02"},
    "the future": {"at": "2031-01-01T00:00:00Z"},
    "the calendar's first day": {"at": "0001-01-01T00:00:00+12:00"},
    "an unknown kind": {"kind": "gift"},
    "a kind that names another transaction": {"kind": "reversal"},
    "the wrong purpose": {"kind": "notice_pass", "amount_kop": -50},
    "the wrong way": {"kind": "meal", "amount_kop": 50},
    "an unknown account": {"account": "0" * 32},
    "a system account": {"account": "budget:benefit"},
    "an empty key": {"key": ""},
    "a zero byte": {"account": "a\0b"},
    "a long key": {"key": "k" * 201},
    "a long reason": {"reason": "а" * 301},
    "a provider with a colon": {"provider": "a:b"},
    "a long line": {"reason": "а" * 5_000},
}


@pytest.mark.parametrize("wrong", BAD)
def test_one_bad_line_refuses_the_whole_file(database: Database, wrong: str) -> None:
    to = accounts(database)[Purpose.MEAL].id
    change = BAD[wrong]
    bad = change if isinstance(change, bytes) else line(to, **{"key": "bad", **change})
    with pytest.raises(BadBooks, match="line 5") as refused:
        run(database, *(line(to, f"k{n}") for n in range(4)), bad)
    assert database.read_sync(lambda: Txn.select().count()) == 0
    assert "перенос" not in str(refused.value)


def test_an_empty_file_is_refused(database: Database) -> None:
    with pytest.raises(BadBooks):
        run(database, b"\n", b"  \n")


def test_an_earlier_time_is_booked_after_what_stands_there(database: Database) -> None:
    """A statement's rows chain, whatever comes late."""
    to = accounts(database)[Purpose.MEAL].id
    run(database, line(to, "a"), line(to, "b", at="2014-01-01T00:00:00Z"))
    start, end = month_of(2026, 11, "Asia/Krasnoyarsk")
    assert len(database.read_sync(lambda: reading.month(to, start=start, end=end)).lines) == 2
    assert database.read_sync(checking.faults) == []


def test_history_may_go_below_zero_and_wants_no_receipt(database: Database) -> None:
    to = accounts(database)[Purpose.MEAL].id
    run(database, line(to, kind="meal", amount_kop=-500))
    assert database.read_sync(lambda: reading.balance(to)) == -500
    assert database.read_sync(lambda: [row.receipt for row in Txn.select()]) == ["none:given_elsewhere"]


def test_the_books_time_is_kept_to_the_microsecond(database: Database) -> None:
    to = accounts(database)[Purpose.MEAL].id
    run(database, line(to, at="2026-11-02T08:00:00.123456+07:00"))
    start, end = month_of(2026, 11, "UTC")
    (row,) = database.read_sync(lambda: reading.month(to, start=start, end=end)).lines
    assert row.at == datetime(2026, 11, 2, 1, 0, 0, 123456, tzinfo=UTC)

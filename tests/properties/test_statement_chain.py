"""However rows fall into months and pages, each opens with the closing of the one before, from the first to the last (RULES D1; T5)."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.ledger import posting
from hub.ledger.model import Purpose
from hub.ledger.posting import Own
from hub.ledger.rules import month_of
from hub.ledger.store import reading
from hub.ledger.store.writing import post
from hub.store.database import Database
from tests.unit.ledger.kit import act, own

FIRST = datetime(2026, 8, 30, 21, 0, tzinfo=UTC)
ZONES = ("Europe/Moscow", "Asia/Krasnoyarsk", "Europe/Kaliningrad", "Asia/Kamchatka")
_NUMBERS = itertools.count(7_000_000_000)
books = st.lists(st.tuples(st.integers(0, 110 * 24 * 60), st.integers(-9_999, 9_999).filter(bool)), max_size=40)


def _posted(rows: list[tuple[int, int]]) -> Own:
    account = own(f"{next(_NUMBERS)}")[Purpose.MEAL]
    for minutes, kop in rows:
        made = act(scope="chain", at=FIRST + timedelta(minutes=minutes))
        post(posting.correction(made, account, amount_kop=kop), now=FIRST + timedelta(days=200))
    return account


@pytest.mark.rule("D1")
@pytest.mark.feature("F029")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(books, st.sampled_from(ZONES), st.integers(1, 9))
def test_months_and_pages_chain_from_the_first_row_to_the_last(
    database: Database, rows: list[tuple[int, int]], zone: str, page: int
) -> None:
    account = database.write_sync(lambda: _posted(rows)).id
    closing, seen = 0, 0
    for number in (8, 9, 10, 11, 12):
        start, end = month_of(2026, number, zone)
        after: int | None = 0
        while after is not None:
            month = database.read_sync(
                lambda start=start, end=end, after=after: reading.month(account, start=start, end=end, after=after, limit=page)  # type: ignore[misc]  # a lambda's default
            )
            if after == 0:
                assert month.opening_kop == closing, "a month opens with what the one before closed with"
            for line in month.lines:
                assert line.opening_kop == closing
                closing = line.closing_kop
                seen += 1
            after = month.next
        assert month.closing_kop == closing
    assert seen == len(rows)
    assert closing == sum(kop for _, kop in rows) == database.read_sync(lambda: reading.balance(account))


@pytest.mark.rule("D1")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(books)
def test_kinds_chosen_alone_add_up_to_the_whole_month(database: Database, rows: list[tuple[int, int]]) -> None:
    account = database.write_sync(lambda: _posted(rows)).id
    start, end = month_of(2026, 9, "Europe/Moscow")
    whole = database.read_sync(lambda: reading.month(account, start=start, end=end))
    chosen = database.read_sync(lambda: reading.month(account, start=start, end=end, kind="correction"))
    assert chosen.lines == whole.lines
    assert not database.read_sync(lambda: reading.month(account, start=start, end=end, kind="meal")).lines
    assert database.read_sync(lambda: sum(reading.by_kind(account, start=start, end=end).values())) == whole.closing_kop - whole.opening_kop

"""Many at once: one credit for a key, one row for a number, whoever comes first (RULES D3)."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hub.ledger import accounts as system
from hub.ledger import posting
from hub.ledger.model import Leg, Posting, Purpose
from hub.ledger.store import checking, reading, writing
from hub.ledger.store.heads import original_of
from hub.ledger.store.writing import post
from hub.store.database import Database
from tests.unit.ledger.kit import NOW, accounts, act, meal, put, top_up

EQUAL = 20


async def _all(database: Database, made: Sequence[Posting]) -> list[Any]:
    return await asyncio.gather(*(database.write(lambda one=one: post(one, now=NOW)) for one in made), return_exceptions=True)  # type: ignore[misc]  # a lambda's default


@pytest.mark.rule("D3")
async def test_twenty_equal_payments_in_parallel_are_one_credit(database: Database) -> None:
    to = await asyncio.to_thread(accounts, database)
    answers = await _all(database, [top_up(to[Purpose.MEAL], 10_000, "17")] * EQUAL)
    assert Counter(one.outcome.value for one in answers) == {"posted": 1, "duplicate": EQUAL - 1}
    assert len({one.txn for one in answers}) == 1
    assert await database.read(lambda: reading.balance(to[Purpose.MEAL].id)) == 10_000
    assert await database.read(checking.faults) == []


@pytest.mark.rule("D3")
async def test_one_id_for_twenty_accounts_in_parallel_credits_one(database: Database) -> None:
    to = [(await asyncio.to_thread(accounts, database, f"00000001{n:02}"))[Purpose.MEAL] for n in range(EQUAL)]
    answers = await _all(database, [top_up(one, 10_000, "17") for one in to])
    assert Counter(one.outcome.value for one in answers) == {"posted": 1, "conflict": EQUAL - 1}
    assert await database.read(lambda: reading.total(system.provider("osmp"))) == -10_000
    assert await database.read(checking.faults) == []


@pytest.mark.rule("D3")
@pytest.mark.postgres
def test_the_unique_key_holds_where_every_look_up_came_before_every_insert(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four processes' look-ups all find nothing; only then do the four insert, each for another account."""
    if database.kind != "postgres":
        return
    together = 4
    to = [accounts(database, f"00000001{n:02}")[Purpose.MEAL] for n in range(together)]
    meeting, real, met = threading.Barrier(together), writing._known, threading.local()

    def looked_up(postings: Sequence[Posting], **more: Any) -> Any:
        found = real(postings, **more)
        if not hasattr(met, "once"):
            met.once = True
            meeting.wait(timeout=20)
        return found

    monkeypatch.setattr(writing, "_known", looked_up)
    with ThreadPoolExecutor(together) as pool:
        answers = list(pool.map(lambda one: put(database, top_up(one, 10_000, "17")), to))
    assert Counter(one.outcome.value for one in answers) == {"posted": 1, "conflict": together - 1}
    assert database.read_sync(lambda: sum(reading.balance(one.id) for one in to)) == 10_000
    assert database.read_sync(checking.faults) == []


@pytest.mark.rule("D5")
async def test_of_twenty_meals_at_once_only_those_are_served_that_the_money_reaches_for(database: Database) -> None:
    of = (await asyncio.to_thread(accounts, database))[Purpose.MEAL]
    await database.write(lambda: post(top_up(of, 700), now=NOW))
    answers = await _all(database, [meal(of, 100) for _ in range(EQUAL)])
    assert Counter(type(one).__name__ for one in answers) == {"Posted": 7, "NotEnough": EQUAL - 7}
    assert await database.read(lambda: reading.balance(of.id)) == 0


@pytest.mark.rule("D1")
async def test_of_parallel_reversals_only_as_much_is_given_back_as_was_taken(database: Database) -> None:
    of = (await asyncio.to_thread(accounts, database))[Purpose.MEAL]
    await database.write(lambda: post(top_up(of, 1_000), now=NOW))
    eaten = (await database.write(lambda: post(meal(of, 1_000), now=NOW))).txn
    legs = [Leg(account=account, amount_kop=kop) for account, kop in (await database.read(lambda: original_of(eaten))).legs.items()]
    made = [posting.reversal(act(f"back-{n}", scope="office"), eaten, Purpose.MEAL, legs, amount_kop=300) for n in range(10)]
    answers = await _all(database, made)
    assert Counter(type(one).__name__ for one in answers) == {"Posted": 3, "OverReversed": 7}
    assert await database.read(lambda: reading.balance(of.id)) == 900
    assert await database.read(checking.faults) == []

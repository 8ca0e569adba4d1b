"""One process holds a lease; another gets it when it is given back or lapses."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

from hub.store.database import Database
from hub.store.process import lease

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LIFE = timedelta(seconds=30)


def _hold(database: Database, holder: str, now: datetime = NOW) -> bool:
    return database.write_sync(lambda: lease.hold("worker", holder, now=now, life=LIFE))


def test_a_free_lease_is_taken_once(database: Database) -> None:
    assert _hold(database, "a")
    assert not _hold(database, "b")


def test_the_holder_prolongs_its_lease(database: Database) -> None:
    assert _hold(database, "a")
    assert _hold(database, "a", NOW + timedelta(seconds=20))
    assert not _hold(database, "b", NOW + timedelta(seconds=40))


def test_a_lapsed_lease_goes_to_the_next(database: Database) -> None:
    assert _hold(database, "a")
    assert _hold(database, "b", NOW + LIFE)
    assert not _hold(database, "a", NOW + LIFE)


def test_a_lease_given_back_is_free_at_once(database: Database) -> None:
    assert _hold(database, "a")
    database.write_sync(lambda: lease.give_back("worker", "b"))
    assert not _hold(database, "b")
    database.write_sync(lambda: lease.give_back("worker", "a"))
    assert _hold(database, "b")


async def test_of_many_that_ask_at_once_one_wins(database: Database) -> None:
    units = [partial(lease.hold, "worker", f"p{n}", now=NOW, life=LIFE) for n in range(8)]
    answers = await asyncio.gather(*(database.write(unit) for unit in units))
    assert sorted(answers) == [False] * 7 + [True]

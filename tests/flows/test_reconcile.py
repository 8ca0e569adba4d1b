"""A terminal's payments and the provider's register of the day: the same payment is credited once, whichever comes first (RULES D10)."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from hub.flows.reconcile import Reconciled, read_register, take
from hub.ledger.model import Purpose
from hub.ledger.registers import DAYS_OF
from hub.ledger.store import checking, reading
from tests.flows.kit import Hub
from tests.flows.money_kit import Family, family
from tests.flows.test_terminals import NUMBER, at_the_door, configs, pay
from tests.unit.ledger.register_kit import register, row

pytestmark = pytest.mark.rule("D10")


@pytest.fixture
async def mine(hub: Hub) -> Family:
    return await family(at_the_door(hub, configs()))


def today(mine: Family) -> date:
    return mine.hub.clock().astimezone(DAYS_OF).date()


async def import_(mine: Family, *rows: tuple[str, int, int], day: date | None = None) -> Reconciled:
    data, deps = register(rows), mine.hub.deps
    found = read_register(data, "osmp")
    return await deps.db.write(lambda: take(found, data, "osmp", day=day or today(mine), actor="test", now=mine.hub.clock()))


def line(mine: Family, key: str = "17", when: datetime | None = None) -> tuple[str, int, int]:
    return row(key, 10_650, account=NUMBER, when=(when or mine.hub.clock()).astimezone(DAYS_OF))


def stamp(at: datetime) -> str:
    return f"{at.astimezone(DAYS_OF):%Y%m%d%H%M%S}"


async def balance(mine: Family) -> int:
    return await mine.hub.deps.db.read(lambda: reading.balance(mine.own[Purpose.MEAL].id))


async def test_a_payment_that_came_on_line_is_matched(mine: Family) -> None:
    await pay(mine.hub, txn_date=stamp(mine.hub.clock()))
    done = await import_(mine, line(mine))
    assert (done.matched, done.work_items, await balance(mine)) == (1, (), 10_650)


async def test_an_on_line_payment_after_the_register_is_answered_and_not_credited(mine: Family) -> None:
    when = mine.hub.clock()
    (item,) = (await import_(mine, line(mine))).work_items
    assert (item.kind, item.credited, item.school) == ("theirs_only", "account", "1023800000017")
    mine.hub.clock.go(hours=3)
    answers = await asyncio.gather(*(pay(mine.hub, txn_date=stamp(when)) for _ in range(5)))
    assert {one["result"] for one in answers} == {"0"} and {one["sum"] for one in answers} == {"106.50"}
    assert await balance(mine) == 10_650
    assert await mine.hub.deps.db.read(checking.faults) == []
    (shown,) = (await mine.statement())["items"]
    assert (shown["kind"], shown["amount_kop"], shown["text"]) == ("top_up", 10_650, "Пополнение (терминал)")


async def test_register_and_on_line_payment_at_once_are_one_credit(mine: Family) -> None:
    await asyncio.gather(import_(mine, line(mine)), *(pay(mine.hub) for _ in range(5)), import_(mine, line(mine)))
    assert await balance(mine) == 10_650
    assert await mine.hub.deps.db.read(checking.faults) == []


async def test_the_day_of_a_payment_is_that_of_the_terminals_clock(mine: Family) -> None:
    yesterday = mine.hub.clock() - timedelta(days=1)
    await pay(mine.hub, txn_date=stamp(yesterday))
    assert (await import_(mine, line(mine, when=yesterday), day=today(mine) - timedelta(days=1))).matched == 1
    assert (await import_(mine)).work_items == ()


async def test_the_day_before_midnight_is_kept_though_the_call_comes_a_moment_after(mine: Family) -> None:
    midnight = datetime.combine(today(mine) + timedelta(days=1), datetime.min.time(), DAYS_OF)
    mine.hub.clock.go(seconds=(midnight - mine.hub.clock()).total_seconds() + 5)
    before = midnight - timedelta(seconds=5)
    await pay(mine.hub, txn_date=stamp(before))
    assert (await import_(mine, line(mine, when=before), day=before.date())).matched == 1

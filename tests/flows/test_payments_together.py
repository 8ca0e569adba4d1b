"""Payments that come together are written together: each is judged as if it came alone, and none is lost with another (RULES D3, D4)."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from hub.flows.money import take_payment
from hub.ledger.model import Purpose
from hub.ledger.store import checking, reading
from hub.store.database import Overloaded, StorageError
from tests.flows.kit import Hub
from tests.flows.money_kit import Family, family
from tests.flows.test_terminals import at_the_door, configs, pay

pytestmark = pytest.mark.rule("D3")
WRONG = {"unknown": {"account": "0000000099"}, "small": {"sum": "0.01"}, "kind": {"pay_type": "meal_benefit"}}


@pytest.fixture
async def mine(hub: Hub) -> Family:
    return await family(at_the_door(hub, configs()))


async def balance(mine: Family) -> int:
    return await mine.hub.deps.db.read(lambda: reading.balance(mine.own[Purpose.MEAL].id))


async def test_good_bad_known_and_doubled_payments_of_one_moment_each_get_their_own_answer(mine: Family) -> None:
    first = await pay(mine.hub, txn_id="1")
    calls = [{"txn_id": str(n)} for n in range(2, 12)]
    calls += [{"txn_id": "1"}, {"txn_id": "2"}, {"txn_id": "3", "sum": "999.00"}]
    calls += [{"txn_id": f"5{n}", **more} for n, more in enumerate(WRONG.values())]
    answers = await asyncio.gather(*(pay(mine.hub, **call) for call in calls))
    assert await balance(mine) == 11 * 10_650
    assert [one["result"] for one in answers[:10]] == ["0"] * 10
    assert answers[10]["prv_txn"] == first["prv_txn"] and answers[11]["prv_txn"] == answers[0]["prv_txn"]
    assert answers[12]["result"] == "300", "the same id with another sum, in the same moment"
    assert [one["result"] for one in answers[13:]] == ["5", "241", "7"]
    assert await mine.hub.deps.db.read(checking.faults) == []


async def test_where_the_common_unit_fails_each_is_tried_alone(mine: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    deps, failed = mine.hub.deps, Counter[str]()
    real = type(deps.db).write

    async def write(self: object, unit: object) -> object:
        if getattr(unit, "__qualname__", "").startswith("_paid") and not failed["once"]:
            failed["once"] += 1
            raise StorageError("the connection is gone")
        return await real(self, unit)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(type(deps.db), "write", write)
    answers = await asyncio.gather(*(pay(mine.hub, txn_id=str(n)) for n in range(1, 9)))
    assert failed["once"] == 1
    said = Counter(one["result"] for one in answers)
    assert said["0"] >= 7 and set(said) <= {"0", "1"}, "a call alone in its turn is asked to come again"
    assert await balance(mine) == said["0"] * 10_650


async def test_against_a_held_database_the_payments_of_one_moment_are_not_tried_one_by_one(
    mine: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = Counter[str]()

    async def held(_self: object, unit: object) -> object:
        tried[getattr(unit, "__qualname__", "").split(".")[0] or "alone"] += 1
        raise Overloaded("another process is writing")

    monkeypatch.setattr(type(mine.hub.deps.db), "write", held)
    answers = await asyncio.gather(*(pay(mine.hub, txn_id=str(n)) for n in range(1, 9)))
    assert [one["result"] for one in answers] == ["1"] * 8
    assert tried["alone"] == 0, "each try waits its five seconds, and a terminal hangs up after sixty"


async def test_a_payment_that_waits_long_is_asked_again_and_credited_once(mine: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    deps, free = mine.hub.deps, asyncio.Event()
    real = type(deps.db).write

    async def slow(self: object, unit: object) -> object:
        await free.wait()
        return await real(self, unit)  # type: ignore[arg-type]  # passed on as it came

    with monkeypatch.context() as patch:
        patch.setattr(type(deps.db), "write", slow)
        patch.setattr(take_payment, "ANSWER_S", 0.05)
        assert (await pay(mine.hub))["result"] == "1"
        free.set()
    await asyncio.gather(*(pay(mine.hub, txn_id=str(n), sum="0.01") for n in range(90, 92)))
    assert await balance(mine) == 0, "nobody waited for it any more"
    assert (await pay(mine.hub))["result"] == "0"
    assert await balance(mine) == 10_650

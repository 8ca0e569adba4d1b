"""The queue to a system that counts calls by account: order, pace, patience, and long blocks."""

from __future__ import annotations

import pytest

from connectors.kit import turns as kit
from connectors.kit.errors import RateLimited
from connectors.kit.turns import PERIOD_S, Turns
from tests.unit.kit.outside import Clock


def queue(clock: Clock, a_second: int = 3) -> Turns:
    return Turns("vkapi", a_second=a_second, timer=clock, pause=clock.sleep)


async def test_no_second_sees_more_than_agreed() -> None:
    clock = Clock()
    turns = queue(clock)
    sent = []
    for number in range(50):
        await turns.take("school", ends_at=clock() + 30)
        sent.append(clock())
        clock.now += (number % 4) * 0.1
    assert all(later - earlier >= PERIOD_S - 1e-9 for earlier, later in zip(sent, sent[3:], strict=False))


async def test_after_a_rest_nobody_waits() -> None:
    clock = Clock()
    turns = queue(clock)
    for _ in range(3):
        await turns.take("school", ends_at=clock() + 30)
    clock.now += 2
    await turns.take("school", ends_at=clock() + 30)
    assert clock.slept == []


async def test_one_school_does_not_hold_another_up() -> None:
    clock = Clock()
    turns = queue(clock, a_second=1)
    for school in ("a", "b", "c"):
        await turns.take(school, ends_at=clock() + 30)
    assert clock.slept == []


async def test_a_place_beyond_patience_is_refused_at_once_and_takes_no_place() -> None:
    clock = Clock()
    turns = queue(clock, a_second=1)
    await turns.take("a", ends_at=clock() + 30)
    for _ in range(3):
        with pytest.raises(RateLimited) as told:
            await turns.take("a", ends_at=clock() + 0.5)
        assert told.value.after_s == pytest.approx(PERIOD_S)
    await turns.take("a", ends_at=clock() + 30)
    assert clock.slept == [pytest.approx(PERIOD_S)]


def test_a_block_holds_for_one_account_and_one_action_and_ends() -> None:
    clock = Clock()
    turns = queue(clock)
    turns.block("a", "send", for_s=100)
    assert turns.blocked_s("a", "send") == 100
    assert turns.blocked_s("a", "list") == turns.blocked_s("b", "send") == 0
    clock.now += 100
    assert turns.blocked_s("a", "send") == 0


async def test_accounts_that_rest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "MOST_ACCOUNTS", 3)
    clock = Clock()
    turns = queue(clock, a_second=1)
    for number in range(10):
        await turns.take(number, ends_at=clock() + 30)
        clock.now += 0.6
    await turns.take(9, ends_at=clock() + 30)
    assert clock.slept == [pytest.approx(PERIOD_S - 0.6)], "the busy one is remembered"

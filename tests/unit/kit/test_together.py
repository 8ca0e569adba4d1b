"""Calls of one read run side by side, within the limit, and end together."""

from __future__ import annotations

import asyncio

import pytest

from connectors.kit.errors import Unavailable
from connectors.kit.together import together


async def test_the_results_keep_the_order_of_the_calls() -> None:
    first = asyncio.Event()

    async def slow() -> str:
        await first.wait()
        return "slow"

    async def fast() -> str:
        first.set()
        return "fast"

    assert await together([slow, fast], gate=asyncio.Semaphore(2)) == ["slow", "fast"]


async def test_no_more_run_at_once_than_the_gate_lets_through() -> None:
    running, most = 0, 0

    async def call() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await together([call] * 12, gate=asyncio.Semaphore(3))
    assert most == 3


async def test_the_first_failure_is_raised_as_it_is_and_ends_the_others() -> None:
    ended = asyncio.Event()

    async def fails() -> None:
        raise Unavailable("dnevnik", "503")

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(Unavailable, match="503"):
        await together([waits, fails], gate=asyncio.Semaphore(2))
    assert ended.is_set()


async def test_nothing_to_call_is_nothing() -> None:
    assert await together([], gate=asyncio.Semaphore(1)) == []

"""Calls of one read run side by side and end together."""

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

    assert await together([slow, fast]) == ["slow", "fast"]


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
        await together([waits, fails])
    assert ended.is_set()


async def test_nothing_to_call_is_nothing() -> None:
    assert await together([]) == []

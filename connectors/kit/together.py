"""Runs the calls of one read side by side: at most so many at once, and the first failure ends the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def together(calls: Iterable[Callable[[], Awaitable[T]]], *, gate: asyncio.Semaphore) -> list[T]:
    """The results in the order of `calls`. The first error is raised as it is, after the other calls are cancelled."""

    async def one(call: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await call()

    tasks = [asyncio.ensure_future(one(call)) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

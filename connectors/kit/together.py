"""Runs the calls of one read side by side; the first failure ends the rest. How many run at once is the caller's gate."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def together(calls: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """The results in the order of `calls`. The first error is raised as it is, after the other calls are cancelled."""
    tasks = [asyncio.ensure_future(call()) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

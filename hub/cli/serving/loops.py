"""The event loop of the processes that serve: libuv's, where there is a wheel of it (ADR 42)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run(main: Coroutine[Any, Any, Answer]) -> Answer:
    with asyncio.Runner(loop_factory=_factory()) as runner:
        return runner.run(main)


def _factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        from uvloop import new_event_loop
    except ImportError:  # no wheel for this system: the standard loop serves as well, more slowly
        return asyncio.new_event_loop
    return new_event_loop

"""Questions of one moment share one answer, small writes one turn: each caller gets its own, an error reaches all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from hub.store.process.memory import InTurns, Together


class Desk:
    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    async def doubles(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.asked.append(tuple(keys))
        await asyncio.sleep(0)
        return {key: 2 * key for key in keys}

    async def fails(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.asked.append(tuple(keys))
        raise LookupError("gone")


async def test_callers_of_one_turn_are_answered_in_one_go() -> None:
    together, desk = Together[int, int](), Desk()
    assert await asyncio.gather(*(together.of(key, desk.doubles) for key in (1, 2, 3, 2))) == [2, 4, 6, 4]
    assert desk.asked == [(1, 2, 3)]


async def test_a_later_caller_starts_anew() -> None:
    together, desk = Together[int, int](), Desk()
    await together.of(1, desk.doubles)
    await together.of(1, desk.doubles)
    assert desk.asked == [(1,), (1,)]


async def test_an_error_reaches_every_caller() -> None:
    together, desk = Together[int, int](), Desk()
    found = await asyncio.gather(*(together.of(key, desk.fails) for key in (1, 2)), return_exceptions=True)
    assert [type(one) for one in found] == [LookupError, LookupError]


async def test_a_caller_that_gives_up_takes_nothing_from_the_others() -> None:
    together, desk = Together[int, int](), Desk()
    first, second = (asyncio.ensure_future(together.of(key, desk.doubles)) for key in (1, 1))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 2
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_what_was_asked_is_done_though_the_caller_of_a_turn_is_gone() -> None:
    turns, go_on, written = InTurns[int, int](most=8, capacity=8), asyncio.Event(), list[int]()

    async def write(items: Sequence[int]) -> Sequence[int]:
        await go_on.wait()
        written.extend(items)
        return [10 * item for item in items]

    first, gone, last = (asyncio.ensure_future(turns.of(item, write)) for item in (1, 2, 3))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    go_on.set()
    assert [await first, await last] == [10, 30]
    assert gone.cancelled()
    assert written == [1, 2, 3]


@pytest.mark.parametrize("abreast", [1, 2])
async def test_who_asks_again_the_moment_it_is_answered_is_answered_again(abreast: int) -> None:
    turns = InTurns[int, int](most=8, capacity=8, abreast=abreast)

    async def write(items: Sequence[int]) -> Sequence[int]:
        await asyncio.sleep(0)
        return [10 * item for item in items]

    async def asks(item: int) -> list[int]:
        return [await turns.of(item + more, write) for more in range(3)]

    async with asyncio.timeout(20):
        assert await asyncio.gather(*(asks(item) for item in range(abreast))) == [
            [10 * (item + more) for more in range(3)] for item in range(abreast)
        ]

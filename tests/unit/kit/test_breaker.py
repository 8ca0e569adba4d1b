"""The breaker opens after failures in a row, lets one probe through, and says «down» and «back» once."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest

from connectors.kit.calls import FORCED, SIGNING_IN
from connectors.kit.errors import TimedOut, Unavailable
from tests.unit.kit.outside import Outside, ok, outside

DOWN = httpx.Response(503)


async def ask(system: Outside, *, idempotent: bool = False) -> int:
    return (await system.caller.call("GET", "/", deadline_s=10, idempotent=idempotent)).status_code


async def broken(*then: httpx.Response | Exception) -> Outside:
    """A system whose breaker has just opened."""
    system = outside(*[DOWN] * 5, *(then or (DOWN,)))
    for _ in range(5):
        await ask(system)
    assert system.breaker.state == "open"
    return system


async def test_while_open_a_call_is_refused_at_once_and_not_sent() -> None:
    system = await broken(ok())
    with pytest.raises(Unavailable):
        await ask(system, idempotent=True)
    assert len(system.script.requests) == 5
    assert system.clock.slept == []


@pytest.mark.parametrize("failure", [DOWN, httpx.ConnectError("x"), httpx.ReadTimeout("x")])
async def test_every_kind_of_failure_counts(failure: httpx.Response | Exception) -> None:
    system = outside(failure)
    for _ in range(5):
        try:
            await ask(system)
        except (Unavailable, TimedOut):
            continue
    assert system.breaker.state == "open"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
async def test_a_refusal_is_no_failure(status: int) -> None:
    system = outside(httpx.Response(status))
    for _ in range(20):
        await ask(system)
    assert system.breaker.state == "closed"


async def test_only_failures_in_a_row_count() -> None:
    system = outside(*[DOWN] * 4, ok(), *[DOWN] * 4, ok())
    for _ in range(10):
        await ask(system)
    assert system.breaker.state == "closed"


async def test_after_the_pause_one_call_tries_and_success_closes() -> None:
    system = await broken(ok())
    system.clock.now += 30
    assert system.breaker.state == "half_open"
    assert await ask(system) == 200
    assert system.breaker.state == "closed"


async def test_after_the_pause_a_failure_opens_again_without_more_tries() -> None:
    system = await broken(DOWN)
    system.clock.now += 30
    assert await ask(system, idempotent=True) == 503
    assert len(system.script.requests) == 6
    assert system.breaker.state == "open"
    with pytest.raises(Unavailable):
        await ask(system)


async def test_a_call_that_opens_the_breaker_returns_its_answer_without_more_tries() -> None:
    system = outside(DOWN)
    for _ in range(4):
        await ask(system)
    assert await ask(system, idempotent=True) == 503
    assert len(system.script.requests) == 5


async def test_of_many_waiting_calls_only_one_is_the_probe() -> None:
    go = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        await go.wait()
        return ok()

    system = await broken()
    system.script.steps = [slow]
    system.clock.now += 30
    calls = [asyncio.create_task(ask(system)) for _ in range(8)]
    await system.script.came(6)
    go.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert len([result for result in results if result == 200]) == 1
    assert len([result for result in results if isinstance(result, Unavailable)]) == 7
    assert await ask(system) == 200


async def hang(request: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_cancelled_probe_lets_another_try() -> None:
    system = await broken()
    system.script.steps = [hang]
    system.clock.now += 30
    probe = asyncio.create_task(ask(system))
    await system.script.came(6)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    system.script.steps = [ok()]
    assert await ask(system) == 200


async def test_a_cancelled_call_of_another_kind_does_not_free_the_probes_place() -> None:
    system = outside(hang)
    early = asyncio.create_task(ask(system))
    await system.script.came(1)
    system.script.steps = [DOWN]
    for _ in range(5):
        await ask(system)
    system.clock.now += 30
    system.script.steps = [hang]
    probe = asyncio.create_task(ask(system))
    await system.script.came(7)
    early.cancel()
    with pytest.raises(asyncio.CancelledError):
        await early
    with pytest.raises(Unavailable):
        await ask(system)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe


async def test_late_failures_of_earlier_calls_do_not_prolong_the_pause() -> None:
    go = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        await go.wait()
        return DOWN

    system = outside(slow)
    early = asyncio.create_task(ask(system))
    await system.script.came(1)
    system.script.steps = [DOWN]
    for _ in range(5):
        await ask(system)
    system.clock.now += 29
    go.set()
    await early
    system.clock.now += 1
    assert system.breaker.state == "half_open"


async def test_a_person_who_asks_now_is_let_through_and_proves_the_system_back() -> None:
    system = await broken(DOWN, ok())
    token = FORCED.set(True)
    try:
        assert await ask(system) == 503
        assert system.breaker.state == "open"
        assert await ask(system) == 200
    finally:
        FORCED.reset(token)
    assert system.breaker.state == "closed"


async def test_a_sign_in_is_let_through_since_its_code_is_good_once() -> None:
    system = await broken(ok())
    token = SIGNING_IN.set(True)
    try:
        assert await ask(system) == 200
    finally:
        SIGNING_IN.reset(token)
    assert system.breaker.state == "closed"


async def test_down_and_back_are_logged_once_each(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="hub.calls"):
        system = await broken(DOWN, DOWN, ok())
        for _ in range(3):
            system.clock.now += 30
            await ask(system)
        await ask(system)
    assert [record.getMessage() for record in caplog.records] == ["mes is down", "mes is back"]

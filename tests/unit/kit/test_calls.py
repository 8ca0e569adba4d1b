"""The one policy for outside calls: deadline, retries, limits, what is sent along and what is logged."""

from __future__ import annotations

import asyncio
import gzip
import logging

import httpx
import pytest
from prometheus_client import REGISTRY

from connectors.kit.calls import MAX_BODY, TRACEPARENT
from connectors.kit.errors import Drifted, RateLimited, TimedOut, Unavailable
from tests.unit.kit.outside import Chunks, Outside, ok, outside

DOWN = httpx.Response(503)
REFUSED = httpx.ConnectError("refused")


async def get(system: Outside, path: str = "/marks", *, deadline_s: float = 10.0, idempotent: bool = True) -> httpx.Response:
    return await system.caller.call("GET", path, deadline_s=deadline_s, idempotent=idempotent)


async def test_an_answer_comes_back_read() -> None:
    system = outside(ok(a=1))
    assert (await get(system)).json() == {"a": 1}
    assert str(system.script.requests[0].url) == "http://mes.test/mes/marks"


@pytest.mark.parametrize("step", [DOWN, httpx.Response(500), httpx.Response(502), REFUSED, httpx.ReadError("cut"), httpx.Response(429)])
async def test_an_idempotent_request_is_tried_again(step: httpx.Response | Exception) -> None:
    system = outside(step, step, ok())
    assert (await get(system)).status_code == 200
    assert len(system.script.requests) == 3


@pytest.mark.parametrize("step", [DOWN, httpx.Response(429)])
async def test_another_request_is_sent_once_and_its_status_returned(step: httpx.Response) -> None:
    system = outside(step, ok())
    assert (await get(system, idempotent=False)).status_code == step.status_code
    assert len(system.script.requests) == 1


async def test_another_request_is_sent_once_and_its_failure_raised() -> None:
    system = outside(REFUSED, ok())
    with pytest.raises(Unavailable):
        await get(system, idempotent=False)
    assert len(system.script.requests) == 1


async def test_an_error_that_outlasts_the_tries_is_returned_with_its_body() -> None:
    system = outside(httpx.Response(500, json={"type": "broken"}))
    answer = await get(system)
    assert (answer.status_code, answer.json()) == (500, {"type": "broken"})
    assert len(system.script.requests) == 3


async def test_the_last_failure_is_what_counts() -> None:
    system = outside(DOWN, DOWN, REFUSED)
    with pytest.raises(Unavailable, match="ConnectError"):
        await get(system)


@pytest.mark.parametrize("status", [200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 422, 501])
async def test_any_other_status_is_an_answer_and_no_redirect_is_followed(status: int) -> None:
    system = outside(httpx.Response(status, headers={"Location": "http://evil.test/"}))
    assert (await get(system)).status_code == status
    assert len(system.script.requests) == 1


async def test_retry_after_is_obeyed() -> None:
    system = outside(httpx.Response(429, headers={"Retry-After": "3"}), ok())
    assert (await get(system)).status_code == 200
    assert system.clock.slept == [3.0]


async def test_a_wait_past_the_deadline_is_not_begun() -> None:
    system = outside(httpx.Response(429, headers={"Retry-After": "11"}), ok())
    assert (await get(system)).status_code == 429
    assert system.clock.slept == []


async def test_pauses_between_tries_grow_and_stay_short() -> None:
    system = outside(DOWN)
    await get(system)
    first, second = system.clock.slept
    assert 0.1 <= first < second <= 0.4


async def test_no_try_begins_past_the_deadline() -> None:
    system = outside(DOWN)
    await get(system, deadline_s=0.15)
    assert sum(system.clock.slept) < 0.15
    assert len(system.script.requests) <= 2


async def hang(request: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_silent_system_costs_the_deadline_and_no_more() -> None:
    system = outside(hang)
    async with asyncio.timeout(30):
        with pytest.raises(TimedOut):
            await get(system, deadline_s=0.05)
    assert len(system.script.requests) == 1


@pytest.mark.parametrize("error", [httpx.ReadTimeout("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")])
async def test_the_clients_own_timeouts_are_timed_out_and_not_tried_again(error: Exception) -> None:
    system = outside(error)
    with pytest.raises(TimedOut):
        await get(system)
    assert len(system.script.requests) == 1


@pytest.mark.parametrize(
    "error", [httpx.RemoteProtocolError("x"), httpx.DecodingError("x"), httpx.ProxyError("x"), httpx.UnsupportedProtocol("x")]
)
async def test_every_transport_error_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable):
        await get(outside(error))


async def test_a_body_too_large_is_a_drift_read_no_further_and_not_again() -> None:
    stream = Chunks(b"x" * 1_000_000 for _ in range(100))

    async def large(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=stream)

    system = outside(large)
    with pytest.raises(Drifted, match="too large"):
        await get(system)
    assert stream.sent <= MAX_BODY + 2_000_000
    assert stream.closed
    assert len(system.script.requests) == 1


async def test_a_packed_body_is_unpacked_and_its_transfer_headers_are_gone() -> None:
    async def packed(request: httpx.Request) -> httpx.Response:
        assert request.headers["accept-encoding"] == "gzip"
        return httpx.Response(200, headers={"Content-Encoding": "gzip", "X-Kept": "1"}, stream=Chunks([gzip.compress(b'{"a":1}')]))

    answer = await get(outside(packed))
    assert answer.json() == {"a": 1}
    assert "content-encoding" not in answer.headers
    assert answer.headers["x-kept"] == "1"


@pytest.mark.security("31")
@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
async def test_a_bomb_is_refused(encoding: str) -> None:
    bomb = gzip.compress(b"0" * (MAX_BODY + 1))

    async def packed(request: httpx.Request) -> httpx.Response:
        body = gzip.compress(bomb) if "," in encoding else bomb
        return httpx.Response(200, headers={"Content-Encoding": encoding}, stream=Chunks([body]))

    with pytest.raises(Drifted):
        await get(outside(packed))


async def test_garbage_that_calls_itself_packed_is_unavailable() -> None:
    async def packed(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Chunks([b"not gzip"]))

    with pytest.raises(Unavailable):
        await get(outside(packed))


@pytest.mark.parametrize("path", ["marks", "@evil.test/", ".evil.test/", ":80/", "/../admin", "/a/../../b", "/a/..", "/\x00"])
async def test_a_path_made_of_a_hostile_id_does_not_leave_the_base_address(path: str) -> None:
    system = outside(ok())
    with pytest.raises(Drifted):
        await get(system, path)
    assert system.script.requests == []


async def test_a_token_that_no_header_can_carry_is_a_drift() -> None:
    system = outside(ok())
    with pytest.raises(Drifted):
        await system.caller.call("GET", "/", deadline_s=1, idempotent=True, headers={"Authorization": "Bearer ключ"})


async def test_the_trace_context_is_sent_on() -> None:
    system = outside(ok())
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    token = TRACEPARENT.set(trace)
    try:
        await get(system)
    finally:
        TRACEPARENT.reset(token)
    await get(system)
    assert [request.headers.get("traceparent") for request in system.script.requests] == [trace, None]


async def test_never_more_at_once_than_agreed() -> None:
    running, most = 0, 0
    go = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await go.wait()
        running -= 1
        return ok()

    system = outside(slow, parallel=3)
    calls = [asyncio.create_task(get(system)) for _ in range(12)]
    await system.script.came(3)
    go.set()
    assert {answer.status_code for answer in await asyncio.gather(*calls)} == {200}
    assert most == 3


async def test_waiting_for_our_own_gate_is_no_failure_of_the_system() -> None:
    system = outside(hang, parallel=1, threshold=1)
    first = asyncio.create_task(get(system))
    await system.script.came(1)
    with pytest.raises(TimedOut, match="too many"):
        await get(system, deadline_s=0.02)
    assert system.breaker.state == "closed"
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert system.breaker.state == "closed"


@pytest.mark.security("32")
@pytest.mark.parametrize("step", [ok(), httpx.Response(401), REFUSED])
async def test_the_log_holds_no_query_token_snils_or_id(step: httpx.Response | Exception, caplog: pytest.LogCaptureFixture) -> None:
    system = outside(step)
    with caplog.at_level(logging.DEBUG):
        try:
            await system.caller.call(
                "GET",
                "/persons/1000299654/v2/eyJhbGciOiJSUzI1NiJ9secret/marks?snils=00000060006",
                params={"code": "top-secret"},
                headers={"Authorization": "Bearer top-secret"},
                data=None,
                deadline_s=5,
                idempotent=False,
            )
        except Unavailable as error:
            caplog.handler.handle(logging.makeLogRecord({"msg": str(error)}))
    assert "mes: GET mes.test/mes/persons/*/v2/*/marks" in caplog.text
    for secret in ("top-secret", "00000060006", "1000299654", "eyJ", "snils", "Bearer"):
        assert secret not in caplog.text


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("hub_outside_calls_total", {"system": "mes", "result": result}) or 0.0


async def test_every_sent_request_is_counted_by_its_result() -> None:
    before = {result: counted(result) for result in ("2xx", "4xx", "5xx", "error")}
    for step in (ok(), httpx.Response(404), httpx.Response(500), REFUSED):
        try:
            await get(outside(step), idempotent=False)
        except Unavailable:
            continue
    assert {result: counted(result) - count for result, count in before.items()} == {"2xx": 1, "4xx": 1, "5xx": 1, "error": 1}


async def test_a_rate_limit_is_never_raised_by_the_policy_itself() -> None:
    system = outside(httpx.Response(429, headers={"Retry-After": "1"}))
    try:
        assert (await get(system)).status_code == 429
    except RateLimited:  # pragma: no cover
        pytest.fail("the connector reads the envelope, so it gets the answer")

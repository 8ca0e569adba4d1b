"""Asks one system: within a deadline, again only where that is harmless, and never more at once than agreed."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

import httpx
from prometheus_client import Counter, Histogram
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from connectors.kit.answers import retry_after
from connectors.kit.calls.breaker import Breaker, Paused
from connectors.kit.calls.reading import MAX_BODY, read
from connectors.kit.errors import ConnectorError, Drifted, RateLimited, TimedOut, Unavailable
from connectors.kit.health import SystemHealth

log = logging.getLogger("hub.calls")

FORCED: ContextVar[bool] = ContextVar("forced", default=False)
"""Set while a person asks for live data: the breaker lets the call through."""
SIGNING_IN: ContextVar[bool] = ContextVar("signing_in", default=False)
"""Set while a person signs in or opens an account: what the browser brought is good once, so the breaker does not refuse it unasked."""
TRACEPARENT: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""The W3C trace context of the request being served; sent on to the outside system."""

MAX_TRIES = 3
RETRIED_STATUS = frozenset({500, 502, 503, 504})
PARALLEL = 10

CALLS = Counter("hub_outside_calls_total", "Calls to outside systems by result", ["system", "result"])
SECONDS = Histogram("hub_outside_call_seconds", "Duration of outside calls", ["system"])
_PERSONAL_SEGMENT = re.compile(r"(?<=/)(?=[^/]*[0-9])[^/]{5,}|(?<=/)[^/]{24,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """One call: when it must be over, how often it may be sent, whether a person forced it."""

    ends_at: float
    tries: int
    forced: bool


class Caller:
    """Asks one system through one long-lived client. `base_url` has no trailing slash."""

    def __init__(
        self,
        system: str,
        base_url: str,
        client: httpx.AsyncClient,
        breaker: Breaker | None = None,
        *,
        parallel: int = PARALLEL,
        max_body: int = MAX_BODY,
        health: SystemHealth | None = None,
        timer: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.system = system
        self.base_url = base_url.rstrip("/")
        self.breaker = breaker or Breaker(system)
        self.parallel = parallel
        self.busy = 0
        self.health = health or SystemHealth(system)
        self._client = client
        self._gate = asyncio.Semaphore(parallel)
        self._max_body = max_body
        self._timer = timer
        self._sleep = sleep

    async def call(
        self,
        method: str,
        path: str,
        *,
        deadline_s: float,
        idempotent: bool,
        params: dict[str, str] | list[tuple[str, str | int | float | bool | None]] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        json: object | None = None,
        content: bytes | None = None,
        cookies: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One answer of any status, its body read. Raises `Unavailable` or `TimedOut`, `Drifted` for a body too large;
        an error status that outlasts the tries is returned.

        `path` is appended to `base_url`; redirects are not followed. Only idempotent requests are tried again, and never past the deadline.
        """
        plan = _Plan(ends_at=self._timer() + deadline_s, tries=MAX_TRIES if idempotent else 1, forced=FORCED.get() or SIGNING_IN.get())
        self._check(path)
        try:
            request = self._client.build_request(
                method, self.base_url + path, params=params, headers=headers, data=data, json=json, content=content, cookies=cookies
            )
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Drifted(self.system, "request", type(error).__name__) from error
        if trace := TRACEPARENT.get():
            request.headers["traceparent"] = trace
        return await self._tried(request, plan)

    async def _tried(self, request: httpx.Request, plan: _Plan) -> httpx.Response:
        last: httpx.Response | None = None

        async def once() -> httpx.Response:
            nonlocal last
            previous, last = last, None
            try:
                last = response = await self._send(request, plan)
            except Paused:
                last = previous
                raise
            if response.status_code in RETRIED_STATUS:
                raise Unavailable(self.system, str(response.status_code))
            if response.status_code == 429:
                raise RateLimited(self.system, "429", after_s=retry_after(response))
            return response

        try:
            return await self._retrying(plan)(once)
        except (Unavailable, RateLimited):
            if last is None:
                raise
            return last

    def _check(self, path: str) -> None:
        """A path made with an id from outside must stay below the base address."""
        if (path and path[0] not in "/?") or "/../" in f"{path.partition('?')[0]}/":
            raise Drifted(self.system, "request", "the path leaves the base address")

    def _retrying(self, plan: _Plan) -> AsyncRetrying:
        def stop(state: RetryCallState) -> bool:
            if state.attempt_number >= plan.tries or self._timer() + state.upcoming_sleep >= plan.ends_at:
                return True
            return self.breaker.state != "closed" and not plan.forced

        return AsyncRetrying(stop=stop, wait=_wait, retry=retry_if_exception(_is_retried), sleep=self._sleep, reraise=True)

    async def _send(self, request: httpx.Request, plan: _Plan) -> httpx.Response:
        """One request. What went wrong before it was sent (a full gate, a pause) is no failure of the system."""
        probe = False
        sent = False
        started = self._timer()
        told: httpx.Response | ConnectorError | None = None
        try:
            async with asyncio.timeout(max(plan.ends_at - started, 0.001)), self._gate:
                probe = self.breaker.admit(forced=plan.forced)
                sent, started = True, self._timer()
                self.busy += 1
                told = await read(self.system, self._client, request, self._max_body)
        except TimeoutError as error:
            told = TimedOut(self.system, "no answer in time" if sent else "too many calls at once")
            raise told from error
        except httpx.TimeoutException as error:
            told = TimedOut(self.system, type(error).__name__)
            raise told from error
        except httpx.HTTPError as error:
            told = Unavailable(self.system, type(error).__name__)
            raise told from error
        finally:
            if sent:
                self.busy -= 1
                self._judge(told, probe=probe)
                self._record(request, told, self._timer() - started)
        return told

    def _judge(self, told: httpx.Response | ConnectorError | None, *, probe: bool) -> None:
        if told is None:
            self.breaker.release(probe=probe)
        elif isinstance(told, ConnectorError) or told.status_code >= 500:
            self.breaker.failure(probe=probe)
        else:
            self.breaker.success()

    def _record(self, request: httpx.Request, told: httpx.Response | ConnectorError | None, took_s: float) -> None:
        """Counts and logs: no query, no header, no body, and of the path nothing that looks like an id or a token."""
        status = str(told.status_code) if isinstance(told, httpx.Response) else told.code if told else "given up"
        result = f"{status[0]}xx" if isinstance(told, httpx.Response) else "error"
        CALLS.labels(self.system, result).inc()
        SECONDS.labels(self.system).observe(took_s)
        if told is not None:
            self.health.called(_failure(told), took_s)
        path = _PERSONAL_SEGMENT.sub("*", request.url.path)
        log.debug("%s: %s %s%s %s in %.0f ms", self.system, request.method, request.url.host, path, status, took_s * 1000)


def _failure(told: httpx.Response | ConnectorError) -> str | None:
    """How a call failed as a call: an answer that refuses politely is none; one that says «too many» or «broken» is."""
    if isinstance(told, ConnectorError):
        return told.code
    if told.status_code in (429, 433):
        return RateLimited.code
    return Unavailable.code if told.status_code >= 500 else None


def _is_retried(error: BaseException) -> bool:
    return isinstance(error, Unavailable | RateLimited) and not isinstance(error, Paused)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, RateLimited) and error.after_s is not None:
        return error.after_s
    return wait_exponential_jitter(multiplier=0.1, max=2.0, jitter=0.1)(state)

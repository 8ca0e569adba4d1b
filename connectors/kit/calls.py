"""The one policy for every outside call: deadline, retries, breaker, size limit, redaction, metrics (ARCHITECTURE 5)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

import httpx
from prometheus_client import Counter, Histogram
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential_jitter
from tenacity.stop import stop_base

from connectors.kit.answers import retry_after
from connectors.kit.errors import ConnectorError, RateLimited, TimedOut, Unavailable

log = logging.getLogger("hub.calls")

FORCED: ContextVar[bool] = ContextVar("forced", default=False)
"""Set while a person asks for live data: the breaker lets the call through."""
TRACEPARENT: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""The W3C trace context of the request being served; sent on to the outside system."""

MAX_BODY = 8 * 1024 * 1024
MAX_TRIES = 3
# The body handed on is already decoded, so the headers that describe its transfer no longer hold.
_BODY_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
RETRIED_STATUS = frozenset({500, 502, 503, 504})

CALLS = Counter("hub_outside_calls_total", "Calls to outside systems by result", ["system", "result"])
SECONDS = Histogram("hub_outside_call_seconds", "Duration of outside calls", ["system"])


class Breaker:
    """Opens after `threshold` failures in a row for `pause_s`; then one call tries. Logs «down» once and «back» once."""

    def __init__(self, system: str, *, threshold: int = 5, pause_s: float = 30.0, timer: Callable[[], float] = time.monotonic) -> None:
        self.system = system
        self.threshold = threshold
        self.pause_s = pause_s
        self._timer = timer
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half_open`."""
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._timer() - self._opened_at >= self.pause_s else "open"

    def admit(self, *, forced: bool = False) -> None:
        """Raises `Unavailable` while open; `forced` is a person asking now (API.md, no-cache)."""
        if forced or self._opened_at is None:
            return
        if self.state == "open" or self._probing:
            raise Unavailable(self.system, "paused after failures")
        self._probing = True

    def success(self) -> None:
        if self._opened_at is not None:
            log.warning("%s is back", self.system)
        self._failures, self._opened_at, self._probing = 0, None, False

    def failure(self) -> None:
        self._failures += 1
        self._probing = False
        if self._opened_at is not None:
            self._opened_at = self._timer()
        elif self._failures >= self.threshold:
            self._opened_at = self._timer()
            log.warning("%s is down", self.system)

    def release(self) -> None:
        """A cancelled call says nothing about the system; another may probe."""
        self._probing = False


@dataclass(frozen=True, slots=True)
class _StopAtDeadline(stop_base):
    ends_at: float
    tries: int

    def __call__(self, state: RetryCallState) -> bool:
        return state.attempt_number >= self.tries or time.monotonic() + state.upcoming_sleep >= self.ends_at


class Caller:
    """Asks one system through one long-lived client. `base_url` has no trailing slash."""

    def __init__(self, system: str, base_url: str, client: httpx.AsyncClient, breaker: Breaker | None = None) -> None:
        self.system = system
        self.base_url = base_url.rstrip("/")
        self.breaker = breaker or Breaker(system)
        self._client = client

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
        """One answer of any status, its body read. Raises `Unavailable` or `TimedOut`; a 429 that outlasts the tries is returned.

        `path` is appended to `base_url`; redirects are not followed. Only idempotent requests are tried again, and never past the deadline.
        """
        ends_at = time.monotonic() + deadline_s
        tries = MAX_TRIES if idempotent else 1
        retrying = AsyncRetrying(
            stop=_StopAtDeadline(ends_at, tries),
            wait=_wait,
            retry=retry_if_exception_type((Unavailable, RateLimited)),
            reraise=True,
        )
        last: httpx.Response | None = None

        async def once() -> httpx.Response:
            nonlocal last
            last = None
            self.breaker.admit(forced=FORCED.get())
            request = self._client.build_request(
                method, self.base_url + path, params=params, headers=headers, data=data, json=json, content=content, cookies=cookies
            )
            if trace := TRACEPARENT.get():
                request.headers["traceparent"] = trace
            last = response = await self._send(request, ends_at - time.monotonic())
            if response.status_code in RETRIED_STATUS:
                raise Unavailable(self.system, str(response.status_code))
            if response.status_code == 429:
                raise RateLimited(self.system, "429", after_s=retry_after(response))
            return response

        try:
            return await retrying(once)
        except (Unavailable, RateLimited):
            if last is None:
                raise
            return last

    async def _send(self, request: httpx.Request, left_s: float) -> httpx.Response:
        started = time.monotonic()
        result = "error"
        try:
            async with asyncio.timeout(max(left_s, 0.001)):
                response = await self._read(request)
            result = f"{response.status_code // 100}xx"
        except TimeoutError as error:
            raise self._failed(TimedOut(self.system, "no answer in time")) from error
        except httpx.TimeoutException as error:
            raise self._failed(TimedOut(self.system, type(error).__name__)) from error
        except httpx.HTTPError as error:
            raise self._failed(Unavailable(self.system, type(error).__name__)) from error
        except asyncio.CancelledError:
            self.breaker.release()
            raise
        finally:
            CALLS.labels(self.system, result).inc()
            SECONDS.labels(self.system).observe(time.monotonic() - started)
        if response.status_code >= 500:
            self.breaker.failure()
        else:
            self.breaker.success()
        return response

    async def _read(self, request: httpx.Request) -> httpx.Response:
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BODY:
                    raise self._failed(Unavailable(self.system, "answer too large"))
        finally:
            await response.aclose()
        kept = [(name, value) for name, value in response.headers.multi_items() if name not in _BODY_HEADERS]
        return httpx.Response(response.status_code, headers=kept, content=bytes(body), request=request)

    def _failed(self, error: ConnectorError) -> ConnectorError:
        self.breaker.failure()
        return error


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, RateLimited) and error.after_s is not None:
        return error.after_s
    return wait_exponential_jitter(initial=0.1, max=2.0, jitter=0.1)(state)

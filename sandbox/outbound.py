"""The only place of the sandbox that knows httpx: its own requests to this machine, and a dropped connection in one process."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
TIMEOUT_S: Final = 10.0
SIZE: Final = 4 * 2**20


class ConnectionDropped(httpx.ReadError):
    """Raised through an in-process ASGI transport, where there is no socket to close."""


class NotLoopback(ValueError):
    """The sandbox asks nobody outside this machine."""


class Unanswered(Exception):
    """No answer came, or one that is too large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """`headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, or as text where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode(errors="replace")


class Outbound:
    """Sends requests where the sandbox plays the asking side; `transport` may be another application in the same process."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.transport = transport

    async def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
    ) -> Answered:
        """One request, redirects not followed."""
        _check(url)
        async with self._client() as http:
            return await _sent(http, method, url, params=query, data=form, content=content, headers=headers, auth=basic)

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """For one that sends a great deal: the connection is kept."""
        async with self._client() as http:
            yield Line(http)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=_Lent(self.transport) if self.transport else None, trust_env=False, timeout=TIMEOUT_S)


class Line:
    """Requests over a kept connection."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def send(self, method: str, url: str, *, content: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answered:
        _check(url)
        return await _sent(self._http, method, url, content=content, headers=headers)


class _Lent(httpx.AsyncBaseTransport):
    """A transport that is somebody else's to close."""

    def __init__(self, own: httpx.AsyncBaseTransport) -> None:
        self._own = own

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._own.handle_async_request(request)


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or (parts.hostname or "").lower() not in LOOPBACK:
        raise NotLoopback(parts.hostname)


async def _sent(http: httpx.AsyncClient, method: str, url: str, **how: Any) -> Answered:
    try:
        async with http.stream(method, url, **how) as answer:
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > SIZE:
                    raise Unanswered("ответ слишком велик")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unanswered(type(error).__name__) from error
    return Answered(status=answer.status_code, headers={name.lower(): value for name, value in answer.headers.items()}, body=bytes(body))

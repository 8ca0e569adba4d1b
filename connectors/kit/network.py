"""The network under a system's client: aiohttp's connections behind httpx's transport, at a third of the work of httpx's own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from multidict import CIMultiDict
from yarl import URL

LONGEST_LINE = 64 * 1024
"""Of one header, in bytes: the tokens and cookies of some systems are long."""
# httpx has said what is to be sent; aiohttp would add these by itself where they are missing.
_OWN_HEADERS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")

# In this order: the first that fits.
_ERRORS: tuple[tuple[type[BaseException], type[httpx.TransportError]], ...] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout),
    (TimeoutError, httpx.ReadTimeout),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.ClientConnectionError, httpx.ReadError),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.ClientError, httpx.ReadError),
    (OSError, httpx.ReadError),
    (ValueError, httpx.LocalProtocolError),
)


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    """What httpx's callers know; a cancelled call stays one."""
    try:
        yield
    except tuple(theirs for theirs, _ in _ERRORS) as error:
        ours = next(ours for theirs, ours in _ERRORS if isinstance(error, theirs))
        raise ours(type(error).__name__, request=request) from error


class Network(httpx.AsyncBaseTransport):
    """Long-lived connections to one system, at most `parallel`, none before the first request. Keeps no cookies, follows no redirect."""

    def __init__(self, *, tls: ssl.SSLContext, parallel: int) -> None:
        self._tls = tls
        self._parallel = parallel
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx's transport errors. The body of the request is in memory; the answer's is read by the caller, still encoded."""
        limits = request.extensions.get("timeout", {})
        with _as_httpx(request):
            answer = await self._opened().request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=CIMultiDict((name.decode("ascii"), value.decode()) for name, value in request.headers.raw),
                data=await request.aread() or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=None, connect=limits.get("pool"), sock_connect=limits.get("connect"), sock_read=limits.get("read")
                ),
            )
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer, request), request=request)

    def _opened(self) -> aiohttp.ClientSession:
        """Made at the first request: a session belongs to the loop that runs."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._parallel, ssl=self._tls),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=_OWN_HEADERS,
                auto_decompress=False,
                trust_env=False,
                max_line_size=LONGEST_LINE,
                max_field_size=LONGEST_LINE,
            )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            # A TLS connection says goodbye in the loop's next turn.
            await asyncio.sleep(0)


class _Body(httpx.AsyncByteStream):
    """The answer's body as it comes. One that is not read to its end gives its connection up."""

    def __init__(self, answer: aiohttp.ClientResponse, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(self._request):
            while chunk := await self._answer.content.readany():
                yield chunk

    async def aclose(self) -> None:
        self._answer.release()

"""The network under a client, against a server that says byte for byte what the test wants: nothing added or kept, every break named."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from connectors.kit.calls import Caller
from connectors.kit.clients import new_client
from connectors.kit.errors import TimedOut, Unavailable

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Peer:
    """What it was sent, and how often somebody connected."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0

    def caller(self, client: httpx.AsyncClient) -> Caller:
        return Caller("mes", f"http://127.0.0.1:{self.port}", client)


@asynccontextmanager
async def peer(*answers: bytes | Answer) -> AsyncIterator[tuple[Peer, Caller]]:
    """Says one answer a request, the last one again and again."""
    told = Peer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                told.heads.append(head)
                answer = answers[min(len(told.heads), len(answers)) - 1]
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                else:
                    await answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    async with new_client() as client:
        yield told, told.caller(client)
    server.close()


def said(body: bytes = b"{}", *lines: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *lines, b"", body))


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def say_nothing(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def ask(caller: Caller, path: str = "/", *, deadline_s: float = 2.0) -> httpx.Response:
    return await caller.call("GET", path, deadline_s=deadline_s, idempotent=False)


async def test_the_address_goes_out_as_the_connector_wrote_it() -> None:
    async with peer(said()) as (told, caller):
        await ask(caller, "/a%2Cb/%D0%BF?who=%2B7,1&day=a+b")
    assert told.heads[0].splitlines()[0] == b"GET /a%2Cb/%D0%BF?who=%2B7,1&day=a+b HTTP/1.1"


async def test_no_header_is_added() -> None:
    async with peer(said()) as (told, caller):
        await caller.call("POST", "/", deadline_s=2, idempotent=False, content=b"x", headers={"X-One": "1"})
    names = {line.partition(b":")[0].lower() for line in told.heads[0].splitlines()[1:] if line}
    assert names == {b"host", b"accept", b"accept-encoding", b"connection", b"user-agent", b"x-one", b"content-length"}


async def test_a_cookie_is_told_and_not_kept() -> None:
    async with peer(said(b"{}", b"Set-Cookie: session=anna; Path=/", b"Set-Cookie: other=1")) as (told, caller):
        first = await ask(caller)
        await ask(caller)
    assert first.headers.get_list("set-cookie") == ["session=anna; Path=/", "other=1"]
    assert not [head for head in told.heads if b"cookie" in head.lower()]


async def test_a_redirect_is_an_answer() -> None:
    async with peer(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n") as (told, caller):
        answer = await ask(caller)
    assert (answer.status_code, answer.headers["location"], len(told.heads)) == (302, "/elsewhere", 1)


async def test_a_packed_body_is_unpacked_once() -> None:
    packed = gzip.compress(b'{"a": 1}')
    async with peer(said(packed, b"Content-Encoding: gzip")) as (_, caller):
        assert (await ask(caller)).json() == {"a": 1}


async def test_a_connection_serves_the_next_question_too() -> None:
    async with peer(said()) as (told, caller):
        for _ in range(3):
            await ask(caller)
    assert (told.connections, len(told.heads)) == (1, 3)


async def test_a_long_header_is_read() -> None:
    token = b"t" * 40_000
    async with peer(said(b"{}", b"X-Token: " + token)) as (_, caller):
        assert (await ask(caller)).headers["x-token"] == token.decode()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(hang_up, id="hung up"),
        pytest.param(b"nothing of HTTP\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", id="a length that is no number"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="broken chunks"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", id="an endless header"),
    ],
)
async def test_a_broken_answer_is_unavailable(answer: bytes | Answer) -> None:
    async with peer(answer) as (_, caller):
        with pytest.raises(Unavailable):
            await ask(caller)


async def test_a_body_that_ends_early_is_unavailable() -> None:
    async def half(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        writer.close()

    async with peer(half) as (_, caller):
        with pytest.raises(Unavailable):
            await ask(caller)


async def test_silence_is_timed_out_and_the_next_question_has_a_new_connection() -> None:
    async with peer(say_nothing, said()) as (told, caller):
        with pytest.raises(TimedOut):
            await ask(caller, deadline_s=0.05)
        assert (await ask(caller)).json() == {}
    assert told.connections == 2


async def test_nobody_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with new_client() as client:
        with pytest.raises(Unavailable):
            await ask(Caller("mes", f"http://127.0.0.1:{port}", client))


async def test_a_header_with_a_line_break_is_not_sent() -> None:
    async with peer(said()) as (told, caller):
        with pytest.raises(Unavailable):
            await caller.call("GET", "/", deadline_s=2, idempotent=False, headers={"X-One": "1\r\nX-Two: 2"})
    assert told.heads == []

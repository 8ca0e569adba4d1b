"""A CONNECT proxy on loopback that leads the real hosts to the TLS port, so that clients with hard-wired hosts run unchanged."""

from __future__ import annotations

import asyncio
import contextlib

HEAD_LIMIT_S = 10.0
CHUNK = 65_536


async def handle_proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls_port: int, hosts: frozenset[str]) -> None:
    """One client: CONNECT to a host that the sandbox plays, or to the sandbox itself; anything else is refused."""
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_LIMIT_S)
        host = _connect_host(head)
        if host is None:
            await _refuse(writer, "405 Method Not Allowed")
        elif host not in hosts and host not in ("localhost", "127.0.0.1", "::1"):
            await _refuse(writer, "403 Forbidden")
        else:
            await _tunnel(reader, writer, tls_port)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
        pass  # the client went away or never spoke HTTP: there is nobody to tell
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _connect_host(head: bytes) -> str | None:
    method, _, rest = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
    if method != "CONNECT":
        return None
    return rest.partition(" ")[0].rpartition(":")[0].strip("[]").lower()


async def _refuse(writer: asyncio.StreamWriter, status: str) -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls_port: int) -> None:
    to_sandbox_reader, to_sandbox = await asyncio.open_connection("127.0.0.1", tls_port)
    try:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await asyncio.gather(_pump(reader, to_sandbox), _pump(to_sandbox_reader, writer))
    finally:
        to_sandbox.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while chunk := await source.read(CHUNK):
            target.write(chunk)
            await target.drain()
    finally:
        with contextlib.suppress(OSError):
            target.close()

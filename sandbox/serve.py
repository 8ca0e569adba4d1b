"""Runs the sandbox on sockets: hypercorn's connection handling, our ports, and a stop within seconds."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config

from sandbox.app import SandboxApp, create_app
from sandbox.front import CONNECTION_KEY
from sandbox.mail.sink import ID as MAIL
from sandbox.mail.sink import MailSink
from sandbox.proxy import handle_proxy
from sandbox.tls import Authority

LOOPBACK = ("127.0.0.1", "::1")
STOP_WITHIN_S = 3.0
SMTP_ABOVE = 25
"""The mail server's port above the sandbox's own."""
BACKLOG = 512


class PortTaken(Exception):
    """Says in one line which address could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """`host` None means both loopback addresses; `hub_url` is where acquirers send their notices; `smtp` 0 is no mail server."""

    port: int
    host: str | None = None
    hub_url: str | None = None
    tls: int | None = None
    proxy: int | None = None
    smtp: int | None = None


def _sockets(host: str | None, port: int) -> list[socket.socket]:
    """Listening sockets on the host, or on 127.0.0.1 and, where the machine has it, ::1."""
    found: list[socket.socket] = []
    for address in (host,) if host else LOOPBACK:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener: socket.socket | None = None
        try:
            # asyncio sets TCP_NODELAY only on a socket that names its protocol; without it a kept connection stalls 40 ms an answer.
            listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((address, port))
            listener.setblocking(False)
        except OSError as error:
            busy = error.errno == errno.EADDRINUSE
            if listener is not None:
                listener.close()
            if found and not busy:
                continue
            for opened in found:
                opened.close()
            why = "порт занят другой программой" if busy else error.strerror
            raise PortTaken(f"Песочница не запущена: {address}, порт {port}: {why}. Выберите другой порт.") from error
        found.append(listener)
    return found


def _config() -> Config:
    config = Config()
    config.keep_alive_timeout = 75
    config.h11_max_incomplete_size = 64 * 1024
    config.include_server_header = False
    config.accesslog = None
    return config


class Listeners:
    """Open servers and the connections that they have."""

    def __init__(self, app: SandboxApp) -> None:
        self._app = ASGIWrapper(cast(Any, app))
        self._config = _config()
        self._context = WorkerContext(None)
        self._connections: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []

    async def open(self, host: str | None, port: int, context: ssl.SSLContext | None = None) -> None:
        await self._listen(host, port, self._http, context)

    async def open_proxy(self, port: int, tls_port: int, hosts: frozenset[str]) -> None:
        async def proxied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await handle_proxy(reader, writer, tls_port, hosts)

        await self._listen(None, port, proxied, None)

    async def _listen(
        self,
        host: str | None,
        port: int,
        handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        context: ssl.SSLContext | None,
    ) -> None:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = cast("asyncio.Task[None]", asyncio.current_task())
            self._connections.add(task)
            try:
                await handle(reader, writer)
            finally:
                self._connections.discard(task)

        for listener in _sockets(host, port):
            self._servers.append(await asyncio.start_server(connected, sock=listener, backlog=BACKLOG, ssl=context))

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state: dict[str, Any] = {CONNECTION_KEY: writer}
        await TCPServer(self._app, asyncio.get_running_loop(), self._config, self._context, state, reader, writer)

    async def close(self) -> None:
        await self._context.terminated.set()
        for server in self._servers:
            server.close()
        if self._connections:
            _, left = await asyncio.wait(self._connections, timeout=STOP_WITHIN_S)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)


async def serve(ports: Ports) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    name = ports.host if ports.host not in (None, "0.0.0.0", "::") else "localhost"  # noqa: S104 - compared, not bound
    app = create_app(base_url=f"http://{name}:{ports.port}", hub_url=ports.hub_url)
    listeners = Listeners(app)
    try:
        await listeners.open(ports.host, ports.port)
        lines, context = [f"Песочница: http://{name}:{ports.port}"], None
        if ports.tls is not None:
            hosts = frozenset(host for system in app.systems.values() for host in system.hosts)
            authority = Authority.throw_away()
            app.ca_pem = authority.pem
            context = authority.server_context(hosts)
            await listeners.open(ports.host, ports.tls, context)
            lines.append(f"TLS: https://{name}:{ports.tls}, сертификат центра — /_sandbox/ca.pem")
            if ports.proxy is not None:
                await listeners.open_proxy(ports.proxy, ports.tls, hosts)
                lines.append(f"Прокси (CONNECT): http://{name}:{ports.proxy}")
        lines.append(await _open_mail(app, ports, context))
        await app.quart.startup()
        sys.stdout.write("".join(f"{line}\n" for line in lines if line))
        sys.stdout.flush()
        await stop.wait()
        await app.quart.shutdown()
    finally:
        await _mail(app).close()
        await listeners.close()


def _mail(app: SandboxApp) -> MailSink:
    return cast(MailSink, app.sandbox.shared[MAIL])


async def _open_mail(app: SandboxApp, ports: Ports, context: ssl.SSLContext | None) -> str:
    """What there is to say of it; the sandbox runs on without."""
    port = ports.port + SMTP_ABOVE if ports.smtp is None else ports.smtp
    if not 0 < port < 2**16:
        return ""
    try:
        await _mail(app).open(_sockets(ports.host, port), context)
    except PortTaken:
        return f"Почта: порт {port} занят, писем песочница не принимает (--smtp-port выберет другой)"
    return f"Почта (SMTP): localhost:{port}"

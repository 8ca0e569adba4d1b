"""The thin ASGI layer before all systems: tidies the path, records the request, applies the faults."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from sandbox.faults import WORDED, ActiveFault
from sandbox.outbound import ConnectionDropped
from sandbox.recorder import BODY_KEPT, Record
from sandbox.system import Fault, Sandbox, System

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

RECORD_KEY, FAULT_KEY, CONNECTION_KEY = "sandbox.record", "sandbox.fault", "sandbox.connection"
SLASHES = re.compile("//+")
SLASH_BYTES = re.compile(b"//+")


class Front:
    """`systems` maps each prefix to its system; everything else goes to the application as it is."""

    def __init__(self, sandbox: Sandbox, application: Application, systems: Mapping[str, System]) -> None:
        self._sandbox = sandbox
        self._application = application
        self._systems = systems
        self._hosts = {host.lower(): prefix for system in systems.values() for host, prefix in system.hosts.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._application(self._tidied(scope), receive, send)
            return
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        inner = self._tidied(scope)
        prefix = inner["path"][1:].partition("/")[0]
        system = self._systems.get(prefix)
        if system is None:
            await self._application(inner, receive, send)
        else:
            await self._served(prefix, system, scope, inner, receive, send)

    def _tidied(self, scope: Scope) -> Scope:
        path: str = SLASHES.sub("/", scope["path"])
        raw: bytes = SLASH_BYTES.sub(b"/", (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0])
        prefix = self._prefix_of_host(scope, path)
        if prefix:
            path, raw = f"/{prefix}{path}", b"/" + prefix.encode() + raw
        return {**scope, "path": path.rstrip("/") or "/", "raw_path": raw.rstrip(b"/") or b"/"}

    def _prefix_of_host(self, scope: Scope, path: str) -> str | None:
        """A real host's name, met on the TLS port, leads to its prefix, unless the path names a prefix of that system already."""
        if not self._hosts or scope.get("scheme") not in ("https", "wss"):
            return None
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").partition(":")[0].lower()
        prefix = self._hosts.get(host)
        first = path[1:].partition("/")[0]
        if prefix is None or first == "_sandbox" or first in self._systems[prefix].blueprints:
            return None
        return prefix

    async def _served(self, prefix: str, system: System, outer: Scope, scope: Scope, receive: Receive, send: Send) -> None:
        sandbox = self._sandbox
        raw_path = (outer.get("raw_path") or outer["path"].encode()).partition(b"?")[0]
        record = Record(
            id=sandbox.recorder.next_id(),
            system=prefix,
            time=sandbox.clock.now(),
            method=scope["method"],
            path=raw_path.decode("latin-1"),
            raw_query=bytes(scope.get("query_string", b"")),
            raw_headers=tuple((bytes(name), bytes(value)) for name, value in scope["headers"]),
            secret_fields=system.secret_fields,
        )
        sandbox.recorder.add(record)
        scope[RECORD_KEY] = record
        started = time.perf_counter()
        faults = sandbox.faults.hit(prefix, scope["path"])
        record.faults = tuple(fault.kind for fault in faults)

        async def recorded_receive() -> Message:
            message = await receive()
            if len(record.raw_body) < BODY_KEPT:
                record.raw_body += message.get("body", b"")[: BODY_KEPT - len(record.raw_body)]
            return message

        async def recorded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                record.duration_ms = round((time.perf_counter() - started) * 1000, 2)
            await send(message)

        if faults:
            await self._faulty(faults, system, scope, recorded_receive, recorded_send)
        else:
            await self._application(scope, recorded_receive, recorded_send)

    async def _faulty(self, faults: list[ActiveFault], system: System, scope: Scope, receive: Receive, send: Send) -> None:
        fault = None
        for found in faults:
            if found.kind == "latency":
                await asyncio.sleep(_seconds(found))
            else:
                fault = found
        if fault is None:
            await self._application(scope, receive, send)
        elif fault.kind in WORDED:
            scope[FAULT_KEY] = Fault(kind=fault.kind, value=fault.value)
            await self._application(scope, receive, send)
        elif fault.kind == "drop":
            await _drop(scope)
        elif fault.kind == "late_answer":
            messages = await _answer(self._application, scope, receive)
            await asyncio.sleep(_seconds(fault))
            for message in messages:
                await send(message)
        elif fault.kind == "drift":
            await _send_drifted(await _answer(self._application, _unconditional(scope), receive), system.drift_fields, send)
        else:
            await _read_all(receive)
            await _send_spoilt(fault, send)


def _seconds(fault: ActiveFault) -> float:
    return float(fault.value if fault.value is not None else 1)


async def _read_all(receive: Receive) -> None:
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass


async def _drop(scope: Scope) -> None:
    """Close the socket without an answer; in one process, where there is none, raise what a closed socket would."""
    connection = (scope.get("state") or {}).get(CONNECTION_KEY)
    if connection is None:
        raise ConnectionDropped("the sandbox dropped the connection")
    connection.transport.abort()


def _unconditional(scope: Scope) -> Scope:
    """An answer in another format has changed, whatever the asker knows it by."""
    return {**scope, "headers": [pair for pair in scope["headers"] if bytes(pair[0]).lower() != b"if-none-match"]}


async def _answer(application: Application, scope: Scope, receive: Receive) -> list[Message]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await application(scope, receive, keep)
    return messages


async def _send_spoilt(fault: ActiveFault, send: Send) -> None:
    if fault.kind == "status":
        status, kind, body = int(fault.value or 503), b"text/plain; charset=utf-8", "Сбой, включённый в песочнице\n".encode()
    elif fault.kind == "html":
        page = "<!DOCTYPE html><html><head><title>Технические работы</title></head><body><h1>Ведутся технические работы</h1></body></html>"
        status, kind, body = int(fault.value or 200), b"text/html; charset=utf-8", page.encode()
    else:
        status, kind, body = 200, b"application/json", b'{"items": [{"id": 1, \xff\xfe "value'
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", kind), (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _send_drifted(messages: list[Message], fields: tuple[str, ...], send: Send) -> None:
    start = next(message for message in messages if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
    kind = next((bytes(value) for name, value in start["headers"] if bytes(name).lower() == b"content-type"), b"")
    if start["status"] < 300 and b"json" in kind and body:
        body = json.dumps(renamed(json.loads(body), frozenset(fields)), ensure_ascii=False).encode()
    elif start["status"] < 300 and b"xml" in kind and fields:
        names = "|".join(map(re.escape, fields)).encode()
        body = re.sub(rb"(</?(?:[\w.-]+:)?)(" + names + rb")(?=[\s/>])", rb"\1\2_v2", body)
    headers = [(name, value) for name, value in start["headers"] if bytes(name).lower() != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def renamed(value: Any, fields: frozenset[str]) -> Any:
    """The same answer with each of these fields under another name."""
    if isinstance(value, dict):
        return {f"{name}_v2" if name in fields else name: renamed(item, fields) for name, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, fields) for item in value]
    return value

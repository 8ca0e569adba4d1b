"""The thin ASGI layer around the app: request id, trusted proxies, Host check and the headers that every answer carries."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

from connectors.kit.calls import TRACEPARENT
from hub.errors import Problem, http_problem
from hub.settings import Settings
from hub.telemetry import REQUEST_ID

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
# Probes and scrapers ask by number; they carry no cookie and get nothing personal.
OPEN_ON_LOOPBACK = frozenset({"/healthz", "/readyz", "/metrics"})
# Devices, terminals and banks call by whatever name they were given, follow no redirect, carry no cookie and prove themselves.
MACHINE_DOORS = ("/ingest/", "/iclock/", "/pay/")
# Terminals and banks are refused in the words of their own protocol.
OWN_WORDS = "/pay/"
# An answer without a body says neither how long nor of what kind it is: a cache would take that for its copy's.
WITHOUT_BODY = (204, 304)
ABOUT_BODY = (b"content-type", b"content-length")
# Ids name requests and are no secrets; a system call for each would cost more than the rest of this layer.
_ids = random.Random()  # noqa: S311 - see above
_HOST = re.compile(r"(\[[0-9a-f:]+\]|[^:\[\]]+)(?::[0-9]{1,5})?")
_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Edge:
    """Wraps the app. `destinations` are origins that a form of ours may lead to (sign-out at a provider)."""

    def __init__(self, app: AsgiApp, settings: Settings, *, destinations: Iterable[str] = ()) -> None:
        self._app = app
        self._settings = settings
        self._host = settings.public_host.lower().encode()
        self._headers = security_headers(secure=settings.secure, destinations=destinations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"])
        trusted = self._from_proxy(scope, given)
        # Whether headers that only a proxy may set (the client's certificate) are believed.
        scope["hub.trusted_proxy"] = trusted
        request_id = self._request_id(given, trusted)
        TRACEPARENT.set(f"00-{request_id}-{_ids.getrandbits(64):016x}-01" if len(request_id) == 32 else None)
        REQUEST_ID.set(request_id)
        answer = _Answer(send, self._headers, request_id.encode(), scope["path"], closes=_long_body(scope, given))
        if self._settings.demo and given.get(b"host", b"").lower() != self._host and await self._elsewhere(scope, given, answer):
            return
        if "\0" in scope["path"]:
            await _problem(answer, http_problem(404), request_id)
            return
        if b"%00" in scope.get("query_string", b"") and not scope["path"].startswith(OWN_WORDS):
            await _problem(answer, http_problem(400), request_id)
            return
        await self._app(scope, receive, answer)

    def _request_id(self, given: dict[bytes, bytes], trusted: bool) -> str:
        theirs = given.get(b"x-request-id", b"")
        return theirs.decode() if trusted and _ID.fullmatch(theirs) else f"{_ids.getrandbits(128):032x}"

    def _from_proxy(self, scope: Scope, given: dict[bytes, bytes]) -> bool:
        """Takes the client's address from X-Forwarded-For, read from the right past every trusted proxy."""
        proxies = self._settings.trusted_proxies
        client = scope.get("client")
        if not proxies or not client or not _within(client[0], proxies):
            return False
        hops = [hop.strip() for hop in given.get(b"x-forwarded-for", b"").decode("latin-1").split(",") if hop.strip()]
        for hop in reversed(hops):
            scope["client"] = (hop, 0)
            if not _within(hop, proxies):
                break
        return True

    async def _elsewhere(self, scope: Scope, given: dict[bytes, bytes], answer: _Answer) -> bool:
        """A demo answers under its own name only; a GET on another loopback name is led there."""
        name = _name(given.get(b"host", b"").decode("latin-1").lower())
        if name in LOOPBACK_NAMES:
            if scope["path"] in OPEN_ON_LOOPBACK or scope["path"].startswith(MACHINE_DOORS):
                return False
            if scope["method"] in ("GET", "HEAD"):
                query = scope.get("query_string", b"")
                path = scope.get("raw_path") or scope["path"].encode()
                # Two slashes at the start would name another host.
                target = self._settings.public_url.encode() + b"/" + path.lstrip(b"/") + (b"?" + query if query else b"")
                await _plain(answer, 307, [(b"location", target)], b"")
                return True
        await _problem(answer, http_problem(421), REQUEST_ID.get())
        return True


class _Answer:
    """Adds the headers to the start of the answer."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]], request_id: bytes, path: str, *, closes: bool) -> None:
        self._send = send
        self._closes = closes
        self._headers = headers
        self._request_id = request_id
        self._path = path

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            if message["status"] in WITHOUT_BODY:
                headers = [one for one in headers if one[0].lower() not in ABOUT_BODY]
            said = {name.lower() for name, _ in headers}
            own_policy = b"content-security-policy" in said
            headers += [header for header in self._headers if header[0] != b"content-security-policy"] if own_policy else self._headers
            headers.append((b"x-request-id", self._request_id))
            if b"cache-control" not in said:
                own = b"no-store" if self._path.startswith("/auth/") else b"private, no-cache"
                headers.append((b"cache-control", own))
            if self._closes and message["status"] >= 400:
                # What is left of the body is never read: a client that kept the connection would lose its next request.
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        await self._send(message)


def security_headers(*, secure: bool, destinations: Iterable[str] = ()) -> list[tuple[bytes, bytes]]:
    """CONTRACT's last lines. No inline script or style, no frame, no other origin but the providers' sign-out."""
    forms = " ".join(["'self'", *sorted(set(destinations))])
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
        f"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
    )
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }
    if secure:
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _name(host: str) -> str:
    """The name before the port; the whole text when what follows is no port."""
    found = _HOST.fullmatch(host)
    return found.group(1) if found else host


def _long_body(scope: Scope, given: dict[bytes, bytes]) -> bool:
    """Six digits and more do not lie in the server's buffer whole. HTTP/2 has no such header and needs none."""
    return (len(given.get(b"content-length", b"")) > 5 or b"transfer-encoding" in given) and scope.get("http_version", "")[:1] == "1"


def _within(address: str, networks: Iterable[Any]) -> bool:
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


async def _problem(send: Send, problem: Problem, request_id: str) -> None:
    body = {"type": problem.type, "title": problem.title, "status": problem.status, "detail": problem.detail, "request_id": request_id}
    await _plain(send, problem.status, [(b"content-type", b"application/problem+json")], msgspec.json.encode(body))


async def _plain(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})

"""`/ingest/v1/events`: devices report in CloudEvents 1.0 or NDJSON; the answer is one verdict an event, after the commit."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import parse_qs

import msgspec
from quart import Blueprint, Quart, Response
from quart_schema import document_response, tag

from device_ingest.envelope.payloads import schema
from device_ingest.errors import IngestError, TooLarge, Unreadable
from device_ingest.model import MOST_BYTES, EventType, Told
from device_ingest.signing import Message
from hub.deps import Deps
from hub.errors import Problem, http_problem, problem_of
from hub.flows.receive_events import receive_events
from hub.flows.refusals import Reason, Refused
from hub.store.database import StorageError
from hub.telemetry import REQUEST_ID
from hub.web.answers import JSON, PROBLEM, json
from hub.web.edge import AsgiApp, Receive, Scope, Send

routes = Blueprint("ingest", __name__, url_prefix="/ingest/v1")
PATH = "/ingest/v1/events"
CHALLENGE = 'Basic realm="devices", charset="UTF-8"'
"""RFC 9110: a 401 names a way in. Controllers that wait for it send their password then."""
log = logging.getLogger("hub.ingest")
_PLAIN = re.compile(r"[\w-]+", re.ASCII)


class Verdicts(msgspec.Struct, frozen=True):
    """`index` is the event's place in the message; `reason` says why it was not stored."""

    verdicts: Sequence[Told]


@routes.post("/events")
@tag(["Устройства"])
@document_response(Verdicts)
async def events() -> Response:
    """Binary, structured, batched CloudEvents or one a line: up to 1,000 events and 1 MiB, signed as the device was registered."""
    raise AssertionError("the layer in front of Quart answers here")


@routes.get("/schemas/<kind>")
@tag(["Устройства"])
async def schemas(kind: str) -> Response:
    """JSON Schema of the type's `data`."""
    if kind not in {one.value for one in EventType}:
        raise Refused(Reason.NOT_FOUND)
    found: dict[str, Any] = schema(EventType(kind))
    return json(found, headers={"Cache-Control": "public, max-age=3600"})


class QuickDoor:
    """Answers the one path on which every millisecond counts before Quart makes a request of it; all else goes on to the app."""

    def __init__(self, app: AsgiApp, quart: Quart) -> None:
        self._app, self._quart = app, quart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        deps: Deps = self._quart.extensions["hub"]
        try:
            headers = _headers(scope)
            told = await receive_events(deps, _message(deps, scope, headers, await _body(headers, receive)))
        except (IngestError, StorageError) as error:
            await _refuse(send, problem_of(error))
        except Exception:
            # Nobody behind us would say it: the server keeps no log of its own and knows no problems.
            log.exception("a message of a device could not be handled")
            await _refuse(send, http_problem(500))
            raise
        else:
            await _answer(send, 200, JSON, msgspec.json.encode(Verdicts(told)))


def _headers(scope: Scope) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _message(deps: Deps, scope: Scope, headers: Mapping[str, str], body: bytes) -> Message:
    query = scope["query_string"].decode("latin-1")
    scheme = deps.settings.public_url.partition("://")[0]
    return Message(
        method=scope["method"],
        url=f"{scheme}://{headers.get('host', '')}{PATH}{'?' if query else ''}{query}",
        headers=headers,
        body=body,
        device=_device(query),
        trusted_network=from_school(deps, (scope.get("client") or ("",))[0]),
    )


def _device(query: str) -> str:
    name, _, value = query.partition("=")
    if name == "device" and _PLAIN.fullmatch(value):
        return value
    return parse_qs(query).get("device", [""])[0] if query else ""


async def _body(headers: Mapping[str, str], receive: Receive) -> bytes:
    """Stops reading where the limit is passed, and where all that was announced is there: the server's word of the end is one more turn."""
    length = headers.get("content-length", "")
    announced = int(length) if length.isdecimal() else -1
    if announced > MOST_BYTES:
        raise TooLarge
    parts, size = [], 0
    more = True
    while more and size != announced:
        message = await receive()
        if message["type"] != "http.request":
            raise Unreadable("the sender hung up")
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            raise TooLarge
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


async def _refuse(send: Send, found: Problem) -> None:
    body = {"type": found.type, "title": found.title, "status": found.status, "detail": found.detail, "instance": PATH}
    headers = [(b"retry-after", str(found.retry_after_s).encode())] if found.retry_after_s is not None else []
    if found.status == 401:
        headers.append((b"www-authenticate", CHALLENGE.encode()))
    await _answer(send, found.status, PROBLEM, msgspec.json.encode({**body, "request_id": REQUEST_ID.get(), **found.more}), headers)


async def _answer(send: Send, status: int, media: str, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    own = [(b"content-type", media.encode()), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})


def from_school(deps: Deps, address: str) -> bool:
    """Whether a device without a signature may be heard from there."""
    return _within(deps.settings.device_networks, address)


@lru_cache(maxsize=4096)
def _within(networks: tuple[IPv4Network | IPv6Network, ...], address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)

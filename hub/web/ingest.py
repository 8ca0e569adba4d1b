"""`/ingest/v1/events`: devices report in CloudEvents 1.0 or NDJSON; the answer is one verdict an event, after the commit."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Any, cast

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_response, tag

from device_ingest.envelope.payloads import schema
from device_ingest.model import EventType, Told
from device_ingest.proving import Message
from hub.flows.receive_events import receive_events
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, json

routes = Blueprint("ingest", __name__, url_prefix="/ingest/v1")


class Verdicts(msgspec.Struct, frozen=True):
    """`index` is the event's place in the message; `reason` says why it was not stored."""

    verdicts: list[Told]


@routes.post("/events")
@tag(["Устройства"])
@document_response(Verdicts)
async def events() -> Response:
    """Binary, structured, batched CloudEvents or one a line: up to 1,000 events and 1 MiB, signed as the device was registered."""
    body = cast(bytes, await request.get_data(as_text=False))
    message = Message(
        method=request.method,
        url=f"{deps().settings.public_url.partition('://')[0]}://{request.host}{request.full_path.rstrip('?')}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        device=request.args.get("device", ""),
        trusted_network=_from_school(),
    )
    return json(Verdicts(verdicts=list(await receive_events(deps(), message))), headers={"Cache-Control": "no-store"})


@routes.get("/schemas/<kind>")
@tag(["Устройства"])
async def schemas(kind: str) -> Response:
    """JSON Schema of the type's `data`."""
    if kind not in {one.value for one in EventType}:
        raise Refused(Reason.NOT_FOUND)
    found: dict[str, Any] = schema(EventType(kind))
    return json(found, headers={"Cache-Control": "public, max-age=3600"})


def _from_school() -> bool:
    try:
        found = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in deps().settings.device_networks)

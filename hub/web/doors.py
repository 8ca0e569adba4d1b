"""`/ingest/v1/doors/closed`: a signed door asks which carriers it is to refuse."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import document_response, tag

from device_ingest.signing import Message
from hub.flows.tell_doors import closed_carriers
from hub.flows.views.doors.carriers import ClosedCarriers
from hub.web.answers import deps, json

routes = Blueprint("doors", __name__, url_prefix="/ingest/v1/doors")


@routes.get("/closed")
@tag(["Устройства"])
@document_response(ClosedCarriers)
async def closed() -> Response:
    """Blocked and lost carriers as salted marks. Signed as a message of events with an empty body."""
    query = request.query_string.decode("latin-1")
    scheme = deps().settings.public_url.partition("://")[0]
    message = Message(
        method=request.method,
        url=f"{scheme}://{request.host}{request.path}{'?' if query else ''}{query}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=b"",
        device=request.args.get("device", ""),
    )
    return json(await closed_carriers(deps(), message), headers={"Cache-Control": "no-store"})

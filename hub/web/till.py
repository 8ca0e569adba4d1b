"""`/ingest/v1/till/*`: a signed till asks what it may serve, a list of a class, and what it may keep for hours without a connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from device_ingest.errors import TooLarge, Unreadable
from device_ingest.signing import Message
from hub.flows.refusals import Reason, Refused
from hub.flows.serve_at_till import check_at_till, list_for_till, offline_package
from hub.flows.views.school.till import OfflinePackage, TillAnswer, TillList, TillPupils, TillQuestion
from hub.web.answers import deps, json
from hub.web.uploads import NUL_TYPED, names_nul

routes = Blueprint("till", __name__, url_prefix="/ingest/v1/till")
MOST_BYTES = 64 * 1024
UNKEPT = {"Cache-Control": "no-store"}
SCHEMAS: Mapping[str, Any] = {
    "check": TillQuestion, "check.answer": TillAnswer, "pupils": TillPupils, "pupils.answer": TillList, "offline.answer": OfflinePackage,
}  # fmt: skip


@routes.post("/check")
@tag(["Устройства"])
@document_request(TillQuestion)
@document_response(TillAnswer)
async def till_check() -> Response:
    """Before a sale: whose card it is, whether each dish is allowed, whether this sum will be paid. Signed as an event."""
    return json(await check_at_till(deps(), await _message()), headers=UNKEPT)


@routes.post("/pupils")
@tag(["Устройства"])
@document_request(TillPupils)
@document_response(TillList)
async def till_pupils() -> Response:
    """Without a card: the classes, or the names of one class. Signed as an event."""
    return json(await list_for_till(deps(), await _message()), headers=UNKEPT)


@routes.get("/offline")
@tag(["Устройства"])
@document_response(OfflinePackage)
async def till_offline() -> Response:
    """For hours without a connection, good until the day's end. Signed as an event with an empty body."""
    return json(await offline_package(deps(), await _message()), headers=UNKEPT)


@routes.get("/schemas/<name>")
@tag(["Устройства"])
async def till_schemas(name: str) -> Response:
    """JSON Schema of a question or an answer: check, check.answer, pupils, pupils.answer, offline.answer."""
    if name not in SCHEMAS:
        raise Refused(Reason.NOT_FOUND)
    found = msgspec.json.schema(SCHEMAS[name], ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"till.{name}", **found}
    return json(whole, headers={"Cache-Control": "public, max-age=3600"})


async def _message() -> Message:
    body = cast(bytes, await request.get_data(as_text=False))
    if len(body) > MOST_BYTES:
        raise TooLarge
    if names_nul(body):
        raise Unreadable(NUL_TYPED)
    query = request.query_string.decode("latin-1")
    scheme = deps().settings.public_url.partition("://")[0]
    return Message(
        method=request.method,
        url=f"{scheme}://{request.host}{request.path}{'?' if query else ''}{query}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        device=request.args.get("device", ""),
    )

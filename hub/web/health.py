"""For machines: is the process up, is it ready, its metrics, and the description of the interface."""

from __future__ import annotations

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from quart import Blueprint, Response, current_app
from quart_schema import hide

from hub.errors import explained
from hub.flows.check_ready import check_ready
from hub.flows.measure_ingest import measure_ingest
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, json, page, tagged
from hub.web.openapi import VERSION, document, operations, records

routes = Blueprint("health", __name__)


@routes.get("/healthz")
@hide
async def healthz() -> Response:
    """The process is up."""
    return json({"status": "ok", "version": VERSION}, headers={"Cache-Control": "no-store"})


@routes.get("/readyz")
@hide
async def readyz() -> Response:
    """The database answers and is migrated; the connectors' breakers are shown."""
    found = await check_ready(deps())
    return json(found, 200 if found.ready else 503, headers={"Cache-Control": "no-store"})


@routes.get("/metrics")
@hide
async def metrics() -> Response:
    await measure_ingest(deps())
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


@routes.get("/openapi.json")
@hide
async def openapi() -> Response:
    return tagged(document(current_app), "application/json", headers={"Cache-Control": "no-cache"})


@routes.get("/docs")
@hide
async def docs() -> Response:
    """The same as a page, rendered here: no script, no other host."""
    spec = msgspec.json.decode(document(current_app))
    return await page("docs.html", spec=spec, operations=operations(spec), records=records(spec))


@routes.get("/problems/<slug>")
@hide
async def explain(slug: str) -> Response:
    """The page behind a problem's type."""
    found = explained().get(slug)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    title, detail = found
    return await page("message.html", title=title, detail=detail, exits=[{"href": "/", "title": "На главную"}])

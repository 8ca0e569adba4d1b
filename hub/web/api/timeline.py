"""`/api/v1/children/{id}/timeline`: when a child came and went and what it ate."""

from __future__ import annotations

from dataclasses import dataclass

from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_response, tag

from hub.flows.timeline import show_timeline
from hub.flows.views.people.timeline import Timeline
from hub.web.answers import deps, json
from hub.web.api.reading import day
from hub.web.visitors import signed_in

routes = Blueprint("api_timeline", __name__, url_prefix="/api/v1/children/<child>")


@dataclass(frozen=True, slots=True)
class Days:
    """`from` and `to` are days by the school's zone, without them the last thirty; `cursor` is the `next` of the page before."""

    cursor: str | None = None


@routes.get("/timeline")
@tag(["Проходы и питание"])
@document_querystring(Days)
@document_response(Timeline)
async def timeline(child: str) -> Response:
    """Oldest first; each with the device, how it signed and whether it came late."""
    asked = request.args
    return json(
        await show_timeline(deps(), await signed_in(), child, first=day("from"), last=day("to"), cursor=asked.get("cursor") or None)
    )

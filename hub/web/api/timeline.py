"""`/api/v1/timeline` of all children and `/api/v1/children/{id}/timeline` of one: what the devices, accounts and diaries say."""

from __future__ import annotations

from dataclasses import dataclass

from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_response, tag

from hub.flows.timeline.joint import show_joint
from hub.flows.timeline.show import show_timeline
from hub.flows.views.people.joint import Joint
from hub.flows.views.people.timeline import Timeline
from hub.web.answers import deps, json
from hub.web.api.reading import day
from hub.web.visitors import signed_in

routes = Blueprint("api_timeline", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class Days:
    """`from` and `to` are days by the school's zone, without them the last thirty; `cursor` is the `next` of the page before."""

    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """As above, by the reader's own zone. `kind` may name several with commas; `child` is one of the own."""

    child: str | None = None
    kind: str | None = None
    cursor: str | None = None


@routes.get("/timeline")
@tag(["Проходы и питание"])
@document_querystring(Asked)
@document_response(Joint)
async def joint() -> Response:
    """All children, newest first: passes in visits, meals, money, marks, notices, announcements, each with its source and age."""
    asked = request.args
    view = await show_joint(
        deps(),
        await signed_in(),
        first=day("from"),
        last=day("to"),
        child=asked.get("child") or None,
        kinds=[one for one in asked.get("kind", "").split(",") if one],
        cursor=asked.get("cursor") or None,
    )
    return json(view)


@routes.get("/children/<child>/timeline")
@tag(["Проходы и питание"])
@document_querystring(Days)
@document_response(Timeline)
async def timeline(child: str) -> Response:
    """Oldest first; each with the device, how it signed and whether it came late."""
    asked = request.args
    return json(
        await show_timeline(deps(), await signed_in(), child, first=day("from"), last=day("to"), cursor=asked.get("cursor") or None)
    )

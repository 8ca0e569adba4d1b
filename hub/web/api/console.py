"""`/api/v1/console/…`: the console's figures as JSON, for an operator's own tools; 404 for everybody else."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import console
from hub.flows.views.console import AuditFound, RegionsView, SchoolsView, SystemList, WorkView
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_console", __name__, url_prefix="/api/v1/console")


class AuditAsked(msgspec.Struct, frozen=True, kw_only=True):
    """`reason`: at least two words and ten characters; the family reads it. Blank within the half hour that one opened."""

    person: str
    reason: str = ""


@routes.get("/systems")
@tag(["Консоль"])
@document_response(SystemList)
async def console_systems() -> Response:
    """Breaker, calls, errors by kind, latency, budget and drift of every outside system."""
    return json(await console.show_systems(deps(), await signed_in()))


@routes.get("/regions")
@tag(["Консоль"])
@document_response(RegionsView)
async def console_regions() -> Response:
    """What works in each region, and on which day that changes."""
    return json(await console.show_regions(deps(), await signed_in()))


@routes.get("/work")
@tag(["Консоль"])
@document_response(WorkView)
async def console_work() -> Response:
    """The worker's jobs, the keys, and the end of the audit's chain."""
    return json(await console.show_work(deps(), await signed_in()))


@routes.get("/schools")
@tag(["Консоль"])
@document_response(SchoolsView)
async def console_schools() -> Response:
    """Schools with counts."""
    return json(await console.show_schools(deps(), await signed_in()))


@routes.post("/audit")
@tag(["Консоль"])
@document_request(AuditAsked)
@document_response(AuditFound)
async def console_audit() -> Response:
    """Who read or changed what of one person; the family is told at once."""
    who = await signed_in_writer()
    await console.enter(deps(), who)
    asked = await body(AuditAsked)

    async def act() -> Response:
        if asked.reason.strip():
            return json(await console.search_audit(deps(), who, asked.person, asked.reason))
        return json(await console.look_again(deps(), who, asked.person))

    return await once(deps(), who, act)

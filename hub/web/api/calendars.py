"""`/api/v1/children/{id}/calendar`: the secret link to a child's timetable."""

from __future__ import annotations

from quart import Blueprint, Response
from quart_schema import document_response, tag

from hub.flows.outputs.calendar.links import end_link, list_links, make_link
from hub.flows.views.outputs import CalendarList, CalendarMade
from hub.web.answers import deps, empty, json
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_calendars", __name__, url_prefix="/api/v1/children/<child>")


@routes.post("/calendar")
@tag(["Календарь"])
@document_response(CalendarMade, 201)
async def make_calendar(child: str) -> Response:
    """Makes the link and tells its address once; a former one ends. Needs a fresh sign-in."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await make_link(deps(), who, child), 201)

    return await once(deps(), who, act)


@routes.get("/calendar")
@tag(["Календарь"])
@document_response(CalendarList)
async def calendar_link(child: str) -> Response:
    """Since when there is a link, and when a calendar last asked; not its address."""
    return json(await list_links(deps(), await signed_in(), child))


@routes.delete("/calendar")
@tag(["Календарь"])
async def end_calendar(child: str) -> Response:
    """The address opens nothing from now on."""
    who = await signed_in_writer()

    async def act() -> Response:
        await end_link(deps(), who, child)
        return empty()

    return await once(deps(), who, act)

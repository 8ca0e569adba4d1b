"""`/children/<id>/passes`: day by day when a child came and went and what it ate, as the school's devices saw it."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.timeline import show_timeline
from hub.flows.views.people.timeline import Timeline, TimelineItem
from hub.web.answers import deps, page
from hub.web.child_page import day_asked
from hub.web.guardianship import frame
from hub.web.visitors import signed_in

routes = Blueprint("timeline", __name__, url_prefix="/children/<child>")


@routes.get("/passes")
@hide
async def passes(child: str) -> Response:
    """`?from=&to=` by the school's days; without them the last thirty."""
    who = await signed_in()
    cursor = request.args.get("cursor") or None
    view = await show_timeline(deps(), who, child, first=day_asked("from"), last=day_asked("to"), cursor=cursor)
    around = await frame(deps(), who, child)
    return await page("timeline/days.html", **around | {"section": "passes"}, view=view, days=_by_day(view), later=bool(cursor))


def _by_day(view: Timeline) -> list[tuple[date, list[TimelineItem]]]:
    zone = ZoneInfo(view.zone)
    return [(day, list(items)) for day, items in groupby(view.items, key=lambda one: one.at.astimezone(zone).date())]

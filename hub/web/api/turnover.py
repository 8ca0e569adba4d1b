"""`/api/v1/console/money` and `/api/v1/office/money`: participants and turnover of a period as JSON (F142)."""

from __future__ import annotations

from dataclasses import dataclass

from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_response, tag

from hub.flows import turnover
from hub.flows.views.turnover import TurnoverView
from hub.web.answers import deps, json
from hub.web.api.reading import day
from hub.web.visitors import signed_in

routes = Blueprint("api_turnover", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class OfDays:
    """Both days whole, by Moscow's clock; without them this month so far."""

    from_: str | None = None
    to: str | None = None


@routes.get("/console/money")
@tag(["Консоль"])
@document_querystring(OfDays)
@document_response(TurnoverView)
async def of_everybody() -> Response:
    """All schools, or `?school=` one by its OGRN: what came and went by school, provider, kind and day; what is held and what waits."""
    school = request.args.get("school") or None
    return json(await turnover.of_everybody(deps(), await signed_in(), first=day("from"), last=day("to"), school=school))


@routes.get("/office/money")
@tag(["Канцелярия"])
@document_querystring(OfDays)
@document_response(TurnoverView)
async def at_school() -> Response:
    """The officer's own school, by class, kind and day."""
    return json(await turnover.at_school(deps(), await signed_in(), first=day("from"), last=day("to")))

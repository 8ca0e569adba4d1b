"""`/api/v1/children/{id}/changes`: what an app has not seen yet."""

from __future__ import annotations

from dataclasses import dataclass

from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_response, tag

from hub.flows.outputs.changes import MOST, feed, kinds_of
from hub.flows.views.outputs import ChangeFeed
from hub.web.answers import deps, json
from hub.web.api.reading import asks_now, number
from hub.web.visitors import signed_in

routes = Blueprint("api_changes", __name__, url_prefix="/api/v1/children/<child>")


@dataclass(frozen=True, slots=True)
class Since:
    """`cursor` of the answer before, none for the first; `kinds` of the diary with a comma between, none for all."""

    cursor: str | None = None
    kinds: str | None = None
    limit: int | None = None


@routes.get("/changes")
@tag(["Дневник"])
@document_querystring(Since)
@document_response(ChangeFeed)
async def changes(child: str) -> Response:
    """What changed since the cursor: `snapshot` (all, from 28 days back to 14 ahead and this year's results), `delta` or `actual`."""
    found = await feed(
        deps(),
        await signed_in(),
        child,
        cursor=request.args.get("cursor") or None,
        kinds=kinds_of(request.args.get("kinds", "")),
        limit=number("limit", default=MOST, most=MOST),
        forced=asks_now(),
    )
    return json(found)

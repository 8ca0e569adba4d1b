"""`/export/events.ndjson`: what the devices of the own school said, as CloudEvents, one a line."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.outputs.device_events import device_events
from hub.flows.refusals import Reason, Refused
from hub.flows.sign_in_again import is_fresh_now
from hub.web.answers import deps, wants_page
from hub.web.api.reading import day
from hub.web.visitors import led_from_elsewhere, signed_in

routes = Blueprint("device_events", __name__)

STRANGE = "Откройте «Устройства» в канцелярии и нажмите кнопку там."


@routes.get("/export/events.ndjson")
@hide
async def as_lines() -> Response:
    """`?from=&to=` of at most 31 days, `device` of one of them alone; `school_ogrn` for who works in several schools."""
    who = await signed_in()
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, STRANGE)
    if wants_page() and not is_fresh_now(deps(), who):
        return Response(b"", 303, headers={"Location": "/office/devices?again=1#events", "Cache-Control": "no-store"})
    asked = {"device": request.args.get("device") or None, "school": request.args.get("school_ogrn") or None}
    file = await device_events(deps(), who, start=day("from"), end=day("to"), **asked)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    answer = Response(file.pieces, content_type=file.content_type, headers=headers)
    # A month over a slow line lasts longer than an answer may take to come.
    answer.timeout = None
    return answer

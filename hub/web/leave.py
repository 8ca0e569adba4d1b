"""Taking everything away (`/export`, `/export/mine.json`) and leaving (`/leave`)."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.leave import CONFIRM, erase_me, export_mine, preview
from hub.flows.refusals import Reason, Refused
from hub.flows.sign_in_again import is_fresh_now
from hub.web.answers import deps, page, wants_page
from hub.web.freshness import again_unless_fresh
from hub.web.visitors import drop_session, led_from_elsewhere, signed_in, signed_in_writer

routes = Blueprint("leave", __name__)


@routes.get("/export")
@hide
async def export_page() -> Response:
    """What the file will hold, before it is made."""
    who = await signed_in()
    return await page("self/export.html", here="family", again=again_unless_fresh(deps(), who, "/export"))


@routes.get("/export/mine.json")
@hide
async def mine() -> Response:
    """The file. A link on a foreign page does not start it, and no cache keeps it."""
    who = await signed_in()
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, "Откройте «Забрать всё о себе» в разделе «Семья и доступ» и нажмите кнопку там.")
    if wants_page() and not is_fresh_now(deps(), who):
        # A browser that comes back from the provider's page looks like one led here from elsewhere: it begins at our own page.
        return Response(b"", 303, headers={"Location": "/export", "Cache-Control": "no-store"})
    found = await export_mine(deps(), who)
    text = msgspec.json.format(msgspec.json.encode(found), indent=1)
    headers = {"Content-Disposition": 'attachment; filename="school-hub-mine.json"', "Cache-Control": "no-store"}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


@routes.get("/leave")
@hide
async def leave_page() -> Response:
    """What goes, what stays and why."""
    return await page("self/leave.html", here="family", view=await preview(deps(), await signed_in()), error=None)


@routes.post("/leave")
@hide
async def leave() -> Response:
    """The word that was typed wrong is asked for again; afterwards the browser is nobody's."""
    who = await signed_in_writer()
    typed = (await request.form).get("confirm", "")
    try:
        await erase_me(deps(), who, confirm=typed)
    except Refused as refused:
        if refused.reason in (Reason.WRONG_WORD, Reason.FORBIDDEN):
            status = 422 if refused.reason is Reason.WRONG_WORD else 409
            return await page("self/leave.html", status, here="family", view=await preview(deps(), who), error=refused.detail)
        if refused.reason is not Reason.NOT_SIGNED_IN:  # pressed twice: it is done already
            raise
    answer = Response(b"", 303, headers={"Location": "/left", "Cache-Control": "no-store"})
    drop_session(answer)
    return answer


@routes.get("/left")
@hide
async def left() -> Response:
    """Goodbye: the same page for everybody."""
    return await page("self/left.html", confirm=CONFIRM)

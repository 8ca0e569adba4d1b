"""The page «Календарь» of a child: make the secret link, see when it was used, end it; and the file behind the link."""

from __future__ import annotations

import secrets

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.outputs.calendar.file import calendar_file
from hub.flows.outputs.calendar.links import end_link, list_links, make_link
from hub.flows.outputs.taking import why_not
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children
from hub.flows.views.diary import ChildHead
from hub.flows.views.me import ChildList
from hub.flows.views.outputs import CalendarMade
from hub.store.sessions import Visitor
from hub.web.answers import deps, page, tagged
from hub.web.child_page import COLOURS
from hub.web.freshness import again_unless_fresh
from hub.web.visitors import network, signed_in, signed_in_writer

routes = Blueprint("calendars", __name__)

CALENDAR = "text/calendar; charset=utf-8"


@routes.get("/children/<child>/calendar")
@hide
async def show(child: str) -> Response:
    return await _page(await signed_in(), child, None)


@routes.post("/children/<child>/calendar")
@hide
async def make(child: str) -> Response:
    """The address stands on this answer and nowhere else; the same form sent again shows the same one."""
    who = await signed_in_writer()
    made = await make_link(deps(), who, child, run=(await request.form).get("run"))
    answer = await _page(who, child, made)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.post("/children/<child>/calendar/end")
@hide
async def end(child: str) -> Response:
    await end_link(deps(), await signed_in_writer(), child)
    return Response(b"", 303, headers={"Location": f"/children/{child}/calendar", "Cache-Control": "no-store"})


@routes.get("/export/calendar/<secret>.ics")
@hide
async def file(secret: str) -> Response:
    """For a calendar, not for a browser: no session, no cookie."""
    body = await calendar_file(deps(), secret, address=network())
    return tagged(body, CALENDAR, headers={"Content-Disposition": 'inline; filename="timetable.ics"', "X-Robots-Tag": "noindex"})


async def _page(who: Visitor, child: str, made: CalendarMade | None) -> Response:
    found = deps()
    links = await list_links(found, who, child)
    siblings = await list_children(found, who)
    head, colour = head_of(siblings, child)
    return await page(
        "outputs/calendar.html",
        section="calendar",
        head=head,
        siblings=siblings.items,
        colour=colour,
        links=links.items,
        made=made,
        may_not=await why_not(found, who, child),
        subscribe=made.url.replace("https://", "webcal://").replace("http://", "webcal://") if made else "",
        run=secrets.token_urlsafe(18),
        again=again_unless_fresh(found, who, f"/children/{child}/calendar"),
    )


def head_of(siblings: ChildList, child: str) -> tuple[ChildHead, int]:
    """Whose page it is, and the colour that the child has everywhere."""
    ids = [one.id for one in siblings.items]
    if child not in ids:
        raise Refused(Reason.NOT_FOUND)
    row = siblings.items[ids.index(child)]
    head = ChildHead(id=row.id, last_name=row.last_name, first_name=row.first_name, birth_date=None)
    return head, ids.index(child) % COLOURS + 1

"""Family and access as pages: the overview that leads to each of them, who looked, notices."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows import link_account
from hub.flows.read_notices import read_notices
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children, show_me
from hub.flows.views.diary import ChildHead
from hub.flows.who_looked import who_looked
from hub.web.answers import deps, page
from hub.web.diary_choice import offered
from hub.web.region_cookie import chosen
from hub.web.visitors import signed_in

routes = Blueprint("family", __name__)


@routes.get("/family")
@hide
async def family() -> Response:
    who, found = await signed_in(), deps()
    return await page(
        "family.html",
        here="family",
        me=await show_me(found, who),
        links=await link_account.list_links(found, who),
        diaries=offered(found, await chosen()),
    )


@routes.get("/children/<child>/who-looked")
@hide
async def looked(child: str) -> Response:
    who, found = await signed_in(), deps()
    log = await who_looked(found, who, child, cursor=request.args.get("cursor"))
    siblings = (await list_children(found, who)).items
    ids = [sibling.id for sibling in siblings]
    if child not in ids:
        raise Refused(Reason.NOT_FOUND)
    row = siblings[ids.index(child)]
    head = ChildHead(id=row.id, last_name=row.last_name, first_name=row.first_name, birth_date=None)
    colour = ids.index(child) % 6 + 1
    return await page(
        "who_looked.html",
        section="who-looked",
        head=head,
        log=log,
        siblings=siblings,
        colour=colour,
        zone="Europe/Moscow",
    )


@routes.get("/notices")
@hide
async def notices() -> Response:
    who = await signed_in()
    return await page("notices.html", here="notices", notices=await read_notices(deps(), who, cursor=request.args.get("cursor")))

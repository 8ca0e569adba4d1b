"""`/export/oneroster`: the page that says what is in the file, the family's zip, the school's."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.outputs.oneroster.family import family_zip
from hub.flows.outputs.oneroster.school import school_zip
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import own_schools, works_in_office
from hub.flows.sign_in_again import is_fresh_now
from hub.store.sessions import Visitor
from hub.web.answers import deps, page, wants_page
from hub.web.exports import STRANGE, handed
from hub.web.freshness import again_unless_fresh
from hub.web.visitors import led_from_elsewhere, signed_in, signed_in_writer

routes = Blueprint("oneroster", __name__, url_prefix="/export/oneroster")


@routes.get("")
@hide
async def choose() -> Response:
    """A browser gets the page. A program gets the file: the school's who works in its office, the family's everybody else."""
    who = await signed_in()
    if not wants_page():
        if led_from_elsewhere():
            raise Refused(Reason.CROSS_SITE, STRANGE)
        if await works_in_office(deps(), who):
            return handed(await school_zip(deps(), who, school=request.args.get("school_ogrn") or None))
        return await _family(who)
    again = again_unless_fresh(deps(), who, "/export/oneroster")
    mine = await own_schools(deps(), who) if await works_in_office(deps(), who) else ()
    return await page("outputs/oneroster.html", here="family", again=again, schools=mine)


@routes.get("/mine.zip")
@hide
async def mine() -> Response:
    """The own children's classes, marks and results of this school year."""
    who = await signed_in()
    if wants_page() and not is_fresh_now(deps(), who):
        return Response(b"", 303, headers={"Location": "/export/oneroster", "Cache-Control": "no-store"})
    return await _family(who)


@routes.post("/school.zip")
@hide
async def school() -> Response:
    """The office's own pupils; a form, because every family reads of it."""
    who = await signed_in_writer()
    return handed(await school_zip(deps(), who, school=(await request.form).get("school_ogrn") or None))


async def _family(who: Visitor) -> Response:
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, STRANGE)
    return handed(await family_zip(deps(), who))

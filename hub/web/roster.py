"""The office's pages of its roster: classes, pupils, one pupil's card, the table to take away."""

from __future__ import annotations

import secrets

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.roster import listing, slips
from hub.flows.roster.desk import only_absences, own_schools
from hub.flows.roster.export import export_roster
from hub.web.answers import deps, page
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("roster", __name__, url_prefix="/office")

SCHOOL = "office-school"
CSV = "text/csv; charset=utf-8"


@routes.get("")
@hide
async def classes() -> Response:
    """Who is linked, class by class; who works in several schools chooses one first."""
    who, asked = await signed_in(), request.args.get("school_ogrn")
    if await only_absences(deps(), who):
        return to("/office/absences")
    mine = await own_schools(deps(), who)
    if asked in [one.ogrn for one in mine]:
        answer = to("/office")
        answer.set_cookie(SCHOOL, asked or "", path="/office", secure=deps().settings.secure, httponly=True, samesite="Lax")
        return answer
    if len(mine) > 1 and (asked is not None or await school_here() is None):
        return await page("office/schools.html", here="office", tab="classes", schools=mine)
    found = await listing.show_classes(deps(), who, school=await school_here())
    return await page("office/classes.html", here="office", tab="classes", classes=found, several=len(mine) > 1)


@routes.get("/classes/<path:klass>")
@hide
async def one_class(klass: str) -> Response:
    found = await listing.list_pupils(deps(), await signed_in(), klass=klass, cursor=request.args.get("cursor"), school=await school_here())
    return await page("office/pupils.html", here="office", tab="classes", klass=klass, pupils=found, query="")


@routes.get("/pupils")
@hide
async def pupils() -> Response:
    found = await listing.list_pupils(deps(), await signed_in(), cursor=request.args.get("cursor"), school=await school_here())
    return await page("office/pupils.html", here="office", tab="pupils", klass=None, pupils=found, query="")


@routes.post("/pupils")
@hide
async def search() -> Response:
    """A form, not an address: names do not belong into one."""
    who = await signed_in_writer()
    query = (await request.form).get("query", "").strip()
    found = await listing.list_pupils(deps(), who, query=query, school=await school_here())
    answer = await page("office/pupils.html", here="office", tab="pupils", klass=None, pupils=found, query=query)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get("/pupils/<pupil>")
@hide
async def card(pupil: str) -> Response:
    found = await listing.show_pupil(deps(), await signed_in(), pupil)
    return await page(
        "office/pupil.html", here="office", tab="pupils", card=found, revoked="revoked" in request.args, run=secrets.token_urlsafe(18)
    )


@routes.post("/pupils/<pupil>/revoke")
@hide
async def revoke(pupil: str) -> Response:
    """A slip was lost: its code opens nothing any more."""
    await slips.revoke_code(deps(), await signed_in_writer(), pupil)
    return to(f"/office/pupils/{pupil}?revoked")


@routes.post("/roster/export")
@hide
async def export() -> Response:
    """A form, because every family is told of it."""
    who = await signed_in_writer()
    klass = (await request.form).get("class") or None
    return as_file(await export_roster(deps(), who, klass=klass, school=await school_here()), "roster.csv")


async def school_here() -> str | None:
    """The school that this person chose of several; a cookie of somebody else's choice counts for nothing."""
    chosen = request.cookies.get(SCHOOL)
    if chosen is None:
        return None
    mine = [one.ogrn for one in await own_schools(deps(), await signed_in())]
    return chosen if chosen in mine else None


def as_file(body: bytes, name: str) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=CSV, headers=headers)


def to(path: str) -> Response:
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})

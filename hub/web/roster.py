"""The office's pages of its roster: classes, pupils, one pupil's card, the table to take away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import Problem
from hub.flows.office.working import show_posts
from hub.flows.roster import listing, slips
from hub.flows.roster.desk import keeps_cards
from hub.flows.roster.export import export_roster
from hub.flows.views.school.roster import PupilList
from hub.web.answers import deps, page
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("roster", __name__, url_prefix="/office")

CSV = "text/csv; charset=utf-8"


@routes.get("/classes")
@hide
async def classes() -> Response:
    """Who is linked, class by class."""
    found = await listing.show_classes(deps(), await signed_in())
    return await page(
        "office/classes.html", here="office", office=True, tab="classes", classes=found, keeps=await keeps_cards(deps(), await signed_in())
    )


@routes.get("/classes/<path:klass>")
@hide
async def one_class(klass: str) -> Response:
    only = request.args.get("only")
    found = await listing.list_pupils(deps(), await signed_in(), klass=klass, only=only, cursor=request.args.get("cursor"))
    return await _pupils(found, tab="classes", klass=klass, only=only)


@routes.get("/pupils")
@hide
async def pupils() -> Response:
    only = request.args.get("only")
    found = await listing.list_pupils(deps(), await signed_in(), only=only, cursor=request.args.get("cursor"))
    return await _pupils(found, only=only)


@routes.post("/pupils")
@hide
async def search() -> Response:
    """A form, not an address: names do not belong into one."""
    who = await signed_in_writer()
    query = (await request.form).get("query", "").strip()
    found = await listing.list_pupils(deps(), who, query=query)
    answer = await _pupils(found, query=query)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get("/pupils/<pupil>")
@hide
async def card(pupil: str) -> Response:
    return await show_card(pupil)


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
    return as_file(await export_roster(deps(), who, klass=klass), "roster.csv")


async def show_card(pupil: str, *, problem: Problem | None = None, typed: Mapping[str, str] | None = None) -> Response:
    """The card as it is now, with what went wrong on it."""
    found = await listing.show_pupil(deps(), await signed_in(), pupil)
    return await page(
        "office/pupil.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="pupils",
        card=found,
        revoked="revoked" in request.args,
        run=secrets.token_urlsafe(18),
        problem=problem,
        typed=typed or {},
        today=deps().now().date(),
    )


async def _pupils(found: PupilList, *, tab: str = "pupils", klass: str | None = None, only: str | None = None, query: str = "") -> Response:
    keeps = await keeps_cards(deps(), await signed_in())
    shown: dict[str, Any] = {"pupils": found, "klass": klass, "query": query, "keeps": keeps}
    known = only if only in listing.LINKED else None
    return await page("office/pupils.html", here="office", office=True, tab=tab, only=known, **shown)


async def school_here() -> str | None:
    """The school of the post that this session works at; None while it has to be chosen."""
    here = (await show_posts(deps(), await signed_in())).here
    return here.school_ogrn if here else None


def as_file(body: bytes, name: str) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=CSV, headers=headers)


def to(path: str) -> Response:
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})

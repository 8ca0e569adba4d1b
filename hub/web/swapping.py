"""Exchanging a parent's and a child's profiles as pages: the parent asks, the child or the school's office confirms."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows import swap_profiles
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("swapping", __name__)
STATES = {"waiting": "ждёт подтверждения", "done": "обменяны", "withdrawn": "отменено", "expired": "закончилось"}
routes.add_app_template_filter(lambda state: STATES.get(str(state), str(state)), "swap_state")


@routes.get("/family/swap")
@hide
async def show() -> Response:
    who, found = await signed_in(), deps()
    view = await swap_profiles.list_swaps(found, who)
    return await page("sign_ins/swap.html", here="family", view=view, again=again_unless_fresh(found, who, "/family/swap"))


@routes.post("/family/swap")
@hide
async def ask() -> Response:
    who, form = await signed_in_writer(), await request.form
    await swap_profiles.ask_swap(deps(), who, form.get("parent_link", ""), form.get("child_link", ""))
    return _to("/family/swap")


@routes.post("/family/swap/<swap>/confirm")
@hide
async def confirm(swap: str) -> Response:
    await swap_profiles.confirm_swap(deps(), await signed_in_writer(), swap)
    return _to("/family/swap")


@routes.post("/family/swap/<swap>/withdraw")
@hide
async def withdraw(swap: str) -> Response:
    await swap_profiles.withdraw_swap(deps(), await signed_in_writer(), swap)
    return _to("/family/swap")


@routes.get("/office/swaps")
@hide
async def for_office() -> Response:
    who, found = await signed_in(), deps()
    view = await swap_profiles.swaps_for_office(found, who)
    return await page("sign_ins/office_swaps.html", tab="swaps", view=view, again=again_unless_fresh(found, who, "/office/swaps"))


@routes.post("/office/swaps/<swap>/confirm")
@hide
async def confirm_by_office(swap: str) -> Response:
    await swap_profiles.confirm_by_office(deps(), await signed_in_writer(), swap)
    return _to("/office/swaps")


def _to(path: str) -> Response:
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})

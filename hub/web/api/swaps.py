"""`/api/v1/swaps`: a parent's and a child's profiles change places; the school's office confirms for a child (RULES A11)."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import swap_profiles
from hub.flows.views.people.joining import SwapAsked, SwapList
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_swaps", __name__, url_prefix="/api/v1")


class NewSwap(msgspec.Struct, frozen=True, kw_only=True):
    """The two links, as `offers` names them."""

    parent_link: str
    child_link: str


@routes.get("/swaps")
@tag(["Обмен профилей"])
@document_response(SwapList)
async def list_swaps() -> Response:
    """Pairs of profiles that may be exchanged, and what was asked for."""
    return json(await swap_profiles.list_swaps(deps(), await signed_in()))


@routes.post("/swaps")
@tag(["Обмен профилей"])
@document_request(NewSwap)
@document_response(SwapAsked, 201)
async def ask_swap() -> Response:
    """The parent asks, and so confirms; the child or the office confirms next."""
    who = await signed_in_writer()
    asked = await body(NewSwap)

    async def act() -> Response:
        return json(SwapAsked(id=await swap_profiles.ask_swap(deps(), who, asked.parent_link, asked.child_link)), 201)

    return await once(deps(), who, act)


@routes.post("/swaps/<swap>/confirm")
@tag(["Обмен профилей"])
async def confirm_swap(swap: str) -> Response:
    """The child's own word: both profiles change owners at once."""
    who = await signed_in_writer()

    async def act() -> Response:
        await swap_profiles.confirm_swap(deps(), who, swap)
        return empty()

    return await once(deps(), who, act)


@routes.delete("/swaps/<swap>")
@tag(["Обмен профилей"])
async def withdraw_swap(swap: str) -> Response:
    """Either side says no."""
    who = await signed_in_writer()

    async def act() -> Response:
        await swap_profiles.withdraw_swap(deps(), who, swap)
        return empty()

    return await once(deps(), who, act)


@routes.get("/office/swaps")
@tag(["Канцелярия"])
@document_response(SwapList)
async def office_swaps() -> Response:
    """What waits for the office of the officer's own school."""
    return json(await swap_profiles.swaps_for_office(deps(), await signed_in(), school=request.args.get("school_ogrn")))


@routes.post("/office/swaps/<swap>/confirm")
@tag(["Канцелярия"])
async def office_confirms_swap(swap: str) -> Response:
    """The office confirms for the child; never in the officer's own family."""
    who = await signed_in_writer()

    async def act() -> Response:
        await swap_profiles.confirm_by_office(deps(), who, swap, school=request.args.get("school_ogrn"))
        return empty()

    return await once(deps(), who, act)

"""`/api/v1/office/guard`: the passes at the doors for who stands there, and the mark by name."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import guard
from hub.flows.refusals import Reason, Refused
from hub.flows.views.doors.guard import GuardFound, GuardList, GuardMark
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.pictures import photo_answer
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_guard", __name__, url_prefix="/api/v1/office/guard")


@dataclass(frozen=True, slots=True)
class Place:
    """`after` is the `last` of the answer before."""

    after: str | None = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`q`: beginnings of names, or a class: «орл», «5А пет»."""

    q: str


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """`direction`: in, out; `form` names this mark once."""

    child: str
    direction: str
    form: str


def place_asked() -> int:
    text = request.args.get("after") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Refused(Reason.MALFORMED, "Этот «after» не наш: возьмите его из поля last.")
    return int(text)


@routes.get("")
@tag(["Канцелярия"])
@document_querystring(Place)
@document_response(GuardList)
async def passes() -> Response:
    """Newest first; names and faces, nothing of money or food."""
    who = await signed_in()
    return json(await guard.watch_door(deps(), who, after=place_asked()))


@routes.get("/photos/<child>")
@tag(["Канцелярия"])
async def photo(child: str) -> Response:
    """The picture itself, where the family agreed."""
    return photo_answer(await guard.guards_photo(deps(), await signed_in(), child))


@routes.post("/find")
@tag(["Канцелярия"])
@document_request(Wanted)
@document_response(GuardFound)
async def find() -> Response:
    """A name stands in no address."""
    who, typed = await signed_in_writer(), await body(Wanted)
    return json(await guard.find_pupils(deps(), who, typed.q))


@routes.post("/marks")
@tag(["Канцелярия"])
@document_request(Named)
@document_response(GuardMark, 201)
@document_response(GuardMark)
async def mark() -> Response:
    """A pass without a card, in the name of who marks it; the family is told and may dispute it."""
    who, typed = await signed_in_writer(), await body(Named)

    async def act() -> Response:
        found = await guard.mark_by_name(deps(), who, child=typed.child, direction=typed.direction, form=typed.form)
        return json(found, 200 if found.repeated else 201)

    return await once(deps(), who, act)

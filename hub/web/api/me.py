"""`/api/v1/me`, its notices and devices, and the children."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_response, tag

from hub.flows import end_sessions
from hub.flows.read_notices import read_notices
from hub.flows.show_me import list_children, show_me
from hub.flows.views.me import ChildList, MeView
from hub.flows.views.people.family import DevicesView, NoticeList
from hub.web.answers import deps, empty, json
from hub.web.api.reading import Page
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_me", __name__, url_prefix="/api/v1")


@routes.get("/me")
@tag(["Я и дети"])
@document_response(MeView)
async def me() -> Response:
    """Who is signed in, the children, their diaries, and what is missing."""
    return json(await show_me(deps(), await signed_in()))


@routes.get("/children")
@tag(["Я и дети"])
@document_response(ChildList)
async def children() -> Response:
    """The children with the systems that are linked for each."""
    return json(await list_children(deps(), await signed_in()))


@routes.get("/me/notices")
@tag(["Я и дети"])
@document_querystring(Page)
@document_response(NoticeList)
async def notices() -> Response:
    """What the hub told this person, newest first."""
    return json(await read_notices(deps(), await signed_in(), cursor=request.args.get("cursor")))


@routes.get("/me/devices")
@tag(["Устройства"])
@document_response(DevicesView)
async def devices() -> Response:
    """Where the person is signed in."""
    return json(await end_sessions.devices(deps(), await signed_in()))


@routes.delete("/me/devices/<device>")
@tag(["Устройства"])
async def end_device(device: str) -> Response:
    """Signs that browser out."""
    who = await signed_in_writer()

    async def act() -> Response:
        await end_sessions.end_device(deps(), who, device)
        return empty()

    return await once(deps(), who, act)


@routes.delete("/me/devices")
@tag(["Устройства"])
async def end_other_devices() -> Response:
    """Signs out everywhere but here."""
    who = await signed_in_writer()

    async def act() -> Response:
        await end_sessions.end_others(deps(), who)
        return empty()

    return await once(deps(), who, act)

"""`/iclock/*`: ZKTeco terminals push what they read; `/ingest/hikvision`: controllers of Hikvision post theirs."""

from __future__ import annotations

from typing import cast

from quart import Blueprint, Response, request
from quart_schema import hide

from device_ingest.errors import Untrusted
from device_ingest.signing import Message
from hub.flows.receive_events import greet_terminal, heard_of, receive_attlog, receive_hikvision
from hub.flows.receive_events.native import ATTLOG
from hub.store.database import StorageError
from hub.web.answers import deps, json
from hub.web.ingest import Verdicts, from_school

routes = Blueprint("iclock", __name__)
OK = "OK"


@routes.get("/iclock/cdata")
@hide
async def greeting() -> Response:
    try:
        return _plain(await greet_terminal(deps(), _serial(), trusted_network=_near()))
    except Untrusted as error:
        return _refused(error)


@routes.post("/iclock/cdata")
@hide
async def records() -> Response:
    """Answered OK after the commit only; a terminal that hears 503 sends all of it again, without end and without harm."""
    try:
        if request.args.get("table", "").upper() != ATTLOG:
            await heard_of(deps(), _serial(), trusted_network=_near())
            return _plain(OK)
        body = cast(bytes, await request.get_data(as_text=False))
        told = await receive_attlog(deps(), _serial(), body, stamp=request.args.get("Stamp", ""), trusted_network=_near())
    except Untrusted as error:
        return _refused(error)
    except StorageError:
        return Response("busy", 503, content_type="text/plain", headers={"Retry-After": "5"})
    return _plain(f"{OK}: {len(told)}")


@routes.get("/iclock/getrequest")
@routes.get("/iclock/ping")
@routes.post("/iclock/devicecmd")
@routes.post("/iclock/registry")
@routes.post("/iclock/push")
@hide
async def listening() -> Response:
    """The hub has no commands for terminals."""
    try:
        await heard_of(deps(), _serial(), trusted_network=_near())
    except Untrusted as error:
        return _refused(error)
    return _plain(OK)


@routes.post("/ingest/hikvision")
@routes.post("/ingest/hikvision/<device>")
@hide
async def hikvision(device: str = "") -> Response:
    """The device in the path, since a controller's settings take an address and no query."""
    message = Message(
        method=request.method,
        url=request.url,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=cast(bytes, await request.get_data(as_text=False)),
        device=device or request.args.get("device", ""),
        trusted_network=_near(),
    )
    return json(Verdicts(verdicts=await receive_hikvision(deps(), message)), headers={"Cache-Control": "no-store"})


def _serial() -> str:
    return request.args.get("SN", "")


def _near() -> bool:
    return from_school(deps(), request.remote_addr or "")


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def _refused(error: Untrusted) -> Response:
    return Response(error.reason.value, 403, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})

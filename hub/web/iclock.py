"""`/iclock/*`: ZKTeco terminals push what they read; `/ingest/hikvision`: controllers of Hikvision post theirs."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import cast

from quart import Blueprint, Response, request
from quart_schema import hide

from device_ingest.errors import Untrusted
from device_ingest.signing import Message
from hub.errors import problem_of
from hub.flows.receive_events import (
    commands_for,
    greet_terminal,
    heard_of,
    instruct_terminal,
    note_answers,
    receive_attlog,
    receive_hikvision,
    register_terminal,
)
from hub.flows.receive_events.native import TABLES
from hub.store.database import StorageError
from hub.web.answers import deps, json, problem
from hub.web.ingest import CHALLENGE, Verdicts, from_school

routes = Blueprint("iclock", __name__)
OK = "OK"


@routes.get("/iclock/cdata")
@hide
async def greeting() -> Response:
    return await _asked(greet_terminal(deps(), _serial(), trusted_network=_near()))


@routes.post("/iclock/cdata")
@hide
async def records() -> Response:
    """Answered OK after the commit only; a terminal that hears 503 sends all of it again, without end and without harm.

    Operations, users, templates and photos are taken with OK and thrown away: the hub keeps no biometrics.
    """
    table = request.args.get("table", "").upper()
    if table not in TABLES:
        return await _asked(heard_of(deps(), _serial(), trusted_network=_near()))
    body = cast(bytes, await request.get_data(as_text=False))
    stamp = request.args.get("Stamp", "")

    async def kept() -> str:
        told = await receive_attlog(deps(), _serial(), body, table=table, stamp=stamp, trusted_network=_near())
        return f"{OK}: {len(told)}"

    return await _asked(kept())


@routes.get("/iclock/getrequest")
@hide
async def commands() -> Response:
    """What the office has for this terminal."""
    return await _asked(commands_for(deps(), _serial(), trusted_network=_near()))


@routes.post("/iclock/devicecmd")
@hide
async def done() -> Response:
    body = cast(bytes, await request.get_data(as_text=False))
    return await _asked(note_answers(deps(), _serial(), body, trusted_network=_near()))


@routes.get("/iclock/ping")
@hide
async def there() -> Response:
    return await _asked(heard_of(deps(), _serial(), trusted_network=_near()))


@routes.post("/iclock/registry")
@hide
async def registry() -> Response:
    return await _asked(register_terminal(deps(), _serial(), trusted_network=_near()))


@routes.get("/iclock/push")
@routes.post("/iclock/push")
@hide
async def options() -> Response:
    return await _asked(instruct_terminal(deps(), _serial(), trusted_network=_near()))


async def _asked(work: Awaitable[str | None]) -> Response:
    """OK, or what the work says; a refusal in one word."""
    try:
        return _plain(await work or OK)
    except Untrusted as error:
        return _refused(error)
    except StorageError:
        return Response("busy", 503, content_type="text/plain", headers={"Retry-After": "5"})


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
    try:
        told = await receive_hikvision(deps(), message)
    except Untrusted as error:
        answer = await problem(problem_of(error))
        if answer.status_code == 401:
            answer.headers["WWW-Authenticate"] = CHALLENGE
        return answer
    return json(Verdicts(verdicts=told), headers={"Cache-Control": "no-store"})


def _serial() -> str:
    return request.args.get("SN", "")


def _near() -> bool:
    return from_school(deps(), request.remote_addr or "")


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def _refused(error: Untrusted) -> Response:
    return Response(error.reason.value, 403, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})

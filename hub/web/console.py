"""`/console`: the operator's pages. Plain without JavaScript; with it the list of systems is renewed by a stream of events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from quart import Blueprint, Response, request, stream_with_context
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import console
from hub.flows.console import LONGEST_CODE, Way
from hub.flows.refusals import Reason, Refused
from hub.flows.views.console import AuditFound, SystemList
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.console_charts import latency_svg
from hub.web.console_words import WORDS
from hub.web.freshness import again_unless_fresh
from hub.web.openapi import VERSION
from hub.web.rendering import rendered
from hub.web.visitors import signed_in, signed_in_writer, visitor
from identity.errors import IdentityError

routes = Blueprint("console", __name__, url_prefix="/console")

ZONE = "Europe/Moscow"
"""The console's clock: systems of the whole country are looked at from one place."""
RETRY_MS = 5000
LINK_WAITS_S = 1800
"""How long an opened link waits in its browser for the sign-in."""


async def _page(template: str, tab: str, status: int = 200, **more: object) -> Response:
    answer = await page(f"console/{template}.html", status, here="console", tab=tab, words=WORDS, zone=ZONE, **more)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@routes.get("")
@hide
async def systems() -> Response:
    found = await console.show_systems(deps(), await signed_in())
    return await _page("systems", "systems", found=found, version=VERSION)


@routes.get("/regions")
@hide
async def regions() -> Response:
    return await _page("regions", "regions", found=await console.show_regions(deps(), await signed_in()))


@routes.get("/work")
@hide
async def work() -> Response:
    return await _page("work", "work", found=await console.show_work(deps(), await signed_in()))


@routes.get("/schools")
@hide
async def schools() -> Response:
    return await _page("schools", "schools", found=await console.show_schools(deps(), await signed_in()))


@routes.get("/audit")
@hide
async def audit() -> Response:
    await console.enter(deps(), await signed_in())
    return await _audit(None, None, {})


@routes.post("/audit")
@hide
async def search() -> Response:
    """A blank reason looks again within the half hour that a written one opened."""
    who = await signed_in_writer()
    form = await request.form
    typed = {"person": form.get("person", "").strip(), "reason": form.get("reason", "").strip()}
    await console.enter(deps(), who)
    try:
        if typed["reason"]:
            return await _audit(await console.search_audit(deps(), who, typed["person"], typed["reason"]), None, typed)
        return await _audit(await console.look_again(deps(), who, typed["person"]), None, typed)
    except (Refused, IdentityError) as error:
        return await _audit(None, error, typed)


async def _audit(found: AuditFound | None, error: Exception | None, typed: dict[str, str]) -> Response:
    problem = problem_of(error) if error else None
    missing = problem is not None and problem.slug == Reason.NOT_FOUND.value
    return await _page("audit", "audit", problem.status if problem else 200, found=found, problem=problem, missing=missing, typed=typed)


@routes.get("/systems/<system>/latency.svg")
@hide
async def latency(system: str) -> Response:
    """The slow calls of the last hour; the page says the same in words."""
    found = await console.show_systems(deps(), await signed_in())
    row = next((one for one in found.items if one.system == system), None)
    if row is None:
        raise Refused(Reason.NOT_FOUND)
    return Response(latency_svg(row, found.at), content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@routes.get("/events")
@hide
async def events() -> Response:
    """`systems` with the list as the page draws it; `closed` when the console is no longer this person's."""
    following = await console.follow_systems(deps(), await signed_in())

    @stream_with_context
    async def stream() -> AsyncIterator[bytes]:
        yield f"retry: {RETRY_MS}\n\n".encode()
        async for found in following:
            yield f"event: systems\ndata: {await _drawn(found)}\n\n".encode()
        yield b"event: closed\ndata: {}\n\n"

    answer = Response(stream(), content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    # A stream lasts longer than an answer may take to come.
    answer.timeout = None
    return answer


async def _drawn(found: SystemList) -> str:
    html = await rendered("console/list.html", found=found, words=WORDS, zone=ZONE)
    return msgspec.json.encode({"html": html}).decode()


@routes.get("/enter/<code>")
@hide
async def by_link(code: str) -> Response:
    """The one-time link itself. Opening it spends nothing: the code waits in a cookie of this door until Gosuslugi says who came."""
    answer = _to("/console/enter")
    if code.isascii() and code.isprintable():  # what no link of ours holds goes into no header
        answer.set_cookie(_cookie(), code[:LONGEST_CODE], max_age=LINK_WAITS_S, **_cookie_marks())
    return answer


@routes.get("/enter")
@hide
async def door() -> Response:
    code = request.cookies.get(_cookie(), "")
    way = await console.way_in(deps(), await visitor()) if code else None
    if way is Way.SIGN_IN:
        return _to("/auth/esia/start?next=/console/enter")
    # Only the person who opened the link has its cookie; Gosuslugi has just said who that is.
    return await _come_in(await signed_in(), code) if way is Way.CODE else await _door(None)


@routes.post("/enter")
@hide
async def come_in() -> Response:
    """The code typed by hand, where the link went to another device."""
    return await _come_in(await signed_in_writer(), (await request.form).get("code", ""))


async def _come_in(who: Visitor, code: str) -> Response:
    try:
        await console.come_in(deps(), who, code)
    except (Refused, IdentityError) as error:
        if isinstance(error, Refused) and error.reason is Reason.NOT_FRESH:
            raise
        return _forgotten(await _door(error))
    return _forgotten(_to("/console"))


def _to(address: str) -> Response:
    return Response(b"", 303, headers={"Location": address, "Cache-Control": "no-store"})


def _cookie() -> str:
    return "__Host-hub-operator" if deps().settings.secure else "hub-operator"


def _cookie_marks() -> dict[str, Any]:
    return {"path": "/", "secure": deps().settings.secure, "httponly": True, "samesite": "Lax"}


def _forgotten(answer: Response) -> Response:
    answer.delete_cookie(_cookie(), **_cookie_marks())
    return answer


async def _door(error: Exception | None) -> Response:
    who = await visitor()
    way = await console.way_in(deps(), who)
    if way is Way.INSIDE and error is None:
        return _to("/console")
    problem = problem_of(error) if error else None
    again = again_unless_fresh(deps(), who, "/console/enter") if who else None
    return await _page("enter", "enter", problem.status if problem else 200, way=way.value, problem=problem, again=again)

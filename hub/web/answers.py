"""How the web answers: JSON with an ETag, problems as JSON or as a page, pages with what every page needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from quart import Response, current_app, g, request

from hub.deps import Deps
from hub.errors import Problem
from hub.flows.roster.desk import works_in_office
from hub.flows.settings_of_mine import formats_of
from hub.telemetry import REQUEST_ID
from hub.web.conflicts import related, ways_on
from hub.web.freshness import again_here
from hub.web.rendering import rendered
from hub.web.words import CHOSEN
from identity.family.child_login import CHILD_LOGIN

JSON = "application/json"
PROBLEM = "application/problem+json"
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def deps() -> Deps:
    found: Deps = current_app.extensions["hub"]
    return found


def json(view: object, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Response:
    """A record as JSON; a GET carries an ETag and answers 304 to a client that has it."""
    return tagged(_ENCODER.encode(view), JSON, status, headers=headers)


def tagged(
    body: bytes, content_type: str, status: int = 200, *, headers: Mapping[str, str] | None = None, tag: str | None = None
) -> Response:
    """`tag` is for a body that was made and tagged before."""
    given = {"Cache-Control": "private, no-cache", "Vary": "Cookie", **(headers or {})}
    if request.method not in ("GET", "HEAD") or status != 200:
        return Response(body, status, content_type=content_type, headers=given)
    tag = tag or tag_of(body)
    given["ETag"] = tag
    asked = request.headers.get("If-None-Match", "")
    if asked and (asked.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in asked.split(",")]):
        return Response(b"", 304, headers=given)
    return Response(body, status, content_type=content_type, headers=given)


def tag_of(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def empty(status: int = 204) -> Response:
    return Response(b"", status, headers={"Cache-Control": "private, no-cache"})


def wants_page() -> bool:
    """A browser gets pages, anything below a machine's address gets JSON."""
    if request.path.startswith(("/api/", "/ingest/", "/kiosk/", "/openapi", "/healthz", "/readyz", "/metrics")):
        return False
    return request.accept_mimetypes.best_match([JSON, "text/html"], default=JSON) == "text/html"


async def problem(found: Problem) -> Response:
    """The problem in the form that the asker can use."""
    headers = {"Cache-Control": "no-store"}
    if found.retry_after_s is not None:
        headers["Retry-After"] = str(found.retry_after_s)
    if wants_page():
        again = await again_here(deps()) if found.slug == "not_fresh" else None
        ways = {"exits": ways_on(deps(), found), "related": related(found)}
        answer = await page("message.html", found.status, title=found.title, detail=found.detail, again=again, **ways)
        answer.headers.update(headers)
        return answer
    body: dict[str, object] = {
        "type": found.type,
        "title": found.title,
        "status": found.status,
        "detail": found.detail,
        "instance": request.path,
        "request_id": REQUEST_ID.get(),
        **found.more,
    }
    return Response(_ENCODER.encode(body), found.status, content_type=PROBLEM, headers=headers)


async def use_formats() -> None:
    """From here on dates and times are worded as the visitor chose."""
    visitor = g.get("visitor")
    if visitor is not None:
        CHOSEN.set(await formats_of(deps(), visitor))


async def page(template: str, status: int = 200, **context: Any) -> Response:
    """A rendered page with an ETag where it was found."""
    found = deps()
    visitor = g.get("visitor")
    if status < 500:
        await use_formats()
    given = {
        "demo": found.settings.demo,
        "now": found.now(),
        "request_id": REQUEST_ID.get() if status >= 400 else "",
        "csrf_token": visitor.csrf if visitor else None,
        # A page that says what went wrong asks for nothing more.
        "office": bool(visitor) and status < 400 and await works_in_office(found, visitor),
        "pupil": visitor is not None and visitor.system == CHILD_LOGIN,
        **context,
    }
    text = await rendered(template, **given)
    return tagged(text.encode(), "text/html; charset=utf-8", status)


def unkept(answer: Response) -> Response:
    """Shown this once: no browser keeps it, and nothing names it for a later question."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.pop("ETag", None)
    return answer

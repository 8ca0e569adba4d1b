"""`/events`: the open page's stream of server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.follow_notices import DiaryChanged, TimelineChanged, follow_notices
from hub.web.answers import deps
from hub.web.visitors import signed_in

routes = Blueprint("events", __name__)

RETRY_MS = 5000


@routes.get("/events")
@hide
async def events() -> Response:
    """`notice` with id and JSON for each new notice, `diary` when one of the diaries changed, `timeline` when a child passed or paid,
    `signed_out` when the session was ended."""
    who = await signed_in()
    following = await follow_notices(deps(), who, after=request.headers.get("Last-Event-ID"))

    async def stream() -> AsyncIterator[bytes]:
        yield f"retry: {RETRY_MS}\n\n".encode()
        async for notice in following:
            if notice is None:
                yield b"event: signed_out\ndata: {}\n\n"
            elif notice is DiaryChanged.NOW:
                yield b"event: diary\ndata: {}\n\n"
            elif notice is TimelineChanged.NOW:
                yield b"event: timeline\ndata: {}\n\n"
            else:
                yield f"id: {notice.id}\nevent: notice\ndata: {msgspec.json.encode(notice).decode()}\n\n".encode()

    answer = Response(stream(), content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    # A stream lasts longer than an answer may take to come.
    answer.timeout = None
    return answer

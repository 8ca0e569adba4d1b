"""`/api/v1/children/{id}/notices/log` and `/api/v1/me/quiet-hours`: why a notice came or did not, and when none comes."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import notices
from hub.flows.views.people.notices import NoticeLog, PushView, QuietView
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_notices", __name__, url_prefix="/api/v1")


class Nights(msgspec.Struct, frozen=True, kw_only=True):
    """`{"off": true}`, or `from` and `to` as `22:00` with an IANA `zone`; without a zone the one before stays."""

    off: bool = False
    first: str | None = msgspec.field(name="from", default=None)
    last: str | None = msgspec.field(name="to", default=None)
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """`event` leaves only what was decided about this event; `cursor` is the `next` of the page before."""

    event: str | None = None
    cursor: str | None = None


@routes.get("/children/<child>/notices/log")
@tag(["Уведомления"])
@document_querystring(Asked)
@document_response(NoticeLog)
async def read_log(child: str) -> Response:
    """Every happening with each channel: sent, not sent and why, delayed until when."""
    asked = request.args
    return json(await notices.show_log(deps(), await signed_in(), child, cursor=asked.get("cursor"), event=asked.get("event") or ""))


@routes.get("/me/quiet-hours")
@tag(["Уведомления"])
@document_response(QuietView)
async def read_quiet_hours() -> Response:
    """The own ones; without a word of one's own from 22:00 to 07:00 by the school's clock."""
    return json(await notices.show_quiet_hours(deps(), await signed_in()))


@routes.get("/me/pushes/<event>")
@tag(["Уведомления"])
@document_response(PushView)
async def open_push(event: str) -> Response:
    """The words of a push that carried only this id; it counts as shown from now on."""
    return json(await notices.open_push(deps(), await signed_in(), event))


@routes.put("/me/quiet-hours")
@tag(["Уведомления"])
@document_request(Nights)
@document_response(QuietView)
async def set_quiet_hours() -> Response:
    """What is not urgent waits until they are over, and comes as one message."""
    who, wish = await signed_in_writer(pupil=True), await body(Nights)

    async def act() -> Response:
        return json(await notices.put_quiet_hours(deps(), who, off=wish.off, first=wish.first, last=wish.last, zone=wish.zone))

    return await once(deps(), who, act)

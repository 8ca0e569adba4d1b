"""`/api/v1/…` of the school's own announcements: the office writes, the families of the school or class read."""

from __future__ import annotations

from datetime import date

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import announce
from hub.flows.announce import NewAnnouncement
from hub.flows.views.school.announce import OfficeAnnouncement, OfficeAnnouncements, SchoolAnnouncements
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_announcements", __name__, url_prefix="/api/v1")


class TypedAnnouncement(msgspec.Struct, frozen=True, kw_only=True):
    """`class` is left out for the whole school; `until` is the last day on which it is shown."""

    title: str
    text: str
    until: date
    class_name: str = msgspec.field(name="class", default="")

    def read(self) -> NewAnnouncement:
        return NewAnnouncement(title=self.title, text=self.text, until=self.until, class_name=self.class_name)


@routes.get("/children/<child>/school-announcements")
@tag(["Дневник"])
@document_response(SchoolAnnouncements)
async def school_announcements(child: str) -> Response:
    """What the child's school tells its families now; what diaries announce stands in `…/announcements`."""
    return json(await announce.list_for_child(deps(), await signed_in(), child))


@routes.get("/office/announcements")
@tag(["Канцелярия"])
@document_response(OfficeAnnouncements)
async def office_announcements() -> Response:
    """Those that are shown first; a class teacher gets the own class's and the whole school's."""
    return json(await announce.list_of_school(deps(), await signed_in()))


@routes.post("/office/announcements")
@tag(["Канцелярия"])
@document_request(TypedAnnouncement)
@document_response(OfficeAnnouncement, 201)
async def publish_announcement() -> Response:
    """To the whole school, or to one class; a class teacher to the own class alone."""
    who, typed = await signed_in_writer(), await body(TypedAnnouncement)

    async def act() -> Response:
        return json(await announce.announce(deps(), who, typed.read()), 201)

    return await once(deps(), who, act)


@routes.put("/office/announcements/<announcement>")
@tag(["Канцелярия"])
@document_request(TypedAnnouncement)
@document_response(OfficeAnnouncement)
async def correct_announcement(announcement: str) -> Response:
    """Title, text and last day; to whom it is said stays."""
    who, typed = await signed_in_writer(), await body(TypedAnnouncement)

    async def act() -> Response:
        return json(await announce.change(deps(), who, announcement, typed.read()))

    return await once(deps(), who, act)


@routes.delete("/office/announcements/<announcement>")
@tag(["Канцелярия"])
@document_response(OfficeAnnouncement)
async def withdraw_announcement(announcement: str) -> Response:
    """Nobody reads it any more."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await announce.withdraw(deps(), who, announcement))

    return await once(deps(), who, act)

"""`/api/v1/directory`: schools and systems with phones, hours, zone and whether somebody answers now; the page needs no sign-in."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import directory
from hub.flows.directory import TypedContact
from hub.flows.views.school.contacts import ContactView, Directory, DirectoryItem, OwnContacts
from hub.store.school.contacts import Shift
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_directory", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class Asked:
    """`q` a name, an INN or an OGRN; `region` a code of `/api/v1/regions`; `kind` school or system."""

    q: str = ""
    region: str = ""
    kind: str = ""


class ContactBody(msgspec.Struct, frozen=True, kw_only=True):
    """`hours`: ISO weekdays and `HH:MM` on the school's clock. A phone or an e-mail is needed."""

    topic: str
    person: str = ""
    phones: list[str] = []
    email: str = ""
    hours: list[Shift] = []
    note: str = ""

    def typed(self) -> TypedContact:
        return TypedContact(topic=self.topic, person=self.person, phones=self.phones, email=self.email, hours=self.hours, note=self.note)


@routes.get("/directory")
@tag(["Справочник"])
@document_querystring(Asked)
@document_response(Directory)
async def list_places() -> Response:
    await signed_in()
    given = {name: request.args.get(name, "") for name in ("region", "kind")}
    return json(await directory.list_directory(deps(), query=request.args.get("q", ""), **given))


@routes.get("/directory/<place>")
@tag(["Справочник"])
@document_response(DirectoryItem)
async def show_place(place: str) -> Response:
    """A school by its OGRN, a system by its name."""
    await signed_in()
    return json(await directory.show_place(deps(), place))


@routes.get("/children/<child>/contacts")
@tag(["Справочник"])
@document_response(Directory)
async def child_contacts(child: str) -> Response:
    """Whom to ask about this child: the school first, then the help lines of the child's diaries."""
    return json(await directory.whom_to_ask(deps(), await signed_in(), child))


@routes.get("/office/contacts")
@tag(["Канцелярия"])
@document_response(OwnContacts)
async def office_contacts() -> Response:
    return json(await directory.own_contacts(deps(), await signed_in(), school=request.args.get("school")))


@routes.post("/office/contacts")
@tag(["Канцелярия"])
@document_request(ContactBody)
@document_response(ContactView, 201)
async def add_contact() -> Response:
    who, typed = await signed_in_writer(), await body(ContactBody)

    async def act() -> Response:
        return json(await directory.add_contact(deps(), who, typed.typed(), school=request.args.get("school")), 201)

    return await once(deps(), who, act)


@routes.put("/office/contacts/<contact>")
@tag(["Канцелярия"])
@document_request(ContactBody)
@document_response(ContactView)
async def change_contact(contact: str) -> Response:
    who, typed = await signed_in_writer(), await body(ContactBody)

    async def act() -> Response:
        return json(await directory.change_contact(deps(), who, contact, typed.typed(), school=request.args.get("school")))

    return await once(deps(), who, act)


@routes.delete("/office/contacts/<contact>")
@tag(["Канцелярия"])
async def remove_contact(contact: str) -> Response:
    who = await signed_in_writer()

    async def act() -> Response:
        await directory.remove_contact(deps(), who, contact, school=request.args.get("school"))
        return empty()

    return await once(deps(), who, act)

"""`/api/v1/office/carriers/unknown`: carriers that the school's devices read and nobody has."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows.registers import unknown as unknown_flow
from hub.flows.views.doors.carriers import UnknownList, UnknownOwner
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_unknown_carriers", __name__, url_prefix="/api/v1/office/carriers/unknown")


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """The pupil whose it is."""

    child: str


@routes.get("")
@tag(["Канцелярия"])
@document_response(UnknownList)
async def unknown() -> Response:
    return json(await unknown_flow.list_unknown(deps(), await signed_in()))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`q`: the beginning of a surname or a first name, two letters at least."""

    q: str


@routes.post("/<id_>/owners")
@tag(["Канцелярия"])
@document_request(Wanted)
@document_response(UnknownOwner)
async def owners(id_: str) -> Response:
    """Pupils to pick from; a name stands in no address."""
    who, typed = await signed_in_writer(), await body(Wanted)
    return json(await unknown_flow.find_owner(deps(), who, id_, q=typed.q))


@routes.post("/<id_>/attach")
@tag(["Канцелярия"])
@document_request(Owner)
@document_response(UnknownList)
async def attach(id_: str) -> Response:
    """From its first use on its passes are the child's, and what was bought with it is debited once."""
    who, typed = await signed_in_writer(), await body(Owner)

    async def act() -> Response:
        return json(await unknown_flow.attach_unknown(deps(), who, id_, child=typed.child))

    return await once(deps(), who, act)


@routes.post("/<id_>/put-aside")
@tag(["Канцелярия"])
@document_response(UnknownList)
async def aside(id_: str) -> Response:
    """No pupil's: it leaves the list."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await unknown_flow.put_aside(deps(), who, id_))

    return await once(deps(), who, act)

"""`/api/v1/office/…` of the register of what pupils pass with."""

from __future__ import annotations

from datetime import datetime

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import registers
from hub.flows.refusals import Reason, Refused
from hub.flows.registers import Step
from hub.flows.views.school.registers import CarrierList, PupilCarriers
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_registers", __name__, url_prefix="/api/v1/office")


class TypedCarrier(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: card, bracelet, bank_card (a terminal's token, never the card's number), device_pin."""

    kind: str
    number: str
    since: datetime | None = None


@routes.get("/carriers")
@tag(["Канцелярия"])
@document_response(CarrierList)
async def school_carriers() -> Response:
    """The school's living ones in pages; every family sees the look."""
    return json(await registers.list_carriers(deps(), await signed_in(), cursor=request.args.get("cursor") or None))


@routes.get("/pupils/<pupil>/carriers")
@tag(["Канцелярия"])
@document_response(PupilCarriers)
async def pupil_carriers(pupil: str) -> Response:
    """With what was, for its history; a number shows its end only."""
    return json(await registers.carriers_of(deps(), await signed_in(), pupil))


@routes.post("/pupils/<pupil>/carriers")
@tag(["Канцелярия"])
@document_request(TypedCarrier)
@document_response(PupilCarriers, 201)
async def add_pupil_carrier(pupil: str) -> Response:
    """A number that looks like a bank card's is refused and kept nowhere."""
    who, typed = await signed_in_writer(), await body(TypedCarrier)

    async def act() -> Response:
        found = await registers.add_carrier(deps(), who, pupil, kind=typed.kind, number=typed.number, since=zoned(typed.since))
        return json(found, 201)

    return await once(deps(), who, act)


@routes.post("/carriers/<carrier>/<step>")
@tag(["Канцелярия"])
@document_response(PupilCarriers)
async def turn_pupil_carrier(carrier: str, step: str) -> Response:
    """`step`: block, unblock, lose, end. Works at once, the family is told."""
    who = await signed_in_writer()
    if step not in set(Step):
        raise Refused(Reason.NOT_FOUND)

    async def act() -> Response:
        return json(await registers.turn_carrier(deps(), who, carrier, Step(step)))

    return await once(deps(), who, act)


def zoned(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise Refused(Reason.MALFORMED, "Время — с часовым поясом, как 2026-11-18T08:00:00+03:00.")
    return at

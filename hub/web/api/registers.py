"""`/api/v1/office/…` of the registers: what pupils pass with, and the devices that read it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import registers
from hub.flows.refusals import Reason, Refused
from hub.flows.registers import AskedDevice, Step
from hub.flows.registers.devices import secret_again
from hub.flows.views.school.registers import CarrierList, DeviceAdded, DeviceList, DeviceView, PupilCarriers
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.api.shown_once import Put, Secret, shown_once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_registers", __name__, url_prefix="/api/v1/office")


class TypedCarrier(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: card, bracelet, bank_card (a terminal's token, never the card's number), device_pin."""

    kind: str
    number: str
    since: datetime | None = None


class TypedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: turnstile, canteen, zkteco, hikvision, kiosk; `sign`: rfc9421 (with `public_key`), standard_webhooks, basic, serial."""

    kind: str
    serial: str
    sign: str
    place: str = ""
    zone: str = ""
    public_key: str = ""
    since: datetime | None = None


class Revoking(msgspec.Struct, frozen=True, kw_only=True):
    """`since`: what the device said from then on is doubted."""

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
        found = await registers.add_carrier(deps(), who, pupil, kind=typed.kind, number=typed.number, since=_zoned(typed.since))
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


@routes.get("/devices")
@tag(["Канцелярия"])
@document_response(DeviceList)
async def school_devices() -> Response:
    """Those in use first; no secret."""
    return json(await registers.list_devices(deps(), await signed_in()))


@routes.post("/devices")
@tag(["Канцелярия"])
@document_request(TypedDevice)
@document_response(DeviceAdded, 201)
async def add_school_device() -> Response:
    """The secret is shown this once; the same Idempotency-Key brings the lost answer again."""
    who, typed = await signed_in_writer(), await body(TypedDevice)
    asked = AskedDevice(
        kind=typed.kind,
        serial=typed.serial,
        sign=typed.sign,
        place=typed.place,
        zone=typed.zone,
        public_key=typed.public_key,
        since=_zoned(typed.since),
    )

    async def act(seed: str) -> DeviceAdded:
        return await registers.add_device(deps(), who, asked, seed=seed)

    def put(added: DeviceAdded, secret: Put) -> DeviceAdded:
        return msgspec.structs.replace(added, secret=secret(0, added.secret) if added.secret else None)

    secret = Secret(kind=DeviceAdded, act=act, put=put, again=lambda seed, _place: secret_again(deps(), seed))
    return await shown_once(deps(), who, secret, 201)


@routes.post("/devices/<device>/revoke")
@tag(["Канцелярия"])
@document_request(Revoking)
@document_response(DeviceView)
async def revoke_school_device(device: str) -> Response:
    """From now on nothing of it is taken; what it said from `since` on is doubted."""
    who = await signed_in_writer()
    typed = await body(Revoking) if await request.get_data() else Revoking()

    async def act() -> Response:
        return json(await registers.revoke_device(deps(), who, device, since=_zoned(typed.since)))

    return await once(deps(), who, act)


def _zoned(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise Refused(Reason.MALFORMED, "Время — с часовым поясом, как 2026-11-18T08:00:00+03:00.")
    return at

"""`/api/v1/office/devices`: the devices at a school's doors and tills, their keys, commands and troubles."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import registers
from hub.flows.registers import AskedDevice
from hub.flows.registers.device_acts import OVERLAP_H
from hub.flows.registers.keys import secret_again
from hub.flows.views.school.registers import DeviceAdded, DeviceKey, DeviceList, DeviceView
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.registers import zoned
from hub.web.api.repeats import once
from hub.web.api.shown_once import Put, Secret, shown_once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_devices", __name__, url_prefix="/api/v1/office")
Shown = TypeVar("Shown", DeviceAdded, DeviceKey)


class TypedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: turnstile, canteen, zkteco, hikvision, kiosk; `sign`: rfc9421 (with `public_key`), standard_webhooks, basic, serial."""

    kind: str
    serial: str
    sign: str
    place: str = ""
    zone: str = ""
    public_key: str = ""
    since: datetime | None = None
    order: str = ""
    """Of a ZKTeco terminal's line: status_verify (the usual one) or verify_status."""
    zone_unit: str = ""
    """How it wants its zone: minutes (the usual one), hours or offset."""


class Revoking(msgspec.Struct, frozen=True, kw_only=True):
    """`since`: what the device said from then on is doubted."""

    since: datetime | None = None


class TypedKey(msgspec.Struct, frozen=True, kw_only=True):
    """`overlap_hours`: how long the former key is good beside the new one; `public_key`: the new one of a device that has its own."""

    overlap_hours: int = OVERLAP_H
    public_key: str = ""


class TypedCommand(msgspec.Struct, frozen=True, kw_only=True):
    """`log`: send what is new; `again`: send all of the memory; `options`: read the settings anew; `info`; `restart`."""

    command: str


def _put(made: Shown, secret: Put) -> Shown:
    """A device that brings a key of its own has no secret."""
    return msgspec.structs.replace(made, secret=secret(0, made.secret) if made.secret else None)


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
        since=zoned(typed.since),
        order=typed.order,
        zone_unit=typed.zone_unit,
    )

    async def act(seed: str) -> DeviceAdded:
        return await registers.add_device(deps(), who, asked, seed=seed)

    secret = Secret(kind=DeviceAdded, act=act, put=_put, again=lambda seed, _place: secret_again(deps(), seed))
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
        return json(await registers.revoke_device(deps(), who, device, since=zoned(typed.since)))

    return await once(deps(), who, act)


@routes.post("/devices/<device>/key")
@tag(["Канцелярия"])
@document_request(TypedKey)
@document_response(DeviceKey)
async def change_key(device: str) -> Response:
    """A new key beside the old one; the secret is shown this once, and by the same Idempotency-Key again."""
    who = await signed_in_writer()
    typed = await body(TypedKey) if await request.get_data() else TypedKey()

    async def act(seed: str) -> DeviceKey:
        return await registers.rotate_device(deps(), who, device, hours=typed.overlap_hours, public_key=typed.public_key, seed=seed)

    secret = Secret(kind=DeviceKey, act=act, put=_put, again=lambda seed, _place: secret_again(deps(), seed))
    return await shown_once(deps(), who, secret, 200)


@routes.post("/devices/<device>/commands")
@tag(["Канцелярия"])
@document_request(TypedCommand)
@document_response(DeviceList)
async def command(device: str) -> Response:
    """The terminal fetches it at its next question; its answer stands in the list."""
    who, typed = await signed_in_writer(), await body(TypedCommand)

    async def act() -> Response:
        await registers.command_device(deps(), who, device, typed.command)
        return json(await registers.list_devices(deps(), who))

    return await once(deps(), who, act)

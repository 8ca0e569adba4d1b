"""The control calls: kiosks with their secrets, one call of theirs, and a family's whole first visit."""

from __future__ import annotations

from typing import Any, Final

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.kiosk.routes.caller import Caller
from sandbox.kiosk.routes.first_visit import Wish, first_visit
from sandbox.kiosk.state.devices import Device
from sandbox.kiosk.wire.calls import REQUESTS, TAMPERS

MOST: Final = 200


def control(caller: Caller) -> Blueprint:
    routes = Blueprint("kiosk_control", __name__)

    @routes.get("/devices")
    async def devices() -> Any:
        return jsonify(items=[_shown(it) for it in caller.devices.all.values()])

    @routes.post("/devices")
    async def put() -> Any:
        """`{items: [{device, secret, sign?, school?: {ogrn, name}, place?, hub?}]}`, or one such object."""
        body = await body_object()
        items = body.get("items", [body])
        if not isinstance(items, list) or not all(isinstance(it, dict) for it in items):
            raise Refused("items — список объектов")
        return jsonify(items=[_shown(it) for it in caller.devices.put(items)]), 201

    @routes.delete("/devices/<device>")
    async def drop(device: str) -> Any:
        if caller.devices.all.pop(device, None) is None:
            raise Refused("Такого киоска нет", 404)
        return "", 204

    @routes.post("/call")
    async def call() -> Any:
        """`{request, body?, device?, repeat?, parallel?, tamper?}` -> `{answers: [{status, code, body, seconds}]}`."""
        body = await body_object()
        name, fields, tamper = body.get("request"), body.get("body", {}), body.get("tamper")
        if not isinstance(name, str) or not name.isidentifier() or not isinstance(fields, dict):
            raise Refused(f"request — например {', '.join(REQUESTS)}; body — объект")
        if tamper is not None and tamper not in TAMPERS:
            raise Refused(f"tamper — одно из: {', '.join(TAMPERS)}")
        device = caller.devices.one(body.get("device"))
        told = await caller.often(device, name, fields, tamper, repeat=_count(body, "repeat"), parallel=_count(body, "parallel"))
        return jsonify(device=device.id, answers=[it.shown() for it in told])

    @routes.post("/first_visit")
    async def visit() -> Any:
        """`{contract or credential, phone, pin?, sum?, purpose?, device?, wait_s?}`: find, consent, offer, accept, PIN from the inbox,
        confirm, the first payment through a terminal, balance. Ends at the first refusal; `done` tells whether all went."""
        body = await body_object()
        device = caller.devices.one(body.get("device"))
        steps, done = await first_visit(caller, device, Wish.of(body))
        return jsonify(device=device.id, done=done, steps=steps)

    return routes


def _shown(it: Device) -> dict[str, Any]:
    """Not the secret."""
    return {"device": it.id, "sign": it.sign, "school": {"ogrn": it.ogrn, "name": it.school}, "place": it.place, "hub": it.hub}


def _count(body: dict[str, Any], name: str) -> int:
    value = body.get(name, 1)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise Refused(f"{name} — целое от 1 до {MOST}")
    return value

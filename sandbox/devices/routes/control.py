"""The control calls: what a hub must know of the town's devices, what it calls them, and a school day played against it."""

from __future__ import annotations

from typing import Any, Final

from quart import Blueprint, jsonify, request

from sandbox.asked import Refused, body_object
from sandbox.devices.playing.plays import Plays
from sandbox.devices.state.carried import carried
from sandbox.devices.state.equipment import Device, equipment
from sandbox.world.model import School

WAITED_S: Final = 20.0
"""A caller that does not say whether it waits gets the counts of a quick day at once, and the id of a long one."""


def control(plays: Plays) -> Blueprint:
    routes = Blueprint("devices_control", __name__)

    @routes.after_app_serving
    async def stop_all() -> None:
        """Whoever waits for a day is answered before the process ends."""
        plays.reset()

    @routes.get("/")
    async def devices() -> Any:
        return jsonify(shown(plays, request.args.get("school")))

    @routes.post("/")
    async def register() -> Any:
        """`{hub, items: [{serial, device, source, key_id}]}`: what this hub calls them."""
        made = plays.hubs.put(await body_object())
        return jsonify(hub=made.url, devices=len(made.known)), 201

    @routes.get("/play")
    async def every() -> Any:
        return jsonify(plays=[one.shown() for one in reversed(plays.all.values())])

    @routes.post("/play")
    async def play() -> Any:
        """`{school, day?, speed?, faults?, hub?, wait?, move_clock?, patience_s?}` -> 200 when it is over, else 202 with its id."""
        body = await body_object()
        wait = body.get("wait")
        if wait is not None and not isinstance(wait, bool):
            raise Refused("wait — true или false")
        made = plays.begin(plays.wish(body))
        if wait is not False:
            await plays.wait(made, None if wait else WAITED_S)
        found = made.shown()
        return jsonify(found), 200 if found["done"] else 202, {"Location": f"/_sandbox/devices/play/{made.id}"}

    @routes.get("/play/<id_>")
    async def look(id_: str) -> Any:
        return jsonify(plays.one(id_).shown())

    @routes.delete("/play/<id_>")
    async def stop(id_: str) -> Any:
        found = plays.one(id_)
        await plays.stop(found)
        return jsonify(found.shown())

    return routes


def shown(plays: Plays, wanted: str | None) -> dict[str, Any]:
    """Of all schools, or of one by its id or registration number."""
    town = plays.sandbox.town
    schools = [one for one in town.schools.values() if not wanted or wanted in (one.id, one.ogrn)]
    hubs = list(plays.hubs.all.values())
    cards = [one for school in schools for own in carried(town, school).values() for one in own]
    return {
        "hubs": [one.url for one in hubs],
        "devices": [
            _device(one, school) | {"hubs": [hub.url for hub in hubs if one.serial in hub.known]}
            for school in schools
            for one in equipment(town, school).values()
        ],
        "cards": [
            {"child": one.child, "school": town.schools[one.school].ogrn, "kind": one.kind, "number": one.number, "state": one.state}
            for one in cards
        ],
    }


def _device(one: Device, school: School) -> dict[str, Any]:
    """As an office would type it in, secrets too: they are the town's, not a school's."""
    return {
        "serial": one.serial,
        "kind": one.model.kind,
        "sign": one.model.sign,
        "school": {"id": school.id, "ogrn": school.ogrn, "name": school.short_name},
        "zone": school.tz,
        "place": one.model.place,
        "public_key": one.public_pem,
        "secret": one.secret,
    }

"""The control interface: JSON below `/_sandbox`, never below a mirrored prefix."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from quart import Blueprint, Response, jsonify, request

from sandbox import VERSION
from sandbox.asked import Refused, body_object
from sandbox.control_world import world_routes
from sandbox.faults import KINDS, ActiveFault
from sandbox.people_json import people_json
from sandbox.sign_in_as import family
from sandbox.system import Sandbox, System
from sandbox.world.town import Town

NUMERIC = frozenset({"latency", "late_answer", "status", "html", "rate_limit"})
STATUSES = frozenset({"status", "html"})


def reset(sandbox: Sandbox, systems: Mapping[str, System], seed: int | None = None) -> None:
    """The town as new; requests, faults and chosen sign-ins forgotten; registered clients kept by the systems."""
    sandbox.town = Town(sandbox.clock.now, sandbox.town.seed if seed is None else seed)
    sandbox.recorder.clear()
    sandbox.faults.clear()
    sandbox.sign_in_as.clear()
    sandbox.inbox.clear()
    for system in {system.id: system for system in systems.values()}.values():
        system.reset()


def covered(system: str, systems: Mapping[str, System]) -> frozenset[str]:
    """The prefixes that a name means: a prefix with its `-login` and `-auth`, or all prefixes of a system id."""
    if system in systems:
        return frozenset({system, f"{system}-login", f"{system}-auth"} & systems.keys())
    return frozenset(prefix for prefix, found in systems.items() if found.id == system)


def add_fault(sandbox: Sandbox, systems: Mapping[str, System], body: Mapping[str, Any]) -> ActiveFault:
    """Check and switch on one fault."""
    system, kind, value, times, path = (body.get(name) for name in ("system", "kind", "value", "times", "path"))
    if kind not in KINDS:
        raise Refused(f"kind — одно из: {', '.join(KINDS)}")
    prefixes = covered(str(system), systems)
    if not prefixes:
        raise Refused(f"Системы {system} в песочнице нет", 404)
    if kind in NUMERIC and value is not None:
        value = _number(value)
        if kind in STATUSES and not (200 <= value <= 599 and value == int(value)):
            raise Refused("value — статус HTTP от 200 до 599")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise Refused("times — целое от 1")
    if path is not None and not isinstance(path, str):
        raise Refused("path — образец пути, например /dnevnik/v2/*")
    return sandbox.faults.add(str(system), prefixes, kind, path=path, value=value, times=times)


def _number(value: Any) -> int | float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Refused("value — число") from None
    if isinstance(value, bool) or not math.isfinite(number) or number < 0:
        raise Refused("value — число от нуля")
    return int(number) if number == int(number) else number


def set_clock(sandbox: Sandbox, body: Mapping[str, Any]) -> None:
    """`now`, `offset_s`, or neither for real time."""
    try:
        if body.get("now") is not None:
            sandbox.clock.set(datetime.fromisoformat(str(body["now"])))
        elif body.get("offset_s") is not None:
            sandbox.clock.shift(float(body["offset_s"]))
        else:
            sandbox.clock.real()
    except (ValueError, TypeError, OverflowError):
        raise Refused("now — время RFC 3339 со сдвигом от UTC, offset_s — секунды") from None


def choose_sign_in(sandbox: Sandbox, system: str, body: Mapping[str, Any]) -> None:
    """`{person, times?}` chooses, `{}` turns it off."""
    person, times = body.get("person"), body.get("times")
    if person is None:
        sandbox.sign_in_as.clear(system)
        return
    if str(person) not in sandbox.town.people:
        raise Refused(f"Человека {person} в городе нет", 404)
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise Refused("times — целое от 1")
    sandbox.sign_in_as.choose(system, str(person), times)


def control_routes(sandbox: Sandbox, systems: Mapping[str, System], ca_pem: Callable[[], bytes | None]) -> Blueprint:
    """Everything that is not a system's own control call."""
    routes = Blueprint("control", __name__)

    @routes.app_errorhandler(Refused)
    async def refused(error: Refused) -> Any:
        return jsonify(error="refused", text=str(error)), error.status

    _town_routes(routes, sandbox, systems, ca_pem)
    _clock_routes(routes, sandbox, systems)
    _fault_routes(routes, sandbox, systems)
    _request_routes(routes, sandbox, systems)
    world_routes(routes, sandbox)
    return routes


def _town_routes(routes: Blueprint, sandbox: Sandbox, systems: Mapping[str, System], ca_pem: Callable[[], bytes | None]) -> None:
    @routes.get("/healthz")
    async def healthz() -> Any:
        return jsonify(status="ok", version=VERSION)

    @routes.get("/readyz")
    async def readyz() -> Any:
        return jsonify(status="ok", systems=sorted(systems), now=sandbox.clock.now().isoformat())

    @routes.get("/_sandbox/ca.pem")
    async def authority() -> Any:
        pem = ca_pem()
        if pem is None:
            raise Refused("Песочница запущена без --tls-port", 404)
        return Response(pem, content_type="application/x-pem-file")

    @routes.get("/_sandbox/people")
    async def people() -> Any:
        return jsonify(people_json(sandbox.town, role=request.args.get("role"), system=request.args.get("system")))

    @routes.post("/_sandbox/reset")
    async def reset_town() -> Any:
        seed = (await body_object()).get("seed")
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
            raise Refused("seed — целое число")
        reset(sandbox, systems, seed)
        return jsonify(seed=sandbox.town.seed, people=len(sandbox.town.people))


def _clock_routes(routes: Blueprint, sandbox: Sandbox, systems: Mapping[str, System]) -> None:
    @routes.get("/_sandbox/clock")
    async def clock() -> Any:
        return jsonify(now=sandbox.clock.now().isoformat(), offset_s=sandbox.clock.offset_s)

    @routes.post("/_sandbox/clock")
    async def turn_clock() -> Any:
        set_clock(sandbox, await body_object())
        return jsonify(now=sandbox.clock.now().isoformat(), offset_s=sandbox.clock.offset_s)

    @routes.post("/_sandbox/<system>/sign_in_as")
    async def sign_in_as(system: str) -> Any:
        if not covered(system, systems):
            raise Refused(f"Системы {system} в песочнице нет", 404)
        choose_sign_in(sandbox, system, await body_object())
        choice = sandbox.sign_in_as.chosen(system)
        return jsonify(system=family(system), person=choice.person if choice else None, times=choice.times if choice else None)


def _fault_routes(routes: Blueprint, sandbox: Sandbox, systems: Mapping[str, System]) -> None:
    @routes.post("/_sandbox/faults")
    async def switch_on() -> Any:
        return jsonify(id=add_fault(sandbox, systems, await body_object()).id), 201

    @routes.get("/_sandbox/faults")
    async def faults() -> Any:
        names = ("id", "system", "path", "kind", "value", "times")
        return jsonify(faults=[{name: getattr(fault, name) for name in names} for fault in sandbox.faults.all()])

    @routes.delete("/_sandbox/faults")
    async def switch_off_all() -> Any:
        sandbox.faults.clear()
        return "", 204

    @routes.delete("/_sandbox/faults/<fault_id>")
    async def switch_off(fault_id: str) -> Any:
        if not sandbox.faults.remove(fault_id):
            raise Refused("Такого сбоя нет", 404)
        return "", 204


def _request_routes(routes: Blueprint, sandbox: Sandbox, systems: Mapping[str, System]) -> None:
    @routes.get("/_sandbox/requests")
    async def requests() -> Any:
        system, since = request.args.get("system"), request.args.get("since")
        records = sandbox.recorder.all()
        if system:
            prefixes = covered(system, systems)
            records = [record for record in records if record.system in prefixes]
        if since:
            records = [record for record in records if record.time >= _instant(since)]
        return jsonify(requests=[record.shown() for record in records])


def _instant(text: str) -> datetime:
    """A plus that was sent unescaped in a query arrives as a space."""
    try:
        instant = datetime.fromisoformat(text.replace(" ", "+"))
        return instant if instant.tzinfo else instant.astimezone()
    except ValueError:
        raise Refused("since — время RFC 3339") from None

"""The office's pages of its registers: what pupils pass with, and the devices at doors and tills."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import registers
from hub.flows.refusals import Reason, Refused
from hub.flows.registers import AskedDevice, Step
from hub.flows.views.school.registers import DeviceAdded
from hub.web.answers import deps, page, unkept
from hub.web.office_desk import to, typed_day
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("registers", __name__, url_prefix="/office")

SHOWN_HERE = (Reason.MALFORMED, Reason.OWN_FAMILY, Reason.ALREADY_DECIDED)
KINDS: Mapping[str, str] = {
    "card": "карта", "bracelet": "браслет", "bank_card": "банковская карта (метка терминала)", "device_pin": "код на устройстве",
}  # fmt: skip
STATES: Mapping[str, str] = {"active": "действует", "blocked": "заблокирована", "lost": "потеряна", "ended": "снята с учёта"}
STEPS: Mapping[str, str] = {
    "block": "Заблокировать",
    "unblock": "Открыть снова",
    "lose": "Потеряна",
    "found": "Нашлась",
    "end": "Снять с учёта",
}
DEVICES: Mapping[str, str] = {
    "turnstile": "турникет",
    "canteen": "касса столовой",
    "zkteco": "ZKTeco",
    "hikvision": "Hikvision",
    "kiosk": "терминал в холле",
}
SIGNS: Mapping[str, str] = {
    "rfc9421": "подпись Ed25519 (самая надёжная)", "standard_webhooks": "подпись с секретом", "basic": "логин и пароль",
    "serial": "только серийный номер",
}  # fmt: skip
WORDS = {"kinds": KINDS, "states": STATES, "steps": STEPS, "devices": DEVICES, "signs": SIGNS}


@routes.get("/carriers")
@hide
async def carriers() -> Response:
    found = await registers.list_carriers(deps(), await signed_in(), cursor=request.args.get("cursor") or None)
    return await page("registers/carriers.html", here="office", office=True, tab="carriers", found=found, words=WORDS)


@routes.get("/pupils/<pupil>/carriers")
@hide
async def of_pupil(pupil: str) -> Response:
    return await _of_pupil(pupil, None)


@routes.post("/pupils/<pupil>/carriers")
@hide
async def add(pupil: str) -> Response:
    """What was typed as a number is never shown again, whatever was wrong with it."""
    who, form = await signed_in_writer(), await request.form
    try:
        await registers.add_carrier(deps(), who, pupil, kind=form.get("kind", ""), number=form.get("number", ""))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _of_pupil(pupil, error)
    return to(f"/office/pupils/{pupil}/carriers?done=added")


@routes.post("/pupils/<pupil>/carriers/<carrier>/<step>")
@hide
async def turn(pupil: str, carrier: str, step: str) -> Response:
    who = await signed_in_writer()
    if step not in set(Step):
        raise Refused(Reason.NOT_FOUND)
    try:
        await registers.turn_carrier(deps(), who, carrier, Step(step))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _of_pupil(pupil, error)
    return to(f"/office/pupils/{pupil}/carriers?done=turned")


async def _of_pupil(pupil: str, error: Refused | None) -> Response:
    found, problem = await registers.carriers_of(deps(), await signed_in(), pupil), problem_of(error) if error else None
    done = {"added": "Записано: проход открыт.", "turned": "Готово. Семья узнала."}.get(request.args.get("done", ""), "")
    return await page(
        "registers/pupil.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="carriers",
        found=found,
        words=WORDS,
        problem=problem,
        done="" if problem else done,
    )


@routes.get("/devices")
@hide
async def devices() -> Response:
    return await _devices(done={"revoked": "Устройство отозвано."}.get(request.args.get("done", ""), ""))


@routes.post("/devices")
@hide
async def add_device() -> Response:
    """The secret stands in this answer alone."""
    who, form = await signed_in_writer(), await request.form
    names = ("kind", "serial", "sign", "place", "zone", "public_key")
    typed = {name: form.get(name, "") for name in names}
    try:
        given = await registers.add_device(deps(), who, AskedDevice(**typed))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _devices(error=error, typed=typed)
    return await _devices(given=given)


@routes.post("/devices/<device>/revoke")
@hide
async def revoke(device: str) -> Response:
    """`since` is a day in the school's zone, from whose beginning on the device is doubted; without it from now on."""
    who, form = await signed_in_writer(), await request.form
    try:
        since = None
        if form.get("since"):
            zone = ZoneInfo((await registers.list_devices(deps(), who)).zone)
            since = datetime.combine(typed_day(form["since"], "День записан неверно."), time.min, zone)
        await registers.revoke_device(deps(), who, device, since=since)
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _devices(error=error)
    return to("/office/devices?done=revoked")


async def _devices(
    *, done: str = "", error: Refused | None = None, given: DeviceAdded | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    found, problem = await registers.list_devices(deps(), await signed_in()), problem_of(error) if error else None
    answer = await page(
        "registers/devices.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="devices",
        found=found,
        words=WORDS,
        done=done,
        problem=problem,
        given=given,
        typed=typed or {},
    )
    return answer if given is None else unkept(answer)

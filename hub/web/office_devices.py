"""`/office/devices`: the devices at a school's doors and tills, how each fares, its key, its commands, and the end of trust."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import registers
from hub.flows.device_life.words import span
from hub.flows.refusals import Reason, Refused
from hub.flows.registers import AskedDevice
from hub.flows.registers.device_acts import LONGEST_OVERLAP_H, OVERLAP_H
from hub.flows.views.school.registers import DeviceAdded, DeviceKey
from hub.web.answers import deps, page, unkept
from hub.web.freshness import again_unless_fresh
from hub.web.office_desk import to, typed_day
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("office_devices", __name__, url_prefix="/office")

A_WEEK = timedelta(days=6)
SHOWN_HERE = (Reason.MALFORMED, Reason.ALREADY_DECIDED)
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
ORDERS: Mapping[str, str] = {"": "статус, потом способ (обычный)", "verify_status": "способ, потом статус"}
ZONE_UNITS: Mapping[str, str] = {"": "в минутах (обычный)", "hours": "в часах: 7 или 5.5", "offset": "как +07:00"}
COMMANDS: Mapping[str, str] = {
    "log": "Прислать новые записи",
    "again": "Прислать всю память заново",
    "options": "Перечитать настройки и время",
    "info": "Проверить связь",
    "restart": "Перезагрузить",
}
ASKED: Mapping[str, str] = {
    "LOG": "новые записи",
    "CHECK": "вся память заново",
    "RELOAD OPTIONS": "настройки и время",
    "INFO": "связь",
    "REBOOT": "перезагрузка",
}
REFUSALS: Mapping[str, str] = {
    "clock": "сбились часы", "replay": "повтор подписи", "signature": "неверная подпись", "digest": "изменённое тело",
    "unsigned": "нет подписи",
}  # fmt: skip
WORDS = {
    "devices": DEVICES, "signs": SIGNS, "orders": ORDERS, "zone_units": ZONE_UNITS, "commands": COMMANDS, "asked": ASKED,
    "refusals": REFUSALS, "span": lambda seconds: span(round(seconds)),
}  # fmt: skip
DONE = {"revoked": "Устройство отозвано. Семьи узнают, какие записи под сомнением.", "asked": "Терминал получит команду, когда спросит."}


@routes.get("/devices")
@hide
async def devices() -> Response:
    return await _devices(done=DONE.get(request.args.get("done", ""), ""))


@routes.post("/devices")
@hide
async def add_device() -> Response:
    """The secret stands in this answer alone."""
    who, form = await signed_in_writer(), await request.form
    names = ("kind", "serial", "sign", "place", "zone", "public_key", "order", "zone_unit")
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
    """`since` is a day in the school's zone, with `hour` the moment of it from which the device is doubted; without it from now on."""
    who, form = await signed_in_writer(), await request.form
    try:
        since = None
        if form.get("since"):
            zone = ZoneInfo((await registers.list_devices(deps(), who)).zone)
            since = datetime.combine(typed_day(form["since"], "День записан неверно."), _time(form.get("hour", "")), zone)
        await registers.revoke_device(deps(), who, device, since=since)
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _devices(error=error)
    return to("/office/devices?done=revoked")


@routes.post("/devices/<device>/key")
@hide
async def change_key(device: str) -> Response:
    """The secret stands in this answer alone."""
    who, form = await signed_in_writer(), await request.form
    hours = form.get("overlap_hours", str(OVERLAP_H))
    try:
        if not (hours.isascii() and hours.isdigit()) or len(hours) > 3:
            raise Refused(Reason.MALFORMED, "Сколько часов действует прежний ключ — числом.")
        changed = await registers.rotate_device(deps(), who, device, hours=int(hours), public_key=form.get("public_key", ""))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _devices(error=error)
    return await _devices(changed=changed)


@routes.post("/devices/<device>/commands")
@hide
async def command(device: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await registers.command_device(deps(), who, device, form.get("command", ""))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _devices(error=error)
    return to("/office/devices?done=asked")


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text) if text else time.min
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "Время записано неверно.") from error


async def _devices(
    *,
    done: str = "",
    error: Refused | None = None,
    given: DeviceAdded | None = None,
    changed: DeviceKey | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    who = await signed_in()
    found, problem = await registers.list_devices(deps(), who), problem_of(error) if error else None
    today = deps().now().astimezone(ZoneInfo(found.zone)).date()
    answer = await page(
        "registers/devices.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="devices",
        found=found,
        words=WORDS,
        longest=LONGEST_OVERLAP_H,
        overlap=OVERLAP_H,
        done=done,
        problem=problem,
        given=given,
        changed=changed,
        typed=typed or {},
        days=(today - A_WEEK, today),
        led_back=bool(request.args.get("again")),
        again=again_unless_fresh(deps(), who, "/office/devices"),
    )
    return unkept(answer) if given or changed else answer

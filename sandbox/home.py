"""The sandbox's home page in Russian, for people: the town, the clock, the faults, the latest requests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from quart import Blueprint, redirect, render_template, request

from sandbox.asked import Refused
from sandbox.control import add_fault, reset
from sandbox.devices.form import form_of
from sandbox.guarded import guarded
from sandbox.home_view import homes, page, request_rows
from sandbox.system import Sandbox, System

JUMP_LIMIT_H = 24 * 400


def home_routes(sandbox: Sandbox, systems: Mapping[str, System]) -> Blueprint:
    """The page, the live part of it, and its plain forms."""
    routes = guarded(Blueprint("home", __name__))

    @routes.get("/")
    async def home() -> Any:
        return await render_template("home.html", **page(sandbox, systems), play=form_of(sandbox))

    @routes.get("/home/classmates")
    async def classmates() -> Any:
        return await render_template("classmates.html", homes=[item for item in homes(sandbox.town) if item.plain])

    @routes.get("/home/requests")
    async def latest() -> Any:
        return await render_template("requests.html", requests=request_rows(sandbox))

    _forms(routes, sandbox, systems)
    return routes


def _forms(routes: Blueprint, sandbox: Sandbox, systems: Mapping[str, System]) -> None:
    @routes.post("/home/clock")
    async def clock() -> Any:
        form = await request.form
        turn(sandbox, form.get("jump_h"), form.get("at"))
        return redirect("/#clock", 303)

    @routes.post("/home/faults")
    async def switch_on() -> Any:
        form = await request.form
        times = form.get("times", "").strip()
        body = {
            "system": form.get("system", ""),
            "kind": form.get("kind", ""),
            "value": form.get("value", "").strip() or None,
            "times": int(times) if times.isdecimal() and int(times) else None,
        }
        add_fault(sandbox, systems, body)
        return redirect("/#faults", 303)

    @routes.post("/home/faults/off")
    async def switch_off() -> Any:
        fault = (await request.form).get("id")
        if fault:
            sandbox.faults.remove(fault)
        else:
            sandbox.faults.clear()
        return redirect("/#faults", 303)

    @routes.post("/home/reset")
    async def start_again() -> Any:
        reset(sandbox, systems)
        return redirect("/", 303)


def turn(sandbox: Sandbox, jump_h: str | None, at: str | None) -> None:
    """Move the clock by hours, set it to a Moscow time, or let it show real time."""
    try:
        if jump_h:
            hours = max(-JUMP_LIMIT_H, min(JUMP_LIMIT_H, int(jump_h)))
            sandbox.clock.set(sandbox.clock.now() + timedelta(hours=hours))
        elif at:
            sandbox.clock.set(datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/Moscow")))
        else:
            sandbox.clock.real()
    except (ValueError, OverflowError):
        raise Refused("Время не разобрано") from None

"""The few changes: a paid service on or off, the formats of the cabinet's pages."""

from __future__ import annotations

from typing import Any, Final

from sandbox.iv_edu.routes import reading
from sandbox.iv_edu.routes.table import Call
from sandbox.iv_edu.wire import day
from sandbox.iv_edu.wire.errors import CabinetError, bad

FORMATS: Final = {"date_format": ("dd.mm.yy", "yyyy-mm-dd"), "time_format": ("HH:MM", "HH:MM:SS")}


def change(call: Call, path: str) -> Any:
    """The answer to a change, None where nothing can be changed at this address."""
    if path == "settings":
        return _settings(call)
    group, _, key = path.partition("/")
    return _service(call, key) if group == "services" and key else None


def _service(call: Call, key: str) -> Any:
    on, services = call.body.get("on"), call.desk.services
    if key not in services:
        raise CabinetError("not_found")
    if not isinstance(on, bool):
        raise bad("on")
    if services[key] == on:
        raise CabinetError("conflict")
    services[key] = on
    return day.service(key, on)


def _settings(call: Call) -> Any:
    for name, known in FORMATS.items():
        if name in call.body and call.body[name] not in known:
            raise bad(name)
    for name in FORMATS:
        if name in call.body:
            setattr(call.desk, name, call.body[name])
    return reading.settings(call)

"""The control calls of a system that behaves in more than one way: what is switched how, by name, true or false."""

from __future__ import annotations

from typing import Any, Protocol

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object


class Switched(Protocol):
    """The state of a system whose quirks can be turned on and off; a reset brings the defaults back."""

    switches: dict[str, bool]


def switch_routes(name: str, state: Switched) -> Blueprint:
    """`GET` and `POST /_sandbox/<system>/switches`; a call with an unknown name or no truth value changes nothing."""
    routes = Blueprint(f"{name}_control", f"sandbox.{name}")

    @routes.get("/switches")
    async def switches() -> Any:
        return jsonify(state.switches)

    @routes.post("/switches")
    async def switch() -> Any:
        body = await body_object()
        if not all(named in state.switches and isinstance(value, bool) for named, value in body.items()):
            raise Refused(f"Переключатели: {', '.join(state.switches)}, каждый true или false")
        state.switches |= body
        return jsonify(state.switches)

    return routes

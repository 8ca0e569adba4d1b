"""The kiosk put together: its screen for people, the control calls."""

from __future__ import annotations

from typing import Final

from quart import Blueprint, Response

from sandbox.kiosk.routes.caller import Caller
from sandbox.kiosk.routes.control import control
from sandbox.kiosk.routes.pieces import TITLE
from sandbox.kiosk.routes.screen import Screen
from sandbox.system import Sandbox, System

ID: Final = "kiosk"
SECRETS: Final = frozenset({"pin", "phone", "secret", "number", "session", "acceptance"})


def system(sandbox: Sandbox) -> System:
    caller = Caller(sandbox)
    screen = Screen(caller)
    routes = Blueprint("kiosk", __name__)

    @routes.route("/", methods=["GET", "POST"])
    async def show() -> Response:
        return await screen.serve()

    return System(
        id=ID,
        title=TITLE,
        blueprints={ID: routes},
        control=control(caller),
        reset=caller.visits.reset,
        secret_fields=SECRETS,
    )

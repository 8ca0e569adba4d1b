"""The terminal put together: a screen for people, the control calls; nothing here is called by the hub."""

from __future__ import annotations

from typing import Final

from quart import Blueprint, Response

from sandbox.system import Sandbox, System
from sandbox.terminal.routes.control import SECRET, control
from sandbox.terminal.routes.player import player_of
from sandbox.terminal.routes.screen import TITLE, Screen

ID: Final = "terminal"


def system(sandbox: Sandbox) -> System:
    player = player_of(sandbox)
    screen = Screen(sandbox, player)
    sandbox.merchants.keys[ID] = {"sber2_secret": SECRET}
    routes = Blueprint("terminal", __name__)

    @routes.route("/", methods=["GET", "POST"])
    async def show() -> Response:
        return await screen.serve()

    return System(
        id=ID,
        title=TITLE,
        blueprints={ID: routes},
        control=control(sandbox, player),
        reset=player.till.reset,
        secret_fields=frozenset({"account"}),
    )

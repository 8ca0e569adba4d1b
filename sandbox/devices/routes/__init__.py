"""The devices of the town put together: the control calls and the page for people."""

from __future__ import annotations

from typing import Final

from sandbox.devices.playing.plays import Plays
from sandbox.devices.routes.control import control
from sandbox.devices.routes.page import page_routes
from sandbox.devices.state.hubs import Hubs
from sandbox.system import Sandbox, System

ID: Final = "devices"


def system(sandbox: Sandbox) -> System:
    plays = Plays(sandbox, Hubs())
    sandbox.shared[ID] = plays
    return System(
        id=ID,
        title="Турникеты и кассы школ",
        blueprints={ID: page_routes(plays)},
        control=control(plays),
        reset=plays.reset,
    )

"""Calls the hub as a kiosk does: signed anew each time, by the sandbox's clock."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any

from sandbox.asked import Refused
from sandbox.kiosk.state.devices import Device, Devices
from sandbox.kiosk.state.visits import Visits
from sandbox.kiosk.wire import calls
from sandbox.kiosk.wire.calls import Told
from sandbox.outbound import NotLoopback, Unanswered
from sandbox.system import Sandbox


class Caller:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.devices = Devices()
        self.visits = Visits()
        self._last = ""

    def hub(self, device: Device) -> str:
        url = device.hub or self.sandbox.merchants.hub_url
        if url is None:
            raise Refused("Песочница не знает адреса хаба", 503)
        return url.rstrip("/")

    async def call(self, device: Device, request: str, fields: Mapping[str, Any], tamper: str | None = None) -> Told:
        """`tamper: replay` sends under the number of the last call that was right."""
        id_ = self._last if tamper == "replay" and self._last else f"msg_{secrets.token_hex(12)}"
        if tamper is None:
            self._last = id_
        body = calls.content(request, fields, tamper)
        started = time.perf_counter()
        try:
            found = await self.sandbox.outbound.send(
                "POST",
                f"{self.hub(device)}/kiosk/v1/{request}",
                query={"device": device.id},
                content=body,
                headers=calls.headers(device, body, id_, self.sandbox.clock.now(), tamper),
            )
        except NotLoopback:
            raise Refused("hub — адрес на этой машине") from None
        except Unanswered as error:
            return Told(status=None, body={"wrong": str(error)}, seconds=round(time.perf_counter() - started, 3))
        return calls.read(found, time.perf_counter() - started)

    async def often(
        self, device: Device, request: str, fields: Mapping[str, Any], tamper: str | None, *, repeat: int, parallel: int
    ) -> list[Told]:
        told: list[Told] = []
        for _ in range(repeat):
            told += await asyncio.gather(*(self.call(device, request, fields, tamper) for _ in range(parallel)))
        return told

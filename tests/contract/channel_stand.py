"""A way to reach a person against the sandbox, built from its manifest alone, with somebody at the other end."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from connectors.kit.channel import Delivery, NoticeChannel
from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from connectors.kit.secret import Secret
from sandbox.app import SandboxApp
from tests.sandbox.stand import BASE, NOW, Stand, stand

SYSTEMS = {"email": "mail", "push": "webpush", "max": "max", "vk": "vkapi"}
"""By channel: the sandbox's system, which the faults name."""
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStand:
    """`to` is somebody's address there, `gone` one that is nobody's."""

    name: str
    port: NoticeChannel
    sandbox: Stand
    to: Secret
    gone: Secret

    def delivery(self, **change: Any) -> Delivery:
        number = next(_NUMBERS)
        made = Delivery(
            id=f"n{number}",
            event=f"event-{number}",
            to=self.to,
            title="Петя в школе",
            text=Secret(f"Вход в 08:{number:02}"),
            expires_at=NOW + timedelta(minutes=15),
            link="http://localhost:8000/children/1/passes",
        )
        return replace(made, **change)

    async def inbox(self) -> list[str]:
        """Texts of what arrived, the oldest first."""
        found = await self.sandbox.http.get("/inbox", headers={"Accept": "application/json"})
        return [one["text"] for one in reversed(found.json()["items"])]

    async def fault(self, kind: str, value: Any = None) -> None:
        more = {} if value is None else {"value": value}
        await self.sandbox.control("faults", {"system": SYSTEMS[self.name], "kind": kind, **more})

    async def well(self) -> None:
        (await self.sandbox.http.delete("/_sandbox/faults")).raise_for_status()


@asynccontextmanager
async def channel_stand(name: str, key: Path) -> AsyncIterator[ChannelStand]:
    async for found in stand(SYSTEMS[name]):
        sink = found.app.sandbox.shared["mail"]
        if name == "email":
            await sink.open([socket.create_server(("127.0.0.1", 0))])
        config, to, gone = await _prepared(name, found, key, port=sink.port)
        connected = connect([config], now=lambda: NOW, transport=partial(_inside, found.app))
        try:
            yield ChannelStand(name=name, port=connected.channels[name], sandbox=found, to=Secret(to), gone=Secret(gone))
        finally:
            await connected.close()
            await sink.close()


def _inside(app: SandboxApp, prefix: str) -> httpx.AsyncBaseTransport:
    return httpx.ASGITransport(app)


async def _prepared(name: str, found: Stand, key: Path, *, port: int) -> tuple[ConnectorConfig, str, str]:
    """Its settings, an address, and a dead one."""
    if name == "email":
        config = ConnectorConfig(instance="email", base_urls={"email": f"smtp://localhost:{port}"}, demo=True)
        return config, "anna@mail.example", "anna@unknown.example"
    if name == "push":
        config = ConnectorConfig(instance="webpush", base_urls={}, options={"KEY": str(key)}, demo=True)
        made = [await found.control("webpush/subscriptions", {}) for _ in range(2)]
        await found.control(f"webpush/subscriptions/{made[1]['id']}", {"gone": True})
        first, second = (json.dumps({"endpoint": one["endpoint"], **one["keys"]}) for one in made)
        return config, first, second
    system = SYSTEMS[name]
    school = next(one.accounts[system] for one in found.town.schools.values() if one.accounts.get(system))
    config = ConnectorConfig(
        instance=system, base_urls={system: f"{BASE}/{system}"}, options={"NOTICE_TOKEN": str(school["token"])}, demo=True
    )
    people = await found.control(f"{system}/people", {"count": 2})
    ids = people["user_ids"] if system == "max" else [one["user_id"] for one in people["people"]]
    if system == "max":
        await found.control("max/start", {"bot_id": school["bot_id"], "user_id": ids[0]})
    else:
        await found.control("vkapi/privacy", {"user_id": ids[0], "group_id": school["group_id"], "writable": True})
        await found.control("vkapi/privacy", {"user_id": ids[1], "group_id": school["group_id"], "writable": False})
    return config, str(ids[0]), str(ids[1])

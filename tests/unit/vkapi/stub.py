"""A VK that answers what a test says, a community's account, and a clock that only waiting moves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import httpx

from connectors.kit.calls import Caller
from connectors.kit.class_chat import ChatAccount
from connectors.kit.clients import new_client
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.secret import Secret
from connectors.vkapi.client import VkChats
from tests.unit.kit.outside import Clock, Script, Step

BASE = "http://localhost:9000/vkapi"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ACCOUNT = ChatAccount(id="220000001", token=Secret("vk1.g.key"))
OTHER = ChatAccount(id="220000002", token=Secret("vk1.g.other"))


def said(response: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps({"response": response}, ensure_ascii=False).encode())


def refused(code: int, message: str = "Some words", **more: Any) -> httpx.Response:
    """As VK writes it: status 200, and what was asked without the token."""
    asked = [{"key": "method", "value": "messages.x"}, {"key": "oauth", "value": "1"}]
    error = {"error_code": code, "error_msg": message, "request_params": asked, **more}
    return httpx.Response(200, content=json.dumps({"error": error}).encode())


class Stub:
    """`script` holds what was asked, `clock.slept` the waits of the connector between tries."""

    def __init__(self, *steps: Step, version: str = "") -> None:
        self.script = Script(*steps)
        self.clock = Clock()
        client = new_client(transport=self.script)
        caller = Caller("vkapi", BASE, client, timer=self.clock, sleep=self.clock.sleep)
        config = ConnectorConfig(instance="vkapi", base_urls={"vkapi": BASE}, options={"VERSION": version} if version else {}, demo=True)
        self.port = VkChats(config, Equipment(callers={"vkapi": caller}, now=lambda: NOW))
        self.port.turns.timer, self.port.turns.pause = self.clock, self.clock.sleep

    @property
    def asked(self) -> list[dict[str, str]]:
        """The forms, one value a name, with the method."""
        return [
            {
                "method": request.url.path.rsplit("/", 1)[-1],
                **{name: values[0] for name, values in parse_qs(request.content.decode()).items()},
            }
            for request in self.script.requests
        ]

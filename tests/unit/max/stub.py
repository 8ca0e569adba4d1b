"""A MAX that answers what a test says, a bot's account, and a clock that only waiting moves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx

from connectors.kit.calls import Caller
from connectors.kit.class_chat import ChatAccount
from connectors.kit.clients import new_client
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.secret import Secret
from connectors.max.client import MaxChats
from tests.unit.kit.outside import Clock, Script, Step

BASE = "http://localhost:9000/max"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ACCOUNT = ChatAccount(id="50000001", token=Secret("bot-token"))
CHAT = "-70000000001"
AT = 1_795_251_600_000


def said(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, content=json.dumps(body, ensure_ascii=False).encode(), headers=headers)


def refused(status: int, code: str, **headers: str) -> httpx.Response:
    return said({"code": code, "message": "Some words"}, status, **headers)


def user(id_: int, **more: Any) -> dict[str, Any]:
    return {"user_id": id_, "first_name": "Анна", "last_name": "С.", "is_bot": False, **more}


def member(id_: int, **more: Any) -> dict[str, Any]:
    return user(id_, is_owner=False, is_admin=False, join_time=AT, permissions=None, **more)


def chat(**more: Any) -> dict[str, Any]:
    link = "https://max.ru/join/abc"
    return {"chat_id": int(CHAT), "type": "chat", "status": "active", "title": "7Б", "participants_count": 3, "link": link, **more}


class Stub:
    """`script` holds what was asked, `clock.slept` the waits of the connector."""

    def __init__(self, *steps: Step) -> None:
        self.script = Script(*steps)
        self.clock = Clock()
        caller = Caller("max", BASE, new_client(transport=self.script), timer=self.clock, sleep=self.clock.sleep)
        config = ConnectorConfig(instance="max", base_urls={"max": BASE}, demo=True)
        self.port = MaxChats(config, Equipment(callers={"max": caller}, now=lambda: NOW))
        self.port.turns.timer, self.port.turns.pause = self.clock, self.clock.sleep

    @property
    def asked(self) -> list[str]:
        return [f"{one.method} {one.url.path.removeprefix('/max')}" for one in self.script.requests]

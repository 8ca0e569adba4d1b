"""Asks the hub for a child's diary, and reads the state of its one source."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.flows.recognise import recognise
from hub.store.sessions import Visitor
from tests.flows.kit import Browser, Hub

MONDAY = date(2026, 11, 16)
WEEK = "from=2026-11-16&to=2026-11-22"
NOW = {"Cache-Control": "no-cache"}


async def ask(browser: Browser, path: str, **headers: str) -> dict[str, Any]:
    answer = await browser.get(path, **headers)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


def state_of(body: dict[str, Any]) -> tuple[str, str | None]:
    (source,) = body["sources"]
    return source["state"], source["error"]


async def visitor_of(hub: Hub, browser: Browser) -> Visitor:
    visitor = await recognise(hub.deps, browser.cookie("hub"))
    assert visitor is not None
    return visitor

"""A child's login made by a guardian, the knock at the pupil's door, and the pupil who is in."""

from __future__ import annotations

from typing import Any

from quart import Response

from tests.flows.family_kit import told
from tests.flows.kit import PUBLIC, Browser, Hub

WEEK = "from=2026-11-16&to=2026-11-22"


async def make(guardian: Browser, child: str, **asked: Any) -> dict[str, str]:
    found: dict[str, str] = await told(await guardian.send("POST", f"/api/v1/children/{child}/login", json=asked), 201)
    return found


async def knock(browser: Browser, login: str, password: str, *, origin: str = PUBLIC) -> Response:
    headers = {"Host": "localhost:8000", "Origin": origin, "Accept": "text/html"}
    return await browser.client.post("/pupil", form={"login": login, "password": password}, headers=headers)


async def enter(hub: Hub, made: dict[str, str]) -> Browser:
    browser = hub.browser()
    answer = await knock(browser, made["login"], made["password"])
    assert answer.status_code == 303, await answer.get_data(as_text=True)
    await browser.me()
    return browser


async def marks(browser: Browser, child: str) -> int:
    return int((await browser.get(f"/api/v1/children/{child}/marks?{WEEK}")).status_code)

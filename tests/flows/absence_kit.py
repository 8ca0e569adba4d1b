"""How a guardian tells the school of an absence, as the tests say it."""

from __future__ import annotations

from typing import Any

from tests.flows.desk_kit import Desk
from tests.flows.family_kit import told
from tests.flows.kit import Browser

TODAY = {"first_day": "2026-11-18", "kind": "ill", "reason": "Температура 39"}
INBOX = "/api/v1/office/absences"


def path(child: str) -> str:
    return f"/api/v1/children/{child}/absences"


async def sent(desk: Desk, browser: Browser | None = None, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = await told(await (browser or desk.anna).send("POST", path(desk.petya), json=TODAY | changes), 201)
    return found


async def listed(browser: Browser, child: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await told(await browser.get(path(child))))["items"]
    return items

"""A family whose child passes a turnstile, and short ways to its wishes about notices and to the log that says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hub.flows.notices import follow_events
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import carded, device, guarded, send, verdicts
from tests.flows.kit import Browser, Hub
from tests.ingest_kit import Played, batch


async def doors(hub: Hub, sign: str = "standard_webhooks") -> tuple[Desk, Played]:
    """Petya's school with a turnstile and his card; Anna is his parent."""
    desk = await guarded(hub)
    gate = await device(desk, sign)
    await carded(desk)
    hub.clock.go(hours=1)
    return desk, gate


async def followed(hub: Hub) -> None:
    while await follow_events(hub.deps):
        pass


async def passed(hub: Hub, gate: Played, *, ago_s: float = 5, direction: str = "in", **more: Any) -> str:
    """A pass is reported and decided about; its id."""
    event = gate.passed(hub.clock() - timedelta(seconds=ago_s), direction=direction, **more)
    assert await verdicts(await send(hub, gate, batch(event))) == ["stored"]
    await followed(hub)
    return str(event["id"])


async def wish(browser: Browser, child: str, channel: str, *, kind: str = "pass", enabled: bool = True, kop: int = 0) -> None:
    asked = {"channel": channel, "enabled": enabled, "accepted_price_kop": kop}
    answer = await browser.send("PUT", f"/api/v1/children/{child}/notices/{kind}", json=asked)
    assert answer.status_code == 200, await answer.get_data(as_text=True)


async def log_of(browser: Browser, child: str, query: str = "") -> list[dict[str, Any]]:
    answer = await browser.get(f"/api/v1/children/{child}/notices/log{query}")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    items: list[dict[str, Any]] = (await answer.get_json())["items"]
    return items


def by_channel(items: list[dict[str, Any]], event: str) -> Mapping[str, tuple[str, str]]:
    """Decision and rule of one event by channel."""
    return {one["channel"]: (one["decision"], one["rule"]) for one in items if one["event_id"] == event}

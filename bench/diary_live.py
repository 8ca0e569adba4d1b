"""How close is a live diary read to the longest chain of dependent calls, when each call takes 100 ms?"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

from bench.parent import Parent, signed_in
from bench.report import line
from tools.stage import Stage

LATENCY_S = 0.1
ROUNDS = 8


async def measure(stage: Stage) -> AsyncIterator[str]:
    parent = await signed_in(stage)
    window = f"from={parent.week['from']}&to={parent.week['to']}"
    await parent.client.post(f"{stage.sandbox}/_sandbox/faults", json={"system": "dnevnik", "kind": "latency", "value": LATENCY_S})
    try:
        for datum in ("lessons", "marks", "finals"):
            yield await _one(stage, parent, datum, window)
    finally:
        await parent.client.delete(f"{stage.sandbox}/_sandbox/faults")
        await parent.client.aclose()


async def _one(stage: Stage, parent: Parent, datum: str, window: str) -> str:
    ratios, chain = [], 1
    for _ in range(ROUNDS):
        since = (await parent.client.get(f"{stage.sandbox}/_sandbox/clock")).json()["now"]
        started = time.perf_counter()
        await parent.json(f"/api/v1/children/{parent.child}/{datum}?{window}", **{"Cache-Control": "no-cache"})
        took = time.perf_counter() - started
        asked = (await parent.client.get(f"{stage.sandbox}/_sandbox/requests", params={"system": "dnevnik", "since": since})).json()
        chain = max(1, _chain(asked["requests"]))
        ratios.append(took / (chain * LATENCY_S))
    return line(f"live {datum} at 100 ms a call", ratios, f"of the longest chain, {chain} dependent calls", target="at most 1.15")


def _chain(requests: list[dict[str, Any]]) -> int:
    """Calls that began more than half a latency apart depend on each other; those together are one step."""
    steps, last = 0, None
    for moment in sorted(_seconds(request["time"]) for request in requests):
        if last is None or moment - last > LATENCY_S / 2:
            steps, last = steps + 1, moment
    return steps


def _seconds(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()

"""How close is a live diary read to its longest chain of dependent calls, asked by a bare client, when each call takes 100 ms?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from bench.parent import Parent, signed_in
from bench.report import line
from tools.stage import Stage

LATENCY_S = 0.1
ROUNDS = 12
Calls = list[dict[str, Any]]


async def measure(stage: Stage) -> AsyncIterator[str]:
    parent = await signed_in(stage)
    window = f"from={parent.week['from']}&to={parent.week['to']}"
    await parent.client.post(f"{stage.sandbox}/_sandbox/faults", json={"system": "dnevnik", "kind": "latency", "value": LATENCY_S})
    try:
        for datum in ("lessons", "marks", "finals"):
            for result in await _one(stage, parent, datum, window):
                yield result
    finally:
        await parent.client.delete(f"{stage.sandbox}/_sandbox/faults")
        await parent.client.aclose()


async def _one(stage: Stage, parent: Parent, datum: str, window: str) -> list[str]:
    path = f"/api/v1/children/{parent.child}/{datum}?{window}"
    await parent.json(path, **{"Cache-Control": "no-cache"})
    pure: list[float] = []
    real: list[float] = []
    steps = 1
    for _ in range(ROUNDS):
        since = (await parent.client.get(f"{stage.sandbox}/_sandbox/clock")).json()["now"]
        started = time.perf_counter()
        await parent.json(path, **{"Cache-Control": "no-cache"})
        took = time.perf_counter() - started
        asked = (await parent.client.get(f"{stage.sandbox}/_sandbox/requests", params={"system": "dnevnik", "since": since})).json()
        chain = _chain(asked["requests"])
        steps = max(steps, len(chain))
        pure.append(took / (max(1, len(chain)) * LATENCY_S))
        real.append(took / await _bare(stage, parent, chain))
    name = f"live {datum} at 100 ms a call"
    return [
        line(name, real, f"of a bare client asking the same calls, {steps} step(s)", target="at most 1.15"),
        line(f"{name}, pure", pure, "of the latency alone, the sandbox's own work not counted"),
    ]


def _chain(requests: Calls) -> list[Calls]:
    """The calls by step: those that began more than half a latency after the step before depend on it."""
    steps: list[Calls] = []
    last: datetime | None = None
    for request in sorted(requests, key=lambda one: str(one["time"])):
        moment = datetime.fromisoformat(request["time"])
        if last is None or (moment - last).total_seconds() > LATENCY_S / 2:
            steps.append([])
        steps[-1].append(request)
        last = moment
    return steps


async def _bare(stage: Stage, parent: Parent, chain: list[Calls]) -> float:
    """Seconds that the same calls take without a hub: side by side within a step, one step after the other."""
    started = time.perf_counter()
    for step in chain:
        await asyncio.gather(*(_call(stage, parent, request) for request in step))
    return time.perf_counter() - started


async def _call(stage: Stage, parent: Parent, request: dict[str, Any]) -> None:
    answer = await parent.client.get(f"{stage.sandbox}{request['path']}", params=request["query"], headers={"Access-Token": parent.token})
    answer.raise_for_status()

"""What do the two answers that a family asks for most cost, against a bare Quart JSON endpoint on the same server?"""

from __future__ import annotations

from collections.abc import AsyncIterator

from bench.load import Target, compare
from bench.parent import signed_in
from bench.report import line
from tools.stage import Stage


async def measure(stage: Stage) -> AsyncIterator[str]:
    parent = await signed_in(stage)
    bare = Target(port=stage.bare_port, path="/json")
    headers = (parent.cookie,)
    me = Target(port=stage.hub_port, path="/api/v1/me", headers=headers)
    yield line("signed-in /api/v1/me", await compare(me, bare), "of a bare Quart JSON endpoint", target="at least 0.35")
    window = f"from={parent.week['from']}&to={parent.week['to']}"
    path = f"/api/v1/children/{parent.child}/lessons?{window}"
    await parent.json(path)
    week = Target(port=stage.hub_port, path=path, headers=headers)
    yield line("week of a diary from the fresh copy", await compare(week, bare), "of a bare Quart JSON endpoint", target="at least 0.20")
    await parent.client.aclose()

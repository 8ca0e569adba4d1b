"""The region that this browser chose, for somebody who is not signed in; nothing else is in the cookie."""

from __future__ import annotations

from quart import Response, request

from hub.flows.choose_region import region_of
from hub.web.answers import deps
from hub.web.visitors import visitor

LIFE_S = 180 * 86_400
LONGEST = 4


def _name() -> str:
    return "__Host-hub-region" if deps().settings.secure else "hub-region"


async def chosen() -> str:
    """The person's region, else the browser's; empty where none was chosen."""
    return await region_of(deps(), await visitor(), request.cookies.get(_name(), "")[:LONGEST])


def keep(answer: Response, code: str) -> None:
    answer.set_cookie(_name(), code, max_age=LIFE_S, path="/", secure=deps().settings.secure, httponly=True, samesite="Lax")

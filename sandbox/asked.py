"""What a control call asked: its JSON body, and the refusal of one that makes no sense."""

from __future__ import annotations

from typing import Any

from quart import request


class Refused(ValueError):
    """A control call that cannot be carried out; the text says why."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


async def body_object() -> dict[str, Any]:
    """The JSON object of the request; no body is an empty one."""
    if not await request.get_data():
        return {}
    body = await request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise Refused("Нужен объект JSON")
    return body

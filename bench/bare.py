"""The floor: a Quart application that does nothing but answer, or take, one small JSON object."""

from __future__ import annotations

from quart import Quart, request

app = Quart(__name__)


@app.get("/json")
async def answer() -> dict[str, object]:
    return {"person": {"id": "1", "last_name": "Иванова", "first_name": "Мария"}, "children": [{"id": "2", "first_name": "Пётр"}]}


@app.post("/json")
async def take() -> dict[str, object]:
    given = await request.get_json()
    return {"taken": len(given)}

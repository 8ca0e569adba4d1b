"""A sandbox with one made-up system in it, and a client in the same process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from quart import Blueprint, Response, g, jsonify, request

from sandbox.app import SandboxApp, create_app
from sandbox.system import Fault, Sandbox, System

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def echo_system(sandbox: Sandbox) -> System:
    """`/echo`, `/echo-login` and `/echo-two`: counts effects, words its own faults, judges signatures."""
    routes, login, two, control = (Blueprint(name, __name__) for name in ("echo", "echo_login", "echo_two", "echo_control"))
    effects: list[str] = []
    clients = {"kept": 0}

    @routes.route("/data", methods=["GET", "POST"])
    async def data() -> Any:
        g.verdicts = {"signature": "ok" if request.args.get("sign") else "absent"}
        effects.append(str(await request.get_data(as_text=True)))
        return jsonify(items=[{"id": 1, "value": "5"}], id=2, path=request.path, base=sandbox.base_url())

    @routes.get("/page")
    async def page() -> Any:
        return Response("<p>id</p>", content_type="text/html")

    @routes.get("/free")
    async def free() -> Any:
        return jsonify(free=True)

    @routes.get("/effects")
    async def count() -> Any:
        return jsonify(effects=effects)

    @login.get("/start")
    async def start() -> Any:
        person = sandbox.sign_in_as.take("echo-login")
        return jsonify(person=person.id if person else None)

    @two.get("/data")
    async def other() -> Any:
        return jsonify(id=1)

    @control.post("/clients")
    async def add_client() -> Any:
        clients["kept"] += 1
        return jsonify(clients)

    def word(fault: Fault) -> Response | None:
        if request.path.endswith("/free"):
            return None
        return Response(f"{fault.kind}:{fault.value}", status=429 if fault.kind == "rate_limit" else 401)

    return System(
        id="echo",
        title="Эхо",
        blueprints={"echo": routes, "echo-login": login, "echo-two": two},
        control=control,
        reset=effects.clear,
        word_fault=word,
        drift_fields=("id", "value"),
        hosts={"api.echo.example": "echo", "login.echo.example": "echo-login"},
        secret_fields=frozenset({"pin"}),
    )


@pytest.fixture
def app() -> SandboxApp:
    return create_app(now=lambda: NOW, builders=[echo_system])


@pytest.fixture
async def client(app: SandboxApp) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost:9000") as found:
        yield found

"""Builds the sandbox: finds the system folders, mounts them, puts the front layer before them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from quart import Quart, Response, g, has_request_context, jsonify, request
from werkzeug.exceptions import MethodNotAllowed

import sandbox as package
from sandbox.clock import Clock
from sandbox.control import control_routes
from sandbox.faults import Faults
from sandbox.front import FAULT_KEY, RECORD_KEY, Application, Front, Receive, Scope, Send
from sandbox.home import home_routes
from sandbox.inbox import inbox_routes
from sandbox.paying.shops import Merchants, merchants_routes
from sandbox.recorder import Recorder
from sandbox.sign_in_as import SignInAs
from sandbox.system import Fault, Sandbox, System
from sandbox.world.town import Town

DEFAULT_SEED = 1
BODY_LIMIT = 8 * 2**20


class SandboxApp:
    """The ASGI application; `sandbox` is the shared state, `systems` every system by its prefix, `quart` what serves them."""

    def __init__(self, sandbox: Sandbox, quart: Quart, systems: Mapping[str, System]) -> None:
        self.sandbox = sandbox
        self.quart = quart
        self.systems = systems
        self.ca_pem: bytes | None = None
        self._front = Front(sandbox, cast(Application, quart), systems)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sandbox = self.sandbox
        if scope["type"] == "http" and not sandbox.town.holds(sandbox.clock.now()):
            sandbox.town = Town(sandbox.clock.now, sandbox.town.seed)
        await self._front(scope, receive, send)


Builder = Callable[[Sandbox], System]


def discovered() -> list[Builder]:
    """`system` of every package below `sandbox` that offers it."""
    found = (importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__) if info.ispkg)
    return [build for module in found if callable(build := getattr(module, "system", None))]


def create_app(
    now: datetime | Callable[[], datetime] | None = None,
    seed: int = DEFAULT_SEED,
    base_url: str = "http://localhost:9000",
    builders: Sequence[Builder] | None = None,
    hub_url: str | None = None,
) -> SandboxApp:
    """A sandbox of its own. `now` sets the clock: a time to tick from, or a function that tells it; `builders` default to all folders;
    acquirers send their notices below `hub_url`."""
    clock = Clock(now)

    def root() -> str:
        return f"{request.scheme}://{request.host}" if has_request_context() else base_url

    sandbox = Sandbox(
        clock=clock,
        town=Town(clock.now, seed),
        faults=Faults(),
        recorder=Recorder(),
        sign_in_as=SignInAs(lambda person: sandbox.town.people.get(person)),  # noqa: PLW0108 - a reset puts another town there
        base_url=root,
        merchants=Merchants(hub_url=hub_url),
    )
    quart = Quart("sandbox", template_folder="templates", static_folder="static")
    quart.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    quart.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it; its interface does not name it
    quart.json.ensure_ascii = False  # type: ignore[attr-defined]  # likewise
    quart.url_map.strict_slashes = False
    quart.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    systems = {
        prefix: system
        for build in (discovered() if builders is None else builders)
        for system in [build(sandbox)]
        for prefix in system.blueprints
    }
    app = SandboxApp(sandbox, quart, systems)
    quart.register_blueprint(control_routes(sandbox, systems, lambda: app.ca_pem))
    quart.register_blueprint(home_routes(sandbox, systems))
    quart.register_blueprint(inbox_routes(sandbox))
    quart.register_blueprint(merchants_routes(sandbox.merchants))
    _mount(quart, systems)
    _watch(quart, systems)
    return app


def _mount(quart: Quart, systems: Mapping[str, System]) -> None:
    for prefix, system in systems.items():
        quart.register_blueprint(system.blueprints[prefix], url_prefix=f"/{prefix}")
    for system in {system.id: system for system in systems.values()}.values():
        if system.control is not None:
            for name in dict.fromkeys((system.id, *system.blueprints)):  # `/_sandbox/dnevnik-login/clients` is `/_sandbox/dnevnik/clients`
                quart.register_blueprint(system.control, url_prefix=f"/_sandbox/{name}", name=f"{system.control.name}_{name}")


def _watch(quart: Quart, systems: Mapping[str, System]) -> None:
    """Let a system word the faults that are its own, and hand its verdicts to the request log."""

    @quart.before_request
    async def word_fault() -> Any:
        fault: Fault | None = cast(Scope, request.scope).get(FAULT_KEY)
        if fault is None:
            return None
        return systems[request.path[1:].partition("/")[0]].word_fault(fault)

    @quart.after_request
    async def keep_verdicts(response: Response) -> Response:
        record = cast(Scope, request.scope).get(RECORD_KEY)
        if record is not None:
            record.verdicts = dict(getattr(g, "verdicts", {}))
        return response

    @quart.errorhandler(404)
    async def not_found(_: Exception) -> Any:
        return jsonify(error="not_found", text="Такого адреса в песочнице нет"), 404

    @quart.errorhandler(405)
    async def not_allowed(error: MethodNotAllowed) -> Any:
        if not request.path.startswith("/_sandbox/"):
            return error
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return jsonify(error="not_allowed", text=f"Этот адрес принимает: {allowed}"), 405, {"Allow": allowed}

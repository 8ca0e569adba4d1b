"""MAX's bot API put together."""

from __future__ import annotations

from quart import Blueprint, Response, g, request

from sandbox.max.routes.chats import add_chats
from sandbox.max.routes.control import control_routes
from sandbox.max.routes.desk import Desk
from sandbox.max.routes.faults import refused, word_fault
from sandbox.max.routes.members import add_members
from sandbox.max.routes.messages import add_messages
from sandbox.max.routes.updates import add_updates
from sandbox.max.wire.errors import MaxError
from sandbox.system import Sandbox, System

SECRETS = frozenset({"access_token", "secret", "text", "first_name", "last_name"})
DRIFT = ("chat_id", "user_id", "members", "participants_count", "link", "message", "success", "updates", "first_name")


def system(sandbox: Sandbox) -> System:
    """Below `/max`, by the names of the older hosts too."""
    desk = Desk(sandbox)
    blueprint = Blueprint("max", __name__)
    for add in (add_chats, add_members, add_messages, add_updates):
        add(blueprint, desk)

    @blueprint.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def unknown(rest: str) -> Response:
        desk.bot()
        raise MaxError("not.found", f"Path /{rest[:80]} is not recognized")

    @blueprint.errorhandler(MaxError)
    async def in_its_words(error: MaxError) -> Response:
        g.verdicts = {**getattr(g, "verdicts", {}), "error": error.code, "method": request.method}
        return refused(error)

    return System(
        id="max",
        title="MAX",
        blueprints={"max": blueprint},
        control=control_routes(desk),
        reset=desk.reset,
        word_fault=word_fault,
        drift_fields=DRIFT,
        hosts={"platform-api2.max.ru": "max", "platform-api.max.ru": "max", "botapi.max.ru": "max"},
        secret_fields=SECRETS,
    )

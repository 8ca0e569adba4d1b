"""VK API put together: methods, the long poll of communities, and the first-party web token."""

from __future__ import annotations

from quart import Blueprint

from sandbox.system import Sandbox, System
from sandbox.vkapi.routes.control import control_routes
from sandbox.vkapi.routes.desk import Desk
from sandbox.vkapi.routes.faults import word_fault
from sandbox.vkapi.routes.longpoll import add_long_poll
from sandbox.vkapi.routes.method import add_method
from sandbox.vkapi.routes.web import web_routes

SECRETS = frozenset(
    {
        "access_token",
        "key",
        "link",
        "message",
        "code",
        "remixdsid",
        "auth_token",
        "session_data",
        "session_key",
        "session_secret_key",
        "first_name",
        "last_name",
    }
)
DRIFT = ("response", "items", "chat_id", "link", "member_id", "peer_ids", "access_token")


def system(sandbox: Sandbox) -> System:
    """VK API below `/vkapi`, the web client's token below `/vkweb`."""
    desk = Desk(sandbox)
    blueprint = Blueprint("vkapi", __name__)
    add_method(blueprint, desk)
    add_long_poll(blueprint, desk)
    return System(
        id="vkapi",
        title="VK API",
        blueprints={"vkapi": blueprint, "vkweb": web_routes(desk)},
        control=control_routes(desk),
        reset=desk.reset,
        word_fault=word_fault,
        drift_fields=DRIFT,
        hosts={"api.vk.ru": "vkapi", "api.vk.com": "vkapi", "api.vk.me": "vkapi", "web.vk.me": "vkweb", "api.mycdn.me": "vkweb"},
        secret_fields=SECRETS,
    )

"""VK ID's addresses, assembled into one system of the sandbox."""

from __future__ import annotations

from pathlib import Path

from quart import Blueprint

from sandbox.system import Sandbox, System
from sandbox.vkid.routes.authorize import add_authorize
from sandbox.vkid.routes.consent import add_consent
from sandbox.vkid.routes.control import control_routes
from sandbox.vkid.routes.faults import word_fault
from sandbox.vkid.routes.party import Party
from sandbox.vkid.routes.profile import add_profile
from sandbox.vkid.routes.sharing import add_sharing
from sandbox.vkid.routes.sign_in import add_sign_in
from sandbox.vkid.routes.sign_up import add_sign_up
from sandbox.vkid.routes.token import add_token
from sandbox.vkid.state import State

HERE = Path(__file__).resolve().parent.parent
SECRETS = (
    "code", "code_verifier", "access_token", "refresh_token", "id_token", "device_id",
    "password", "login", "phone", "flow", "one_time", "first_name", "last_name", "birthday",
)  # fmt: skip


def system(sandbox: Sandbox) -> System:
    """VK ID below `/vkid`."""
    party = Party(sandbox=sandbox, state=State(sandbox.clock.now))
    blueprint = Blueprint(
        "vkid", __name__, template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"), static_url_path="/res"
    )
    for add in (add_authorize, add_sign_in, add_sign_up, add_consent, add_token, add_profile):
        add(blueprint, party)
    add_sharing(blueprint)
    return System(
        id="vkid",
        title="VK ID",
        blueprints={"vkid": blueprint},
        control=control_routes(party),
        reset=party.state.forget,
        word_fault=lambda fault: word_fault(fault, party),
        drift_fields=("access_token", "user", "user_id"),
        hosts={"id.vk.ru": "vkid", "id.vk.com": "vkid"},
        secret_fields=frozenset(SECRETS),
    )

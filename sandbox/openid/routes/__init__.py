"""The provider's addresses, assembled into one system of the sandbox."""

from __future__ import annotations

from pathlib import Path

from quart import Blueprint

from sandbox.openid.keys import Keys
from sandbox.openid.routes.authorize import add_authorize
from sandbox.openid.routes.control import control_routes
from sandbox.openid.routes.faults import word_fault
from sandbox.openid.routes.logout import add_logout
from sandbox.openid.routes.party import Party
from sandbox.openid.routes.published import add_published
from sandbox.openid.routes.revocation import add_revocation
from sandbox.openid.routes.sign_in import add_sign_in
from sandbox.openid.routes.token import add_token
from sandbox.openid.routes.userinfo import add_userinfo
from sandbox.openid.state import State
from sandbox.system import Sandbox, System

HERE = Path(__file__).resolve().parent.parent
SECRETS = ("id_token_hint", "login_hint", "login", "flow", "sid")
"""Besides what the recorder masks anyway."""


def system(sandbox: Sandbox) -> System:
    """The provider below `/op`."""
    party = Party(sandbox=sandbox, state=State(sandbox.clock.now), keys=Keys())
    blueprint = Blueprint(
        "op", __name__, template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"), static_url_path="/res"
    )
    for add in (add_published, add_authorize, add_sign_in, add_token, add_userinfo, add_revocation, add_logout):
        add(blueprint, party)
    return System(
        id="openid",
        title="Единый вход (OpenID Connect)",
        blueprints={"op": blueprint},
        control=control_routes(party),
        reset=party.reset,
        word_fault=lambda fault: word_fault(fault, party),
        drift_fields=("issuer", "token_endpoint", "keys", "access_token", "id_token", "sub"),
        secret_fields=frozenset(SECRETS),
    )

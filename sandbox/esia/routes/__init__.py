"""ESIA's addresses, assembled into one system of the sandbox."""

from __future__ import annotations

from pathlib import Path

from quart import Blueprint

from sandbox.esia.routes.authorize import add_authorize
from sandbox.esia.routes.control import control_routes
from sandbox.esia.routes.faults import word_fault
from sandbox.esia.routes.party import Party
from sandbox.esia.routes.rest import add_rest
from sandbox.esia.routes.sign_in import add_sign_in
from sandbox.esia.routes.token import add_token
from sandbox.esia.state import State
from sandbox.esia.tokens import Keys
from sandbox.system import Sandbox, System

HERE = Path(__file__).resolve().parent.parent
SECRETS = ("client_secret", "code", "code_verifier", "refresh_token", "access_token", "id_token", "password", "login", "flow")


def system(sandbox: Sandbox) -> System:
    """Gosuslugi below `/esia`."""
    party = Party(sandbox=sandbox, state=State(sandbox.clock.now), keys=Keys())
    blueprint = Blueprint(
        "esia", __name__, template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"), static_url_path="/idp/res"
    )
    for add in (add_authorize, add_sign_in, add_token, add_rest):
        add(blueprint, party)
    return System(
        id="esia",
        title="Госуслуги (ЕСИА)",
        blueprints={"esia": blueprint},
        control=control_routes(party),
        reset=party.state.forget,
        word_fault=lambda fault: word_fault(fault, party),
        drift_fields=("access_token", "elements", "firstName", "stateFacts"),
        hosts={"esia.gosuslugi.ru": "esia", "esia-portal1.test.gosuslugi.ru": "esia"},
        secret_fields=frozenset(SECRETS),
    )

"""The platform put together: Moscow's data and mos.ru before it, the region's host and its older ones."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.mes.routes.faults import word_fault
from sandbox.mes.routes.region import REGION
from sandbox.mes.routes.serving import blueprint, moscow_doors, region_doors, school_doors
from sandbox.mes.state import ID, Node, State
from sandbox.switches import switch_routes
from sandbox.system import Sandbox, System

DRIFT_FIELDS = (
    "id", "children", "contingent_guid", "payload", "response", "value", "subject_name", "periods", "start_at", "description", "date",
    "personId", "items", "token", "authentication_token", "access_token", "user_authentication_for_mobile_response",
)  # fmt: skip
HOSTS = {
    "school.mos.ru": "mes",
    "dnevnik.mos.ru": "mes",
    "login.mos.ru": "mes-auth",
    "myschool.mosreg.ru": "mes-mo",
    "api.myschool.mosreg.ru": "mes-mo",
    "authedu.mosreg.ru": "mes-mo-auth",
}
SECRETS = frozenset({"login", "snils", "mos_access_token", "software_statement", "refreshToken", "auth_token", "msh"})


def system(sandbox: Sandbox) -> System:
    state = State()
    moscow, mos_ru, older = Node(id="mes", prefix="mes"), Node(id="mes", prefix="mes-auth"), Node(id="mes-mo", prefix="mes-mo")
    return System(
        id=ID,
        title="МЭШ: Москва и Московская область",
        blueprints={
            moscow.prefix: blueprint(sandbox, state, moscow, school_doors(sandbox, state, moscow)),
            mos_ru.prefix: blueprint(sandbox, state, mos_ru, moscow_doors(sandbox, state)),
            older.prefix: blueprint(sandbox, state, older, {}),
            REGION.prefix: blueprint(sandbox, state, REGION, region_doors(sandbox, state)),
        },
        control=_control(state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts=HOSTS,
        secret_fields=SECRETS,
    )


def _control(state: State) -> Blueprint:
    routes = switch_routes("mes", state)

    @routes.post("/sessions/end")
    async def end() -> Any:
        """`{how}`: 401, 403 or 499; tokens of a sign-in, and the refresh of them."""
        how = str((await body_object()).get("how", "401"))
        if how not in {"401", "403", "499"}:
            raise Refused("how — 401, 403 или 499")
        state.mos_ru.end_all()
        return jsonify(ended=state.tokens.end_all(how))

    return routes

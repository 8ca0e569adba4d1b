"""One catch-all route a prefix, because the platform words its own refusals; the data is the same on every host of a node."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from quart import Blueprint, Response, request

from sandbox.mes.routes import older, region
from sandbox.mes.routes.changing import CHANGES
from sandbox.mes.routes.mos_ru import PREFIX as MOS_RU
from sandbox.mes.routes.mos_ru import MosRuPages, given_json
from sandbox.mes.routes.platform import CALENDAR, OPEN, PLATFORM, WAKING
from sandbox.mes.routes.reading import FAMILY
from sandbox.mes.routes.table import Handler, call, member
from sandbox.mes.state import Node, State
from sandbox.mes.state.tokens import role_of
from sandbox.mes.wire.answers import MesError, SessionLost, answer, lost, refusal
from sandbox.mes.wire.ids import guid, user_id
from sandbox.system import Sandbox

METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]
FAMILY_PATH: Final = re.compile(r"(?:api/)?family/(mobile|web)/v1/(.+)", re.ASCII)
Page = Callable[[], Awaitable[Response]]
Rules = list[tuple[str, re.Pattern[str], Handler]]


def compiled(rules: dict[tuple[str, str], Handler]) -> Rules:
    return [(method, re.compile(pattern, re.ASCII), handler) for (method, pattern), handler in rules.items()]


FAMILY_RULES: Final = compiled({**{("GET", pattern): handler for pattern, handler in FAMILY.items()}, **CHANGES, **older.FAMILY_OLDER})
OTHER_RULES: Final = compiled({**PLATFORM, **older.OLDER})


def chosen(rules: Rules, path: str) -> tuple[Handler, tuple[str, ...]] | None:
    """The handler and what the address holds; another method of a known address is refused, an unknown address is None."""
    known = False
    for method, pattern, handler in rules:
        match = pattern.fullmatch(path)
        if match is not None:
            if method == request.method:
                return handler, match.groups()
            known = True
    if known:
        raise MesError("method_not_allowed")
    return None


class Data:
    """What lies behind a token, on one prefix."""

    def __init__(self, sandbox: Sandbox, state: State, node: Node) -> None:
        self._sandbox = sandbox
        self._state = state
        self._node = node

    async def served(self, path: str) -> Response:
        sandbox, state, node = self._sandbox, self._state, self._node
        if node.prefix == "mes-mo" and state.switches["old_hosts_closed"]:
            return lost("403")
        if (request.method, path) in OPEN:
            return answer(OPEN[request.method, path](sandbox.town))
        if (request.method, path) == ("GET", "v2/token/refresh"):
            return region.refresh(sandbox, state, node)
        if (request.method, path) == ("POST", "lms/api/sessions"):
            return region.session_of_token(sandbox, state, node, await given_json())
        family = FAMILY_PATH.fullmatch(path)
        found = chosen(FAMILY_RULES, family[2]) if family else chosen(OTHER_RULES, path)
        if found is None:
            raise MesError("not_found")
        handler, values = found
        subsystem = family is not None or path == CALENDAR
        made = await call(sandbox, state, node, subsystem=subsystem, asleep=path in WAKING)
        made.web = family is not None and family[1] == "web"
        return answer(handler(made, *values))


async def mobile_token(sandbox: Sandbox, state: State, node: Node) -> Response:
    """mos.ru's access token for one of the school's."""
    asked = member(await given_json(), "user_authentication_for_mobile_request")
    mos_token = str(member(asked, "mos_access_token") or "")
    now = sandbox.clock.now()
    who = sandbox.town.people.get(state.mos_ru.owner(mos_token, now) or "")
    if who is None:
        raise SessionLost
    session = state.tokens.open(node.id, who, only=state.switches["one_session"])
    token = state.tokens.issue(session, who, role_of(who, node.id), now)
    shown: dict[str, Any] = {
        "mesh_access_token": token,
        "mesh_id": guid(who),
        "obr_id": user_id(who, node.id),
        "sso_id": guid(who),
        "request_parameters": {"mos_access_token": mos_token, "mos_id_token": None},
        "user_authentication_result": "AUTHENTICATED",
    }
    return answer({"user_authentication_for_mobile_response": shown})


def blueprint(sandbox: Sandbox, state: State, node: Node, doors: dict[tuple[str, str], Page]) -> Blueprint:
    """`doors` sign somebody in; everything else is data, where this prefix has any."""
    routes = Blueprint(node.prefix.replace("-", "_"), __name__)
    data = None if node.prefix == MOS_RU else Data(sandbox, state, node)

    async def serve(path: str = "") -> Response:
        asked = re.sub("/+", "/", path).strip("/")
        try:
            door = doors.get((request.method, asked))
            if door is not None:
                return await door()
            if data is None:
                raise MesError("not_found")
            return await data.served(asked)
        except SessionLost as error:
            return lost(error.how)
        except MesError as error:
            return refusal(error)

    routes.add_url_rule("/", "root", serve, methods=METHODS)
    routes.add_url_rule("/<path:path>", "platform", serve, methods=METHODS)
    return routes


def moscow_doors(sandbox: Sandbox, state: State) -> dict[tuple[str, str], Page]:
    own = MosRuPages(sandbox, state)
    return {
        ("POST", "sps/oauth/register"): own.register,
        ("GET", "sps/oauth/ae"): own.authorize,
        ("POST", "sps/oauth/te"): own.token,
        ("POST", "sps/login/methods/headless/password"): own.password,
        ("POST", "sps/login/methods/headless/sms/bind"): own.bind,
        ("POST", "sps/login/ur/askToTrust"): own.ask_to_trust,
        ("POST", "sps/login/methods/password"): own.page_password,
        ("POST", "sps/login/methods/sms/verify"): own.page_code,
    }


def school_doors(sandbox: Sandbox, state: State, node: Node) -> dict[tuple[str, str], Page]:
    return {("POST", "v3/auth/sudir/auth"): lambda: mobile_token(sandbox, state, node)}


def region_doors(sandbox: Sandbox, state: State) -> dict[tuple[str, str], Page]:
    own = region.RegionPages(sandbox, state)
    doors: dict[tuple[str, str], Page] = {
        ("GET", "v3/auth/token"): own.exchange,
        ("POST", "lms/api/sessions"): own.session,
        ("GET", "v3/auth/kauth/callback"): own.callback,
    }
    for way in region.LABELS:
        doors |= {
            ("GET", f"v3/auth/{way}/login"): partial(own.form, way),
            ("POST", f"v3/auth/{way}/login"): partial(own.sign_in, way),
            ("GET", f"v3/auth/{way}/form"): partial(own.bare_form, way),
        }
    return doors

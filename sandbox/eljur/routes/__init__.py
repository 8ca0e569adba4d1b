"""The journal put together: one address a method, below `/api` and `/apiv3`, by GET or by POST."""

from __future__ import annotations

import json
import math
import secrets
from typing import Any

from quart import Blueprint, Response, g, jsonify, request

from sandbox.asked import Refused, body_object
from sandbox.eljur.routes.methods import METHODS, Call
from sandbox.eljur.routes.registration import Registration, vendor_of
from sandbox.eljur.routes.site import Site
from sandbox.eljur.state import ID, State, known_devkey
from sandbox.eljur.wire.answers import EljurError, answer, moment, refusal
from sandbox.switches import switch_routes
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS = ("token", "relations", "days", "name", "value", "students", "messages", "notices", "groups")
VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
WRITING = {"sendmessage", "sendreplymessage"}
CHANGING = {"registeruser", "confirmemail", "recoverpassword", "setpassword"}


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="ЭлЖур",
        blueprints={ID: _Journal(sandbox, state).routes()},
        control=_control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"api.eljur.ru": ID, "shkola52.eljur.ru": ID, "edu.gounn.ru": ID},
        secret_fields=frozenset({"login", "devkey", "key", "v_token", "email", "lastname", "firstname", "middlename"}),
    )


class _Journal:
    """One catch-all route, because every refusal keeps the envelope."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state
        registration = Registration(sandbox, state)
        self._open = registration.methods()
        self._site = Site(sandbox, state, registration)

    def routes(self) -> Blueprint:
        routes = Blueprint("eljur", __name__)
        routes.add_url_rule("/", "root", self.serve, methods=VERBS)
        routes.add_url_rule("/<path:path>", "journal", self.serve, methods=VERBS)
        return routes

    async def serve(self, path: str = "") -> Response:
        try:
            found = await self._site.page(path.strip("/")) if request.method in {"GET", "POST"} else None
            if found is not None:
                return found
            base, _, method = path.strip("/").partition("/")
            if base not in {"api", "apiv3"} or method not in {"auth", "getusersvendors", *METHODS, *self._open}:
                raise EljurError(404, "Unknown method")
            if method == "getusersvendors":
                return self._site.users_vendors()
            args = await _given()
            if method == "auth":
                return self._auth(args)
            if method in CHANGING and request.method != "POST":
                raise EljurError(405, "POST is required")
            if method in self._open:
                return answer(self._open[method](args))
            if method in WRITING and request.method != "POST" and base == "apiv3":
                raise EljurError(405, "POST is required")
            return answer(METHODS[method](self._call(args)))
        except EljurError as error:
            return refusal(error, always_200=self._state.switches["always_200"])

    def _auth(self, args: dict[str, str]) -> Response:
        """Unknown login and wrong password are one refusal; so is an account of another school."""
        town, now, vendor = self._sandbox.town, self._sandbox.clock.now(), args.get("vendor", "")
        if not known_devkey(town, vendor, args.get("devkey", "")):
            raise EljurError(403, "Wrong devkey or vendor")
        who = town.person_by_login(ID, args.get("login", ""))
        account = {} if who is None else who.accounts[ID]
        fits = secrets.compare_digest(str(account.get("password", "")).encode(), args.get("password", "").encode())
        if who is None or not fits or account.get("vendor") != vendor:
            g.verdicts = {"sign_in": "wrong"}
            raise EljurError(403, "Wrong login or password")
        g.verdicts = {"sign_in": "ok"}
        token, ends_at = self._state.sign_in(who, now)
        return answer({"token": token, "expires": moment(ends_at)})

    def _call(self, args: dict[str, str]) -> Call:
        town, now = self._sandbox.town, self._sandbox.clock.now()
        if not known_devkey(town, args.get("vendor", ""), args.get("devkey", "")):
            raise EljurError(403, "Wrong devkey or vendor")
        who = self._state.owner(town, args.get("auth_token", ""), now)
        if who is None or who.accounts[ID].get("vendor") != args.get("vendor"):
            raise EljurError(401, "Wrong auth_token")
        return Call(town=town, state=self._state, who=who, now=now, args=args)


async def _given() -> dict[str, str]:
    """The query, and over it a form or a JSON object."""
    found = dict(request.args.items())
    if request.mimetype == "application/json":
        try:
            body = json.loads(await request.get_data() or b"{}")
        except ValueError as error:
            raise EljurError(400, "Wrong body") from error
        return found | {str(key): str(value) for key, value in body.items()} if isinstance(body, dict) else found
    return found | dict((await request.form).items())


def word_fault(fault: Fault) -> Response:
    """`error` takes a state (as the status too) or the text of a 400 that comes with status 200."""
    if fault.kind == "rate_limit":
        made = refusal(EljurError(429, "Too many requests"))
        made.headers["Retry-After"] = str(1 if fault.value is None else math.ceil(float(fault.value)))
        return made
    if fault.kind == "auth_expired":
        signing_in = request.path.rstrip("/").endswith("/auth")
        return refusal(EljurError(403, "Wrong login or password") if signing_in else EljurError(401, "Wrong auth_token"))
    value = str(fault.value if fault.value is not None else 500)
    status = int(value) if value.isascii() and value.isdigit() and 400 <= int(value) <= 599 else 0
    return refusal(EljurError(status, "Internal error")) if status else refusal(EljurError(400, value), always_200=True)


def _control(sandbox: Sandbox, state: State) -> Blueprint:
    routes = switch_routes("eljur", state)

    @routes.post("/sessions/end")
    async def end() -> Any:
        return jsonify(ended=state.end_all())

    @routes.post("/invitations")
    async def invite() -> Any:
        """`{pupil}`: the code that the school's staff hands over to a parent."""
        pupil = sandbox.town.people.get(str((await body_object()).get("pupil")))
        if pupil is None or ID not in pupil.accounts or pupil.school is None:
            raise Refused("Такого ученика в журнале нет", 404)
        school = sandbox.town.schools[pupil.school]
        vendor = vendor_of(school)
        return jsonify(code=state.registry.invite(vendor, pupil.id), vendor=vendor, city=school.city), 201

    return routes

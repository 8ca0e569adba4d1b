"""The site put together: sign-in by e-mail, the journal below `/api`, the meal accounts below `/fps`."""

from __future__ import annotations

import json
import math
import re
import secrets

from quart import Blueprint, Response, g, request

from sandbox.petersburg.routes.control import control
from sandbox.petersburg.routes.reading import READING, accounts
from sandbox.petersburg.routes.registration import Registration, open_institutions
from sandbox.petersburg.routes.table import COOKIE, SignedOut, call
from sandbox.petersburg.state import ID, State, Token
from sandbox.petersburg.wire.answers import SiteError, answer, refusal, sign_in_page
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS = ("token", "items", "education_id", "subject_name", "estimate_value_name", "datetime_from", "accounts")
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
LOGIN = "api/user/auth/login"
WRONG_PAIR = "Неверный логин или пароль"


def system(sandbox: Sandbox) -> System:
    state = State()
    registration = Registration(sandbox, state)
    return System(
        id=ID,
        title="Петербургское образование",
        blueprints={ID: _Site(sandbox, state, registration).routes()},
        control=control(sandbox, state, registration),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"dnevnik2.petersburgedu.ru": ID},
        secret_fields=frozenset({"login", "RegId", "email", "activation_code", "surname", "firstname", "middlename", "birth_date"}),
    )


class _Site:
    """One catch-all route, because the site words its own refusals."""

    def __init__(self, sandbox: Sandbox, state: State, registration: Registration) -> None:
        self._sandbox = sandbox
        self._state = state
        self._registration = registration

    def routes(self) -> Blueprint:
        routes = Blueprint("petersburg", __name__)
        routes.add_url_rule("/", "root", self.serve, methods=METHODS)
        routes.add_url_rule("/<path:path>", "site", self.serve, methods=METHODS)
        return routes

    async def serve(self, path: str = "") -> Response:
        try:
            return await self._served(path.strip("/"))
        except SignedOut:
            return sign_in_page() if self._state.switches["page_when_signed_out"] else answer(None, 401, ["Необходима авторизация"])
        except SiteError as error:
            return refusal(error)

    async def _served(self, path: str) -> Response:
        if path == LOGIN and request.method in {"GET", "POST"}:
            return await self._login()
        if path == "fps/api/netrika/mobile/v1/accounts" and request.method == "POST":
            found, token = call(self._sandbox, self._state)
            return self._renewing(answer(accounts(found, (await request.form).get("RegId", ""))), token)
        if path == "activate" and request.method in {"GET", "POST"}:
            return await self._registration.page()
        if not path.startswith("api/"):
            return sign_in_page()
        registering = await self._registering(path.removeprefix("api/"))
        if registering is not None:
            return registering
        for pattern, handler in READING.items():
            match = re.fullmatch(pattern, path.removeprefix("api/"), re.ASCII)
            if match is not None:
                if request.method != "GET":
                    raise SiteError(405, "Метод не поддерживается")
                found, token = call(self._sandbox, self._state)
                return self._renewing(answer(handler(found, *match.groups())), token)
        raise SiteError(404, "Не найдено")

    async def _registering(self, path: str) -> Response | None:
        """The calls around a cabinet and its applications; None for other addresses."""
        own, asked = self._registration, (request.method, path)
        if asked == ("POST", "user/auth/register"):
            return answer(await own.register())
        if asked == ("GET", "journal/institution/list-open"):
            return answer(open_institutions(self._sandbox.town))
        withdrawn = re.fullmatch(r"journal/application/(\d{1,9})/withdraw", path, re.ASCII)
        if asked not in {("POST", "journal/application"), ("GET", "journal/application/list")} and (
            withdrawn is None or asked[0] != "POST"
        ):
            return None
        found, token = call(self._sandbox, self._state)
        if withdrawn is not None:
            data = own.withdraw(found, withdrawn[1])
        else:
            data = own.listed(found) if request.method == "GET" else await own.apply(found)
        return self._renewing(answer(data), token)

    async def _login(self) -> Response:
        """By POST, or as one client asks it, by GET with a body; whatever type the body says it has."""
        try:
            body = json.loads(await request.get_data() or b"{}")
        except ValueError as error:
            raise SiteError(400, "Некорректный запрос") from error
        if not isinstance(body, dict) or body.get("type") != "email":
            raise SiteError(400, "Некорректный запрос", "type")
        login, password, now = str(body.get("login") or "").strip().lower(), str(body.get("password") or ""), self._sandbox.clock.now()
        wait = self._state.paused_s(login, now)
        if wait:
            made = answer(None, 429, ["Слишком много попыток входа, попробуйте позже"])
            made.headers["Retry-After"] = str(math.ceil(wait))
            return made
        if body.get("activation_code"):
            self._registration.activate(str(body["activation_code"]), login)
        who = self._sandbox.town.person_by_login(ID, login)
        if who is None or not secrets.compare_digest(str(who.accounts[ID]["password"]).encode(), password.encode()):
            g.verdicts = {"sign_in": "wrong"}
            self._state.count(login, now)
            raise SiteError(400, WRONG_PAIR)
        g.verdicts = {"sign_in": "ok"}
        self._state.succeeded(login)
        shown, kept = self._state.new_session(who, now)
        return self._with_cookie(answer({"token": shown}), kept)

    def _renewing(self, made: Response, token: Token) -> Response:
        younger = self._state.renewed(token, self._sandbox.clock.now())
        return made if younger is None else self._with_cookie(made, younger)

    def _with_cookie(self, made: Response, text: str) -> Response:
        """Now and then the site sets it twice, under another path."""
        for path in ("/", "/api") if self._state.switches["two_cookies"] else ("/",):
            made.set_cookie(COOKIE, text, path=path, httponly=True, samesite="Lax", secure=request.scheme == "https")
        return made


def word_fault(fault: Fault) -> Response:
    """`error` takes a message, answered with 200 and no data; `page` for the sign-in page with 200."""
    if fault.kind == "rate_limit":
        made = answer(None, 429, ["Слишком много запросов"])
        made.headers["Retry-After"] = str(1 if fault.value is None else math.ceil(float(fault.value)))
        return made
    if fault.kind == "auth_expired":
        signing_in = request.path.rstrip("/").endswith(LOGIN)
        return answer(None, 400, [WRONG_PAIR]) if signing_in else answer(None, 401, ["Необходима авторизация"])
    value = str(fault.value if fault.value is not None else "Внутренняя ошибка сервиса")
    return sign_in_page() if value == "page" else answer(None, 200, [value])

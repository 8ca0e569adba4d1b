"""The region's doors: Gosuslugi or the portal's password in a browser, the code exchanged, and the older way of a password."""

from __future__ import annotations

import hmac
import re
from typing import Final
from urllib.parse import urlencode, urlsplit

from quart import Response, g, request

from sandbox.gosuslugi_page import by_password, may_return, own_base
from sandbox.mes.routes import pages
from sandbox.mes.routes.mos_ru import given_json
from sandbox.mes.routes.table import given_token, owner
from sandbox.mes.state import Node, State
from sandbox.mes.state.tokens import SUBSYSTEM, role_of
from sandbox.mes.wire import account
from sandbox.mes.wire.answers import MesError, SessionLost, answer, bad, too_many
from sandbox.system import Sandbox
from sandbox.world.model import Person

PREFIX: Final = "mes-mo-auth"
REGION: Final = Node(id="mes-mo", prefix=PREFIX)
APP_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://authRegionRedirect/?", re.IGNORECASE)
TITLES: Final = {"esia": "Вход через Госуслуги", "kauth": "Вход по логину портала"}
LABELS: Final = {"esia": "Телефон, почта или СНИЛС на Госуслугах", "kauth": "Логин портала"}


def may_return_to(address: str) -> bool:
    """An app's own scheme, or a page on this very machine."""
    if not address.lower().startswith(("http://", "https://")):
        return APP_ADDRESS.fullmatch(address) is not None
    return may_return(address) and not urlsplit(address).fragment


def same(left: object, right: str) -> bool:
    return hmac.compare_digest(str(left).encode(), right.encode())


class RegionPages:
    """The addresses below `/mes-mo-auth` that sign somebody in."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    async def form(self, way: str) -> Response:
        address, state = self._asked()
        if not address:
            return pages.leading(f"{own_base(PREFIX)}/v3/auth/{way}/form")
        if not may_return_to(address):
            return pages.told("Адрес возврата не подходит", "Вернитесь в приложение и начните вход заново.", pages.REGION, 400)
        chosen = self._sandbox.sign_in_as.take(PREFIX)
        if chosen is not None:
            if REGION.id in chosen.accounts:
                return self._back(address, state, chosen)
            return pages.to(_added(address, {"error": "access_denied", "state": state}))
        return self._page(way, address, state)

    async def bare_form(self, way: str) -> Response:
        return self._page(way, "", "")

    def _asked(self) -> tuple[str, str]:
        return request.args.get("redirect_url") or request.args.get("redirect_uri") or "", request.args.get("state", "")

    def _page(self, way: str, address: str, state: str, error: str = "") -> Response:
        start = own_base(PREFIX)
        here, there = (f"{start}/v3/auth/{it}/login" for it in ((way, "kauth") if way == "esia" else (way, "esia")))
        query = urlencode({"redirect_url": address, "state": state}) if address else ""
        words = "Войти по логину портала" if way == "esia" else "Войти через Госуслуги"
        return pages.login(
            here, LABELS[way], pages.REGION, {"redirect_url": address, "state": state}, error, (f"{there}?{query}", words), TITLES[way]
        )

    async def sign_in(self, way: str) -> Response:
        form = await request.form
        address, state = form.get("redirect_url", ""), form.get("state", "")
        if address and not may_return_to(address):
            return pages.told("Адрес возврата не подходит", "Вернитесь в приложение и начните вход заново.", pages.REGION, 400)
        login, password = form.get("login", ""), form.get("password", "")
        who = by_password(self._sandbox, login, password) if way == "esia" else self._by_password(login, password)
        if who is None:
            return self._page(way, address, state, "Неверный логин или пароль.")
        if REGION.id not in who.accounts:
            text = "У вас нет профиля в Школьном портале. Обратитесь в школу ребёнка."
            return pages.told("Профиль не найден", text, pages.REGION, 403)
        if address:
            return self._back(address, state, who)
        made = pages.told("Вы вошли", f"{who.first_name} {who.last_name}", pages.REGION, 200)
        made.set_cookie("aupd_token", self._new_session(who), path="/", httponly=True, samesite="Lax")
        return made

    def _back(self, address: str, state: str, who: Person) -> Response:
        code = self._state.portal.issue(who.id, state, self._sandbox.clock.now())
        return pages.to(_added(address, {"code": code, **({"state": state} if state else {})}))

    def _by_password(self, login: str, password: str) -> Person | None:
        """Counts what is wrong: after five in a row the door is shut."""
        now, wanted, tries = self._sandbox.clock.now(), login.strip().lower(), self._state.portal.tries
        who = self._sandbox.town.person_by_login(REGION.id, wanted) if wanted else None
        if tries.shut_s(wanted, now) or who is None or not same(who.accounts[REGION.id]["password"], password):
            tries.count(wanted, now)
            return None
        tries.succeeded(wanted)
        return who

    def _new_session(self, who: Person) -> str:
        session = self._state.tokens.open(REGION.id, who, only=self._state.switches["one_session"])
        return self._state.tokens.issue(session, who, role_of(who, REGION.id), self._sandbox.clock.now())

    async def exchange(self) -> Response:
        now = self._sandbox.clock.now()
        person = self._state.portal.spend(request.args.get("code", ""), request.args.get("state", ""), now)
        who = self._sandbox.town.people.get(person or "")
        if who is None:
            g.verdicts = {"code": "wrong"}
            raise SessionLost
        session = self._state.tokens.open(REGION.id, who, only=self._state.switches["one_session"])
        role = role_of(who, REGION.id)
        token = self._state.tokens.issue(session, who, role, now)
        return answer({"token": token, "refreshToken": self._state.tokens.issue_refresh(session, role, now)})

    # The older way
    async def session(self) -> Response:
        body, now = await given_json(), self._sandbox.clock.now()
        if "password_plain" not in body:
            return session_of_token(self._sandbox, self._state, REGION, body)
        login = str(body.get("login") or "").strip().lower()
        wait = self._state.portal.tries.shut_s(login, now)
        if wait:
            return too_many(wait)
        who = self._by_password(login, str(body["password_plain"]))
        if who is None:
            g.verdicts = {"sign_in": "wrong"}
            raise MesError("invalid_credentials")
        g.verdicts = {"sign_in": "ok"}
        return answer(account.session(self._sandbox.town, who, REGION.id, self._state.portal.issue(who.id, None, now)))

    async def callback(self) -> Response:
        """The token comes as a cookie of this very answer, whose page is not empty: a client looks at both."""
        person = self._state.portal.spend(request.args.get("code", ""), None, self._sandbox.clock.now())
        who = self._sandbox.town.people.get(person or "")
        if who is None:
            raise SessionLost
        made = pages.told("Вы вошли", "Можно вернуться в приложение.", pages.REGION, 200)
        made.set_cookie("aupd_token", self._new_session(who), path="/", secure=request.scheme == "https", samesite="Lax")
        return made


def session_of_token(sandbox: Sandbox, state: State, node: Node, body: dict[str, object]) -> Response:
    """`/lms/api/sessions` with a token in the body: whose it is; the token wakes."""
    text = str(body.get("auth_token") or given_token())
    who, token = owner(sandbox, state, node, text)
    token.session.awake = True
    return answer(account.session(sandbox.town, who, node.id, text))


def refresh(sandbox: Sandbox, state: State, node: Node) -> Response:
    """The new token as plain text; the role may be chosen of those that the person has."""
    now = sandbox.clock.now()
    token = state.tokens.renewing(sandbox.town, node.id, given_token(), now)
    who = sandbox.town.people.get(token.session.person)
    if who is None:
        raise SessionLost
    if request.args.get("subsystem", str(SUBSYSTEM)) != str(SUBSYSTEM):
        raise bad("subsystem")
    if request.args.get("roleId", str(token.role)) != str(role_of(who, node.id)):
        raise MesError("role_mismatch")
    text = state.tokens.issue(token.session, who, role_of(who, node.id), now)
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def _added(address: str, values: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"

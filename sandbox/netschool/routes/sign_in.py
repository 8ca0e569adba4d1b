"""Signing in: the cookie, the one-shot salt, the two hashes; a 409 for every refusal."""

from __future__ import annotations

import secrets

from quart import Response, g, request

from sandbox.netschool.routes.table import COOKIE, session_of
from sandbox.netschool.state import ID, State
from sandbox.netschool.state.sessions import hashes
from sandbox.netschool.wire import ids, school
from sandbox.netschool.wire.answers import PAUSED, VERSION, WRONG_PAIR, NetSchoolError, answer
from sandbox.system import Sandbox
from sandbox.world.model import Person
from sandbox.world.town import Town

PARENT_ROLE = "5"


class SignIn:
    """The door of one region's server."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    def _with_cookie(self, made: Response) -> Response:
        if not request.cookies.get(COOKIE):
            secure = request.scheme == "https"
            made.set_cookie(COOKIE, secrets.token_hex(16), httponly=True, path="/", samesite="Lax", secure=secure)
        return made

    async def login_data(self) -> Response:
        return self._with_cookie(answer(school.login_data(password=self._state.switches["password_login"])))

    async def get_data(self) -> Response:
        """Without the cookie the salt would belong to nobody."""
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            raise NetSchoolError(400, "Нет сессии")
        made = self._state.sessions.new_salt(cookie, self._sandbox.clock.now())
        return answer({"lt": made.lt, "ver": made.ver, "salt": made.salt})

    async def login(self) -> Response:
        form = {name.lower(): value for name, value in (await request.form).items()}
        sessions, now, town = self._state.sessions, self._sandbox.clock.now(), self._sandbox.town
        cookie, scid, login = request.cookies.get(COOKIE, ""), form.get("scid", ""), form.get("un", "")
        salt = sessions.take_salt(form.get("lt", ""), form.get("ver", ""), cookie, now)
        if not self._state.switches["password_login"]:
            raise NetSchoolError(409, "Вход запрещён: используйте Госуслуги")
        if sessions.paused(scid, login, now):
            raise NetSchoolError(409, PAUSED)
        who = _owner(town, scid, login)
        known = None if who is None or salt is None else hashes(salt.salt, str(who.accounts[ID]["password"]))
        if who is None or known is None or known != (form.get("pw"), form.get("pw2")):
            g.verdicts = {"sign_in": "wrong" if salt else "salt is spent or another session's"}
            sessions.count(scid, login, now)
            raise NetSchoolError(409, WRONG_PAIR)
        g.verdicts = {"sign_in": "ok"}
        sessions.succeeded(scid, login)
        choose = who.id in self._state.staff and form.get("rolegroup") is None
        role = None if choose else "parent" if form.get("rolegroup") in (None, PARENT_ROLE) else "staff"
        return answer(school.opened(town, sessions.open(who, cookie, now, role), who, choose_role=choose))

    async def logout(self) -> Response:
        at = request.headers.get("at") or (await request.form).get("at")
        self._state.sessions.close(session_of(self._state, self._sandbox.clock.now(), at).at)
        return answer(None)

    async def expired(self) -> Response:
        return answer(self._state.sessions.alive(request.args.get("token"), self._sandbox.clock.now()) is None)

    async def system_info(self) -> Response:
        text = f"Id: 63-sandbox\r\nВерсия системы: {VERSION}\r\nСервер базы данных: -\r\n"
        return Response(text, content_type="text/plain; charset=utf-8")

    async def schools(self) -> Response:
        name = request.args.get("name", "")
        if not name and self._state.switches["search_needs_name"]:
            raise NetSchoolError(400, "Укажите название школы")
        return answer(school.search(self._sandbox.town, name))

    async def login_form(self) -> Response:
        return answer(school.login_form(self._sandbox.town))


def _owner(town: Town, scid: str, login: str) -> Person | None:
    """The person of that login in that school."""
    who = town.person_by_login(ID, login)
    wanted = {str(ids.school(it)) for it in ids.schools(town)}
    return who if who is not None and scid in wanted and "password" in who.accounts[ID] else None

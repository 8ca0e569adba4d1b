"""Signing in at `/cab/auth`: a form for people, JSON for programs; signing out."""

from __future__ import annotations

import re
from typing import Final, cast

from quart import Response, g, request

from sandbox.front import RECORD_KEY, Scope
from sandbox.iv_edu.routes.table import COOKIE, call, json_body, session_key
from sandbox.iv_edu.state import IDLE, LIFE, PREFIX, State, digits
from sandbox.iv_edu.wire import pages, times
from sandbox.iv_edu.wire.errors import ERRORS, CabinetError, answer, bad
from sandbox.system import Sandbox

INSIDE: Final = re.compile(r"/cab(?:/[A-Za-z0-9/_-]*)?")


def base() -> str:
    """What stands before our own paths: the prefix, or nothing where the client came by the real host's name."""
    record = cast(Scope, request.scope).get(RECORD_KEY)
    asked = request.path if record is None else record.path
    return f"/{PREFIX}" if asked.lstrip("/").startswith(PREFIX) else ""


def _return_uri(text: str) -> str:
    return text if INSIDE.fullmatch(text) else "/cab"


class SignIn:
    """The door of one sandbox's cabinet."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    async def auth(self) -> Response:
        if request.method == "GET":
            return pages.sign_in(f"{base()}/cab/auth", _return_uri(request.args.get("return_uri", "/cab")))
        if request.mimetype == "application/x-www-form-urlencoded":
            return await self._by_form()
        body = await json_body()
        key = self._open(body.get("snils"), body.get("password"))
        ends = self._sandbox.clock.now() + LIFE
        return answer({"session": key, "expires_at": times.moment(ends), "idle_s": int(IDLE.total_seconds())})

    def _open(self, snils: object, password: object) -> str:
        if not isinstance(snils, str) or len(digits(snils)) != 11:
            raise bad("snils")
        if not isinstance(password, str) or not password:
            raise bad("password")
        try:
            key = self._state.sign_in(self._sandbox.town, snils, password, self._sandbox.clock.now())
        except CabinetError as error:
            g.verdicts = {"sign_in": "locked" if error.code == "locked" else "wrong"}
            raise
        g.verdicts = {"sign_in": "ok"}
        return key

    async def _by_form(self) -> Response:
        form = await request.form
        target = _return_uri(form.get("return_uri", "/cab"))
        try:
            key = self._open(form.get("snils"), form.get("password"))
        except CabinetError as error:
            status, text = ERRORS[error.code]
            return pages.sign_in(f"{base()}/cab/auth", target, text, 401 if status == 400 else status)
        made = Response("", status=302, headers={"Location": f"{base()}{target}", "Cache-Control": "no-store"})
        made.set_cookie(COOKIE, key, httponly=True, samesite="Lax", path=f"{base()}/cab", secure=request.scheme == "https")
        return made

    async def logout(self) -> Response:
        self._state.sessions.pop(session_key(), None)
        made = Response("", status=204)
        made.delete_cookie(COOKIE, path=f"{base()}/cab")
        return made

    async def front(self) -> Response:
        """The page that follows the sign-in; without a session it leads back to the form."""
        try:
            found = await call(self._sandbox, self._state)
        except CabinetError:
            return Response("", status=302, headers={"Location": f"{base()}/cab/auth?return_uri=/cab"})
        return pages.front(found.pupil.snils or "", base())

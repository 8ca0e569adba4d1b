"""Activation with the code from the contract, sign-in with account and password, sign-out."""

from __future__ import annotations

import re
from typing import Any, Final

from quart import g, request

from sandbox.digital_school.routes.table import HEADER, call
from sandbox.digital_school.state import LIFE, PREFIX, State, idn_of
from sandbox.digital_school.wire import texts
from sandbox.digital_school.wire.errors import SchoolError
from sandbox.system import Sandbox

ACCOUNT: Final = re.compile(r"\d{6,12}", re.ASCII)
MODE: Final = "Родитель"


async def _body() -> dict[str, Any]:
    body = await request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise SchoolError("E-400", field="body")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise SchoolError("E-400", field=name)
    return value


def _account(body: dict[str, Any]) -> str:
    account = re.sub(r"\s", "", _text(body, "account"))
    if not ACCOUNT.fullmatch(account):
        raise SchoolError("E-400", field="account")
    return account


class SignIn:
    """The door of one sandbox's cabinet; each method answers the data of the envelope."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    async def activate(self) -> Any:
        body = await _body()
        account, code, password = _account(body), _text(body, "auth_code").strip(), _text(body, "new_password")
        g.verdicts = {"activation": "wrong"}
        self._state.activate(self._sandbox.town, account, code, password, self._sandbox.clock.now())
        g.verdicts = {"activation": "ok"}
        return {"account": account, "mode": MODE}

    async def open(self) -> Any:
        body, now, town = await _body(), self._sandbox.clock.now(), self._sandbox.town
        account, password = _account(body), _text(body, "password")
        g.verdicts = {"sign_in": "wrong"}
        token, contract = self._state.sign_in(town, account, password, now)
        g.verdicts = {"sign_in": "ok"}
        pupils = (town.people[key] for key in (*contract.parent.children, *contract.parent.cares_for))
        own = [idn_of(pupil) for pupil in pupils if PREFIX in pupil.accounts]
        return {"token": token, "expires": texts.moment(now + LIFE), "mode": MODE, "idn": own}

    async def close(self) -> Any:
        call(self._sandbox, self._state)
        self._state.sessions.pop(request.headers[HEADER], None)
        return {}

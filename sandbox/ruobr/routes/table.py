"""The gate: who asks by the two headers, about which child, for which days."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from quart import g, request

from sandbox.ruobr.state import ID, State
from sandbox.ruobr.wire.answers import AuthError, PageError, RuobrError, today
from sandbox.ruobr.wire.people import child_id
from sandbox.system import Sandbox
from sandbox.world.model import Person
from sandbox.world.town import Town

DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
BLOCKED: Final = ("", "python-httpx", "python-requests", "aiohttp", "curl")


@dataclass(slots=True, kw_only=True)
class Call:
    """One request: the account that its headers open."""

    town: Town
    state: State
    who: Person

    def children(self) -> list[Person]:
        """The own diary of a pupil, or a parent's children in the platform."""
        if self.who.role == "pupil":
            return [self.who]
        found = (self.town.people[key] for key in (*self.who.children, *self.who.cares_for))
        return [pupil for pupil in found if ID in pupil.accounts]

    def pupil(self) -> Person:
        """`child`: an id that is unknown and one of another account are refused alike."""
        asked, own = request.args.get("child"), self.children()
        if not asked and self.who.role == "pupil":
            return self.who
        if not asked:
            raise RuobrError("Не указан ребёнок")
        found = next((pupil for pupil in own if str(child_id(pupil)) == asked), None)
        if found is None:
            raise RuobrError("Нет доступа к данным ребёнка")
        return found

    def day(self, name: str, default: date | None = None) -> date:
        text = request.args.get(name)
        if not text and default is not None:
            return default
        try:
            if text and DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError as error:
            raise RuobrError("Неверный формат даты") from error
        raise RuobrError("Неверный формат даты" if text else f"Не указан параметр {name}")

    def span(self) -> tuple[date, date]:
        return self.day("start"), self.day("end")

    def today(self) -> date:
        return today(self.town.now())


Handler = Callable[..., Any]


def check_user_agent(state: State) -> None:
    """The protection in front of the platform, where it is switched on."""
    agent = request.headers.get("User-Agent", "").lower().partition("/")[0]
    if state.switches["block_user_agents"] and agent in BLOCKED:
        raise PageError(403)


def call(sandbox: Sandbox, state: State) -> Call:
    """Unknown login and wrong password are one refusal."""
    login, password = _decoded("username"), _decoded("password")
    who = sandbox.town.person_by_login(ID, login) if login else None
    known = "" if who is None else str(who.accounts[ID]["password"])
    if not secrets.compare_digest(known.encode(), password.encode()) or who is None:
        g.verdicts = {"sign_in": "wrong" if login or password else "absent"}
        raise AuthError
    g.verdicts = {"sign_in": "ok", **({} if login == login.upper() else {"login": "not upper case"})}
    return Call(town=sandbox.town, state=state, who=who)


def _decoded(header: str) -> str:
    try:
        return base64.b64decode(request.headers.get(header, ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""

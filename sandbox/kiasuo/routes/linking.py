"""The sign-in through Gosuslugi in a browser, a child by SNILS or by invitation code (docs/wire/kiasuo.md)."""

from __future__ import annotations

import json
from typing import Any, Final

from quart import Blueprint, Response, g, jsonify, request

from sandbox import gosuslugi_page as pages
from sandbox.asked import Refused, body_object
from sandbox.kiasuo.registry import digits, plain
from sandbox.kiasuo.routes.reading import Call
from sandbox.kiasuo.state import ID, State
from sandbox.kiasuo.wire import people
from sandbox.kiasuo.wire.answers import ZONE, DiaryError, answer
from sandbox.system import Sandbox
from sandbox.world.model import Person

TITLE: Final = "КИАСУО"
MODES: Final = ("fragment", "code")
CODE_LENGTH: Final = 10


class Linking:
    """How a family comes to the diary and a child to a family."""

    def __init__(self, sandbox: Sandbox, state: State) -> None:
        self._sandbox = sandbox
        self._state = state

    async def sign_in(self) -> Response:
        """`redirect_url` of an application on this machine; its end is a pair of tokens in the fragment, or a code for one."""
        source = (await request.form) if request.method == "POST" else request.args
        asked = {"redirect_url": source.get("redirect_url", ""), "state": source.get("state", ""), "mode": source.get("mode") or MODES[0]}
        if not pages.may_return(asked["redirect_url"]) or asked["mode"] not in MODES:
            return pages.page(TITLE, "Вход через Госуслуги", pages.paragraph("Неизвестный адрес возврата", alert=True), 400)
        who = await pages.signed_in(self._sandbox, ID, TITLE, f"{pages.own_base(ID)}/login/esia", asked)
        if isinstance(who, Response):
            return who
        if who.role == "pupil":
            told = "Учётная запись ученика: войдите как родитель или законный представитель"
            return pages.page(TITLE, "Вход через Госуслуги", pages.paragraph(told, alert=True), 403)
        self._open(who)
        now = self._sandbox.clock.now()
        if asked["mode"] == "code":
            return pages.returned(asked["redirect_url"], {"code": self._state.registry.code(who.id, now), "state": asked["state"]})
        token, refresh = self._state.pair(who.id, f"esia-{who.id}", now)
        return pages.returned(asked["redirect_url"], {"token": token, "refresh_token": refresh, "state": asked["state"]}, fragment=True)

    def _open(self, who: Person) -> None:
        """The account of Gosuslugi's person, and the children whose cards name this SNILS."""
        if "user_id" not in who.accounts.get(ID, {}):
            who.accounts[ID] = {"user_id": 24_000 + who.number}
        for pupil in self._state.registry.cards.get(digits(who.snils or ""), ()):
            self._sandbox.town.add_guardian(who, self._sandbox.town.people[pupil])

    async def redeem(self) -> Response:
        """`{code}` for the first pair of tokens."""
        now = self._sandbox.clock.now()
        person = self._state.registry.redeemed(str((await _json()).get("code") or ""), now)
        if person is None or person not in self._sandbox.town.people:
            g.verdicts = {"code": "wrong"}
            raise DiaryError(401, "Код входа недействителен")
        token, refresh = self._state.pair(person, f"esia-{person}", now)
        return answer({"accessToken": token, "refreshToken": refresh})

    async def invitation(self, call: Call) -> Any:
        """`{last_name, first_name, code}`: one refusal for every failure."""
        registry, town, body = self._state.registry, self._sandbox.town, await _json()
        registry.check_tries(call.who.id, call.now)
        code = "".join(letter for letter in str(body.get("code") or "").upper() if letter.isalnum())
        pupil = town.people.get(registry.invitations.get(code, ""))
        given = plain(f"{body.get('last_name') or ''} {body.get('first_name') or ''}")
        if len(code) != CODE_LENGTH or pupil is None or plain(f"{pupil.last_name} {pupil.first_name}") != given:
            registry.count_wrong(call.who.id, call.now)
            raise DiaryError(400, "Ученик с такими фамилией, именем и кодом не найден")
        del registry.invitations[code]
        town.add_guardian(call.who, pupil)
        return people.user(town, call.who, call.now.astimezone(ZONE).date(), 0)


async def _json() -> dict[str, Any]:
    try:
        body = json.loads(await request.get_data() or b"{}")
    except ValueError as error:
        raise DiaryError(400, "Неверный запрос") from error
    if not isinstance(body, dict):
        raise DiaryError(400, "Неверный запрос")
    return body


def control(sandbox: Sandbox, state: State) -> Blueprint:
    routes = Blueprint("kiasuo_control", __name__)

    def pupil_of(body: dict[str, Any]) -> Person:
        found = sandbox.town.people.get(str(body.get("pupil")))
        if found is None or found.class_id is None or ID not in found.accounts:
            raise Refused("Такого ученика в дневнике нет", 404)
        return found

    @routes.post("/tokens/end")
    async def end() -> Any:
        """Every access token is dead, the listed ones too; refresh tokens live on."""
        return jsonify(ended=state.end_access(sandbox.town))

    @routes.post("/invitations")
    async def invite() -> Any:
        """`{pupil}`: the code that the school gives to a parent."""
        return jsonify(code=state.registry.invite(pupil_of(await body_object()).id)), 201

    @routes.post("/cards")
    async def cards() -> Any:
        """`{pupil, snils}`: the school writes a parent's SNILS into the child's card."""
        body = await body_object()
        pupil, number = pupil_of(body), digits(str(body.get("snils") or ""))
        if len(number) != 11:
            raise Refused("snils — 11 цифр")
        state.registry.cards.setdefault(number, set()).add(pupil.id)
        who = sandbox.town.person_by_snils(number)
        linked = who is not None and "user_id" in who.accounts.get(ID, {})
        if who is not None and linked:
            sandbox.town.add_guardian(who, pupil)
        return jsonify(pupil=pupil.id, linked=linked), 201

    return routes

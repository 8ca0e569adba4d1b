"""A further child in one account: the administrator's e-invitation that the parent accepts, or the administrator's list (F168, F192)."""

from __future__ import annotations

from random import Random
from typing import Any

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.dnevnik.routes.people import FRIENDS
from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.state import ID, Invitation, State
from sandbox.dnevnik.state.ids import number_behind, numbered, with_text
from sandbox.dnevnik.wire import people
from sandbox.dnevnik.wire.dates import moment
from sandbox.dnevnik.wire.errors import ApiError
from sandbox.inbox import Letter
from sandbox.system import Sandbox
from sandbox.world.accounts import dnevnik_user
from sandbox.world.model import Person


def add(table: Table) -> None:
    table.get("users/me/invites", scopes=FRIENDS)(listed)
    table.post("users/me/invites/<invite>/accept", scopes=FRIENDS)(accept)
    table.post("users/me/invites/<invite>/decline", scopes=FRIENDS)(decline)


def listed(call: Call) -> Any:
    """The open ones, newest first."""
    return [shown(call, it) for it in call.state.open_invitations(call.viewer.id)]


def accept(call: Call, invite: str) -> Any:
    """The child is in the account from now on."""
    found = _own(call, invite)
    answered(call.sandbox, found, accepted=True)
    return shown(call, found)


def decline(call: Call, invite: str) -> Any:
    found = _own(call, invite)
    answered(call.sandbox, found, accepted=False)
    return shown(call, found)


def answered(sandbox: Sandbox, found: Invitation, *, accepted: bool) -> None:
    found.state = "Accepted" if accepted else "Declined"
    if accepted:
        sandbox.town.add_guardian(sandbox.town.people[found.person], sandbox.town.people[found.pupil])


def _own(call: Call, invite: str) -> Invitation:
    """An unknown one, another person's and one that was answered are refused alike."""
    number = number_behind("invite", call.number("invite", invite))
    found = None if number is None else call.state.invitations.get(number)
    if found is None or found.person != call.viewer.id or found.state != "Sent":
        raise ApiError("apiResourceUnavailable", "Приглашение не найдено")
    return found


def shown(call: Call, it: Invitation) -> dict[str, Any]:
    """The child's full name is told only when the invitation is accepted: an administrator may have named a wrong login."""
    directory, pupil = call.directory, call.sandbox.town.people[it.pupil]
    school = directory.school_of(pupil)
    return {
        **with_text(id=numbered("invite", it.number), organization=directory.school_id(school)),
        "type": "Relative",
        "status": it.state,
        "organizationName": school.short_name,
        "person": people.person(directory, pupil) if it.state == "Accepted" else {"firstName": pupil.first_name},
        "sentDate": moment(it.sent_at, directory.zone(school)),
    }


def control(routes: Blueprint, sandbox: Sandbox, state: State) -> None:
    """What the school's administrator does."""

    async def asked() -> tuple[Person, Person]:
        body, town = await body_object(), sandbox.town
        who, pupil = town.people.get(str(body.get("person"))), town.people.get(str(body.get("pupil")))
        if pupil is None or not state.directory(town).is_pupil(pupil):
            raise Refused("Такого ученика в дневнике нет", 404)
        if who is None or who.role == "pupil":
            raise Refused("Такого взрослого в городе нет", 404)
        if pupil.id in (*who.children, *who.cares_for):
            raise Refused("Родство уже указано", 409)
        return who, pupil

    @routes.post("/invitations")
    async def invite() -> Any:
        """`{person, pupil}`: an e-invitation to the account of somebody who has one."""
        who, pupil = await asked()
        if "login" not in who.accounts.get(ID, {}):
            raise Refused("У этого человека нет учётной записи Дневник.ру", 409)
        made = state.invite(who.id, pupil.id, sandbox.clock.now())
        text = "Дневник.ру: школа приглашает вас добавить ребёнка в ваш кабинет. Войдите и примите приглашение."
        sandbox.inbox.put(Letter(kind="mail", system=ID, to=who.email or "", text=text, at=sandbox.clock.now()))
        return jsonify(id=str(numbered("invite", made.number)), person=who.id, pupil=pupil.id), 201

    @routes.post("/kinships")
    async def kinship() -> Any:
        """`{person, pupil}`: the administrator's list links at once; who had no account gets a login and a password to hand over."""
        who, pupil = await asked()
        sandbox.town.add_guardian(who, pupil)
        made = "login" not in who.accounts.get(ID, {})
        if made:
            who.accounts[ID] = dnevnik_user(Random(f"dnevnik:{who.id}"), who)  # noqa: S311 - a world, not a secret
            state.forget_directory()
        card = {name: who.accounts[ID][name] for name in ("login", "password")} if made else {}
        return jsonify(person=who.id, pupil=pupil.id, **card), 201

"""A cabinet by e-mail and its letter; an application for a child, which is brought to the school, and what the school decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import msgspec

from connectors.diaries.petersburg.client.api import Api
from connectors.diaries.petersburg.manifest import APPLICATION
from connectors.diaries.petersburg.mapping import wire
from connectors.diaries.petersburg.mapping.frame import MOSCOW
from connectors.kit.credentials import Choice, CredentialForm
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, NotFound, Rejected
from connectors.kit.local_time import dotted_moment
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Access, Waiting
from connectors.kit.registration import Answer, Asked, AskedKind, AskedState, Registered
from connectors.kit.secret import Secret

LETTER_LIFE_S = 86400.0
_CODE = re.compile(r"(?:.*[?&]code=)?([A-Za-z0-9_-]{4,200})")
_KEY = re.compile(r"[0-9]{1,18}")
_STATES = {
    "submitted": AskedState.OPEN,
    "approved": AskedState.DONE,
    "rejected": AskedState.REFUSED,
    "withdrawn": AskedState.WITHDRAWN,
}
MAX_SCHOOLS = 200
WRONG_CODE = "Код из письма не подошёл: он действует сутки и один раз. Скопируйте его из последнего письма."


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    identity: wire.Identity
    name: str | None = None


class Child(msgspec.Struct, frozen=True, kw_only=True):
    firstname: str | None = None


class Application(msgspec.Struct, frozen=True, kw_only=True):
    identity: wire.Identity
    state: str
    reason: str | None = None
    child: Child | None = None
    institution_name: str | None = None
    created_at: str | None = None


async def register(api: Api, given: Mapping[str, Secret], deadline: Deadline) -> Registered:
    form = {name: secret.reveal() for name, secret in given.items()}
    await api.post("user/auth/register", None, deadline, form)
    return waiting({"login": form["email"], "password": form["password"]}, form["email"])


def waiting(keep: Mapping[str, str], email: str = "") -> Registered:
    name, at, host = email.partition("@")
    return Registered(
        waits_for=Waiting.LETTER, life_s=LETTER_LIFE_S, keep=keep, sent_to=f"на почту {name[:1]}***{at}{host}" if email else ""
    )


async def confirmed(api: Api, keep: Mapping[str, str], code: Secret, deadline: Deadline) -> Access:
    """Signs in for the first time, with the letter's code; its whole link may be pasted."""
    found = _CODE.fullmatch(code.reveal().strip())
    if found is None:
        raise Rejected(api.system, "activation_code", WRONG_CODE)
    try:
        return await api.sign_in(credentials(keep), deadline, activation=found[1])
    except AuthExpired as error:
        raise Rejected(api.system, "activation_code", WRONG_CODE) from error


def credentials(keep: Mapping[str, str]) -> dict[str, Secret]:
    return {name: Secret(keep[name]) for name in ("login", "password")}


async def application_form(api: Api, access: Access, deadline: Deadline) -> CredentialForm:
    """With the schools that take applications today."""
    schools = await api.all_of("journal/institution/list-open", access.token, deadline, {}, Institution)
    choices = tuple(Choice(value=str(one.identity.id), title=plain_text(one.name)) for one in schools[:MAX_SCHOOLS] if one.name)
    fields = [replace(field, choices=choices) if field.name == "institution_id" else field for field in APPLICATION.fields]
    return CredentialForm(
        name=APPLICATION.name, title=APPLICATION.title, fields=tuple(fields), given_by=APPLICATION.given_by, button=APPLICATION.button
    )


async def apply(api: Api, access: Access, given: Mapping[str, Secret], deadline: Deadline) -> None:
    form: dict[str, object] = {name: secret.reveal() for name, secret in given.items()}
    form["birth_date"] = f"{date.fromisoformat(str(form['birth_date'])):%d.%m.%Y}"
    form["institution_id"] = int(str(form["institution_id"]))
    await api.post("journal/application", access.token, deadline, form)


async def applications(api: Api, access: Access, deadline: Deadline) -> tuple[Asked, ...]:
    found = await api.all_of("journal/application/list", access.token, deadline, {}, Application)
    return tuple(_asked(api.system, one) for one in found)


def _asked(system: str, one: Application) -> Asked:
    state = _STATES.get(one.state, AskedState.OPEN)
    return Asked(
        key=str(one.identity.id),
        kind=AskedKind.APPLICATION,
        state=state,
        child=plain_text(one.child.firstname) if one.child else "",
        school=plain_text(one.institution_name),
        reason=plain_text(one.reason)[:300],
        at=dotted_moment(system, one.created_at, MOSCOW, "$.created_at") if one.created_at else None,
        answers=(Answer.WITHDRAW,) if state is AskedState.OPEN else (),
    )


async def withdraw(api: Api, access: Access, key: str, deadline: Deadline) -> None:
    if not _KEY.fullmatch(key):
        raise NotFound(api.system, "no such application")
    await api.post(f"journal/application/{key}/withdraw", access.token, deadline, {})


async def waits_for(api: Api, access: Access, deadline: Deadline) -> Waiting | None:
    """Of an account without children; a portal without applications of its own says nothing."""
    try:
        asked = await applications(api, access, deadline)
    except NotFound:
        return None
    return Waiting.APPROVAL if any(one.state is AskedState.OPEN for one in asked) else Waiting.APPLICATION

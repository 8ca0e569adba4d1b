"""A second child by the school's e-invitation: what is open, and the person's answer to it."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import msgspec

from connectors.diaries.dnevnik.client.api import Api
from connectors.diaries.dnevnik.mapping.frame import ident
from connectors.diaries.dnevnik.mapping.times import DEFAULT_ZONE, moment
from connectors.kit.answers import decode
from connectors.kit.deadline import Deadline
from connectors.kit.errors import NotFound
from connectors.kit.plain_text import plain_text
from connectors.kit.ports import Access
from connectors.kit.registration import Answer, Asked, AskedKind, AskedState

_KEY = re.compile(r"[0-9]{1,20}")
_STATES = {"Sent": AskedState.OPEN, "Accepted": AskedState.DONE, "Declined": AskedState.REFUSED}


class Invited(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    first_name: str | None = None


class Invite(msgspec.Struct, frozen=True, kw_only=True):
    """Before it is accepted the platform tells the child's first name alone."""

    id: int
    id_str: str | None = None
    status: str
    person: Invited | None = None
    organization_name: str | None = msgspec.field(name="organizationName", default=None)
    sent_date: str | None = msgspec.field(name="sentDate", default=None)


async def invites(api: Api, access: Access) -> tuple[Asked, ...]:
    found = decode(api.system, await api.get("/users/me/invites", access.token, Deadline(api.system)), list[Invite])
    return tuple(_asked(api, one) for one in found)


def _asked(api: Api, one: Invite) -> Asked:
    state = _STATES.get(one.status, AskedState.WITHDRAWN)
    return Asked(
        key=ident(one.id, one.id_str),
        kind=AskedKind.INVITATION,
        state=state,
        child=plain_text(one.person.first_name) if one.person else "",
        school=plain_text(one.organization_name),
        at=moment(api.system, one.sent_date, ZoneInfo(DEFAULT_ZONE), "$.sentDate") if one.sent_date else None,
        answers=(Answer.ACCEPT, Answer.DECLINE) if state is AskedState.OPEN else (),
    )


async def answer_invite(api: Api, access: Access, key: str, answer: Answer) -> None:
    if not _KEY.fullmatch(key) or answer is Answer.WITHDRAW:
        raise NotFound(api.system, "no such invitation")
    await api.post(f"/users/me/invites/{key}/{answer.value}", access.token, Deadline(api.system))

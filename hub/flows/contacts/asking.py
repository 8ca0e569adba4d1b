"""A person gives a new phone or e-mail: a code goes there, and until it is typed nothing is changed (RULES F3, A16; F023)."""

from __future__ import annotations

import re
from datetime import datetime

from connectors.kit.channel import Delivery, Gone
from connectors.kit.errors import Rejected
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.contacts.words import NO_MAIL_SERVER, THE_SAME, WRONG, masked
from hub.flows.link_account.settle import require_fresh
from hub.flows.phones import e164
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.contacts import CodeView
from hub.store import preferences
from hub.store.reach import addresses, codes
from hub.store.sessions import Visitor
from hub.store.written import texts
from hub.store.written.texts import NewText
from identity.model import PersonId
from identity.store import hold_change

KINDS = ("phone", "email")
CODE = "contact_code"
TO_PHONE = "School Hub: код {code}. Введите его на сайте, чтобы СМС приходили на этот телефон. Никому его не говорите."
TO_EMAIL = (
    "Код: {code}\n\nВведите его в кабинете School Hub, и письма будут приходить на этот адрес. Код действует 10 минут.\n\n"
    "Если вы этого не просили, ничего не делайте: без кода ничего не изменится."
)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@.,<>()\[\]\\;:\"]{1,63}(\.[^\s@.,<>()\[\]\\;:\"]{1,63})+")
LONGEST = 254


async def ask_contact(deps: Deps, visitor: Visitor, kind: str, typed: str) -> CodeView:
    """Says nothing about whose the number is: the code decides."""
    if kind not in KINDS:
        raise Refused(Reason.NOT_FOUND)
    require_fresh(deps, visitor.auth_time)
    now, who, value = deps.now(), PersonId(visitor.person), _plain(kind, typed)
    if kind == "email" and "email" not in deps.channels:
        raise Refused(Reason.CANNOT_REACH, NO_MAIL_SERVER)

    def unit() -> tuple[CodeView, str]:
        if addresses.used(preferences.of_person(deps.keys, who), kind, addresses.known(deps.keys, who, kind)) == value:
            raise _wrong(kind, THE_SAME[kind])
        wait_s = codes.wait_s(deps.keys, who, kind, value, now=now)
        if wait_s:
            raise Refused(Reason.TOO_MANY, after_s=wait_s)
        held = hold_change(deps.keys, who, session=visitor.session, kind=kind, value=value, now=now)
        code = codes.begin(deps.keys, who, kind, value, change=held.id, now=now)
        if kind == "phone":
            text = TO_PHONE.format(code=code)
            new = NewText(kind=CODE, about=who, phone=value, text=text, person=who, secret=True, life=codes.LIFE)
            texts.put(deps.keys, new, now=now)
        return _view(held.id, kind, value, now=now), code

    view, code = await deps.db.write(unit)
    if kind == "email":
        await _send_letter(deps, view, value, code, now=now)
    return view


async def _send_letter(deps: Deps, view: CodeView, value: str, code: str, *, now: datetime) -> None:
    delivery = Delivery(
        id=view.id,
        event=view.id,
        to=Secret(value),
        title="Код для почты: School Hub",
        text=Secret(TO_EMAIL.format(code=code)),
        expires_at=now + codes.LIFE,
        urgent=True,
    )
    try:
        await deps.channels["email"].send(delivery)
    except (Gone, Rejected) as error:
        raise _wrong("email", error.text) from error


def _plain(kind: str, typed: str) -> str:
    """The phone as E.164, the e-mail with a small domain; anything else is refused."""
    if kind == "phone":
        value = e164(typed)
    else:
        name, at, domain = typed.strip().rpartition("@")
        value = f"{name}{at}{domain.lower()}"
        value = value if len(value) <= LONGEST and _EMAIL.fullmatch(value) else ""
    if not value:
        raise _wrong(kind, WRONG[kind])
    return value


def _wrong(kind: str, why: str) -> Refused:
    return Refused(Reason.MALFORMED, why, more={"fields": {kind: why}})


def _view(id_: str, kind: str, value: str, *, now: datetime) -> CodeView:
    return CodeView(
        id=id_,
        kind=kind,
        masked=masked(kind, value),
        expires_at=now + codes.LIFE,
        again_after_s=int(codes.AGAIN_AFTER.total_seconds()),
    )

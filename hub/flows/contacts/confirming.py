"""The code came to the new phone or e-mail: from now on messages go there, and the former one hears of it (RULES F3)."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

import msgspec

from connectors.kit.channel import Delivery
from connectors.kit.errors import ConnectorError
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.contacts.changing import PAGE, phone_changed
from hub.flows.contacts.words import CODE_OVER, CODE_WRONG
from hub.flows.refusals import Reason, Refused
from hub.store import notices, preferences
from hub.store.reach import addresses, codes
from hub.store.reach.addresses import ContactState
from hub.store.sessions import Visitor
from identity.errors import NotFound
from identity.model import ActorKind, PersonId
from identity.store import record_change, take_change

log = logging.getLogger("hub.contacts")

LONGEST_CODE = 20
EMAIL_TOLD = "Письма теперь приходят на другой адрес. Если это сделали не вы, смените его и завершите чужие входы в разделе «Устройства»."


async def confirm_contact(deps: Deps, visitor: Visitor, change: str, code: str) -> None:
    """Only in the session that asked, once; a wrong code is counted."""
    now, who = deps.now(), PersonId(visitor.person)
    typed = "".join(code.split())[:LONGEST_CODE]

    def unit() -> tuple[str, str] | None:
        if codes.living(who, change, now=now) is None:
            raise Refused(Reason.CODE_OVER, CODE_OVER)
        if not codes.fits(deps.keys, who, change, typed, now=now):
            return None
        try:
            taken = take_change(deps.keys, who, change, session=visitor.session, now=now)
        except NotFound as error:
            raise Refused(Reason.CODE_OVER, CODE_OVER) from error
        return taken.kind, _keep(deps, who, taken.kind, taken.value, now=now)

    kept = await deps.db.write(unit)
    if kept is None:
        raise Refused(Reason.CODE_WRONG, CODE_WRONG)
    kind, former = kept
    if kind == "email" and former:
        await _tell_former_box(deps, former, now=now)


def _keep(deps: Deps, who: PersonId, kind: str, value: str, *, now: datetime) -> str:
    """In the caller's unit; the former one. Of what was confirmed here only the last is kept: numbers are given to others later."""
    before = preferences.of_person(deps.keys, who)
    former = addresses.used(before, kind, addresses.known(deps.keys, who, kind))
    for one in addresses.known(deps.keys, who, kind):
        if not one.told_by:
            addresses.remove(deps.keys, who, kind, one.value)
    addresses.put(deps.keys, who, kind, value, ContactState.CONFIRMED, now=now)
    after = (
        msgspec.structs.replace(before, phone=value, no_phone=False)
        if kind == "phone"
        else msgspec.structs.replace(before, email=value, no_email=False)
    )
    preferences.save(deps.keys, who, after, now=now)
    record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=who, action="settings.contacts", object=kind, now=now)
    if kind == "phone":
        phone_changed(deps, who, former=former, value=value, now=now)
    else:
        notices.tell(deps.keys, person=who, kind="contact_changed", text=EMAIL_TOLD, href=PAGE, now=now)
    return former


async def _tell_former_box(deps: Deps, former: str, *, now: datetime) -> None:
    """The page and the other ways know already; a letter that cannot be sent now holds nothing up."""
    port, id_ = deps.channels.get("email"), secrets.token_hex(12)
    if port is None:
        return
    letter = Delivery(
        id=id_,
        event=id_,
        to=Secret(former),
        title="Почта для писем сменена",
        text=Secret(EMAIL_TOLD),
        link=f"{deps.settings.public_url}{PAGE}",
        expires_at=now + timedelta(days=3),
    )
    try:
        await port.send(letter)
    except ConnectorError as error:
        log.warning("no letter about a changed e-mail: %s", error.code)

"""Whoever has the former phone, or the person on the page, takes the change back within three days (RULES F3)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from hub.deps import Deps
from hub.flows.contacts.changing import PAGE
from hub.flows.contacts.words import STOP_WRONG
from hub.flows.refusals import Reason, Refused
from hub.store import notices, preferences
from hub.store.process.memory import Throttle
from hub.store.reach import addresses, changes
from hub.store.reach.addresses import ContactState
from hub.store.reach.changes import Change
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import drop_pending, record_change

TRIES_AN_HOUR = 20
BACK = "Прежний телефон возвращён: СМС снова приходят на него. Если телефон меняли вы, смените его ещё раз."


async def stop_by_code(deps: Deps, code: str, *, network: str) -> None:
    """Without a sign-in: the code of the SMS is the proof. One answer for every wrong one."""
    budget = deps.memory.budgets.setdefault("phone stops", Throttle(limit=TRIES_AN_HOUR, window_s=3600.0))
    if not budget.take(network):
        raise Refused(Reason.TOO_MANY, after_s=budget.wait_s(network))
    now, digits = deps.now(), "".join(sign for sign in code if sign.isdigit())[: changes.STOP_DIGITS]

    def unit() -> Change | None:
        taken = changes.stop(deps.keys, code=digits, now=now) if len(digits) == changes.STOP_DIGITS else None
        return _back(deps, taken, now=now)

    done = await deps.db.write(unit)
    if done is None:
        raise Refused(Reason.CODE_WRONG, STOP_WRONG)


async def stop_own(deps: Deps, visitor: Visitor) -> None:
    """By the person's own button; needs no fresh sign-in, for it takes a power away."""
    now = deps.now()
    done = await deps.db.write(lambda: _back(deps, changes.stop(deps.keys, person=visitor.person, now=now), now=now))
    if done is None:
        raise Refused(Reason.NOT_FOUND)


def _back(deps: Deps, taken: Change | None, *, now: datetime) -> Change | None:
    """In the caller's unit. A phone that was changed once more since then stays as it is."""
    if taken is None:
        return None
    who = PersonId(taken.person)
    chosen = preferences.of_person(deps.keys, who)
    if chosen.phone == taken.value:
        addresses.remove(deps.keys, who, "phone", taken.value)
        if taken.former and all(one.value != taken.former for one in addresses.known(deps.keys, who, "phone")):
            addresses.put(deps.keys, who, "phone", taken.former, ContactState.CONFIRMED, now=now)
        preferences.save(deps.keys, who, msgspec.structs.replace(chosen, phone=taken.former, no_phone=not taken.former), now=now)
    drop_pending(who)
    record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=who, action="settings.contacts", object="phone.back", now=now)
    notices.tell(deps.keys, person=who, kind="phone_back", text=BACK, href=PAGE, now=now)
    return taken

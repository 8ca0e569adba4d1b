"""A person with a school's recovery code signs in with a new account and gets the own record back; one equal refusal (RULES A17)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.deps import Deps
from hub.flows.follow_edges import end_everything, forget_everything
from hub.flows.refusals import Reason, Refused
from hub.store import notices, sessions
from hub.store.diaries import diary_copies, diary_links
from hub.store.sessions import Visitor
from identity.guardianship import HELD_AFTER_RECOVERY
from identity.model import PersonId
from identity.store import count_try, give_back
from identity.store.accounts.recovery import Recovered, redeem_recovery
from identity.store.school.tries import Tried

LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BackAgain:
    """`token` goes into the session cookie; the browser's former session ended with its record."""

    token: str = field(repr=False)
    held_until: datetime


async def redeem_code(deps: Deps, visitor: Visitor, code: str, *, address: str, label: str) -> BackAgain:
    """Wrong tries are counted per account and network, as with invitation codes; nothing tells whom a code is for."""
    now, who, typed = deps.now(), PersonId(visitor.person), code[:LONGEST]

    def unit() -> tuple[Tried, Recovered | None, str]:
        tried = count_try(deps.keys, who, address, "recovery", now=now)
        found = None if tried.limited else redeem_recovery(deps.keys, typed, who, visitor.system, now=now)
        if found is None:
            return tried, None, ""
        give_back(tried)
        end_everything(deps, (who, found.person))
        for link in found.closed:
            diary_links.remove(link.id)
            diary_copies.forget(link.id)
        _, token = sessions.start(
            deps.keys,
            person=found.person,
            system=visitor.system,
            label=label,
            auth_time=visitor.auth_time,
            now=now,
            children_told=visitor.children_told,
        )
        text = "Доступ восстановлен через школу. Прежние входы закрыты, все устройства вышли. Деньги и решения за ребёнка ждут 72 часа."
        notices.tell(deps.keys, person=found.person, kind="recovered", text=text, href="/family", now=now)
        return tried, found, token

    tried, found, token = await deps.db.write(unit)
    if tried.delay_s > 0:
        await deps.pause(tried.delay_s)
    if tried.limited:
        raise Refused(Reason.TOO_MANY, after_s=tried.retry_after_s)
    if found is None:
        raise Refused(Reason.RECOVERY_REFUSED)
    forget_everything(deps, (visitor.person, found.person))
    return BackAgain(token=token, held_until=now + HELD_AFTER_RECOVERY)

"""A term that ran out is told to both sides once: to the school, which owes the answer, and to the family, with whom to call."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.appeals.opening import name_of, tell_desk
from hub.store import notices
from hub.store.written import appeals

BATCH = 50


async def warn_overdue(deps: Deps) -> bool:
    """A batch of the worker; whether more is waiting."""
    now = deps.now()

    def unit() -> int:
        found = appeals.overdue(deps.keys, now=now, limit=BATCH)
        for one in found:
            if not appeals.warned(one.id, now=now):
                continue
            href = f"/office/appeals/{one.id}"
            tell_desk(
                deps, one.school, one.child, but=one.author, kind="appeal_overdue", text="Срок ответа на обращение прошёл.", href=href
            )
            told = f"Школа не ответила в срок: {name_of(deps, one.child)}. Позвоните: телефоны на странице «Кого спросить»."
            notices.tell(deps.keys, person=one.author, kind="appeal_overdue", text=told, href=f"/appeals/{one.id}", now=now)
        return len(found)

    return await deps.db.write(unit) >= BATCH

"""A term that ran out is told to both sides once: the school owes a decision, the family learns whom to call (RULES D7)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.debits.words import first_name
from hub.flows.disputes.telling import tell_deciders
from hub.store import notices
from hub.store.written import disputes
from hub.store.written.disputes import FAMILY

BATCH = 50


async def warn_overdue(deps: Deps) -> bool:
    """A batch of the worker; whether more is waiting."""
    now = deps.now()

    def unit() -> int:
        found = disputes.overdue(deps.keys, now=now, limit=BATCH)
        for one in found:
            if not disputes.warned(one.id, now=now):
                continue
            href, text = f"/office/disputes/{one.id}", "Срок решить спор о списании прошёл."
            tell_deciders(deps, one.school, but="", kind="dispute_overdue", text=text, href=href)
            if one.side == FAMILY:
                told = f"Школа не решила спор в срок: {first_name(deps, one.child)}. Позвоните: телефоны на странице «Кого спросить»."
                notices.tell(deps.keys, person=one.author, kind="dispute_overdue", text=told, href="/money/disputes", now=now)
        return len(found)

    return await deps.db.write(unit) >= BATCH

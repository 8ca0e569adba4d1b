"""A person makes, lists and ends the own link to a child's timetable; it shows what its maker may see, as long as that is so (RULES C7)."""

from __future__ import annotations

import secrets

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.outputs.taking import require_own
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.flows.views.outputs import CalendarList, CalendarMade, CalendarView
from hub.store.outputs import calendars
from hub.store.process.memory import Throttle
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import record_change, view_right

SECRET_LENGTH = 22
"""Of base64url: 128 bits and a little more."""
MADE_AN_HOUR = 20
LONGEST_RUN = 100


async def make_link(deps: Deps, visitor: Visitor, child: str, *, run: str | None = None) -> CalendarMade:
    """The address is told once. A former link of this person for this child ends. `run` names a form: sent twice, it makes one link."""
    require_fresh(deps, visitor.auth_time)
    budget = deps.memory.budgets.setdefault("calendar links", Throttle(limit=MADE_AN_HOUR, window_s=3600.0))
    if not budget.take(visitor.person):
        raise Refused(Reason.TOO_MANY, after_s=budget.wait_s(visitor.person))
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)
    secret = _secret(deps, who, whom, run)

    def unit() -> CalendarMade:
        require_own(deps, visitor, whom)
        before = calendars.of_pair(who, whom)
        made = calendars.put(deps.keys, person=who, child=whom, secret=secret, now=now)
        if before is None or before.id != made.id:
            record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=whom, action="calendar.made", now=now)
        return CalendarMade(id=made.id, url=f"{deps.settings.public_url}/export/calendar/{secret}.ics", created_at=made.created_at)

    return await deps.db.write(unit)


async def list_links(deps: Deps, visitor: Visitor, child: str) -> CalendarList:
    def unit() -> CalendarList:
        _own_view(deps, visitor, PersonId(child))
        found = calendars.of_pair(visitor.person, child)
        mine = (found,) if found else ()
        return CalendarList(items=tuple(CalendarView(id=one.id, created_at=one.created_at, used_at=one.used_at) for one in mine))

    return await deps.db.read(unit)


async def end_link(deps: Deps, visitor: Visitor, child: str) -> None:
    """Works at once, also for a child whom the person does not see any more. Twice is harmless."""
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> None:
        if calendars.remove(who, child):
            record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=PersonId(child), action="calendar.removed", now=now)
        else:
            _own_view(deps, visitor, PersonId(child))

    await deps.db.write(unit)


def _own_view(deps: Deps, visitor: Visitor, child: PersonId) -> None:
    """Inside the caller's unit: the list says nothing of a foreign child."""
    right = view_right(deps.keys, PersonId(visitor.person), child, now=deps.now())
    if not right.allowed:
        raise refusal(right)


def _secret(deps: Deps, who: str, child: str, run: str | None) -> str:
    if not run or len(run) > LONGEST_RUN:
        return secrets.token_urlsafe(16)
    return deps.keys.code_hash(f"calendar secret {who} {child} {run}")[:SECRET_LENGTH]

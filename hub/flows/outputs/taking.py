"""Who may take a child's data away as a file: by a right of one's own, freshly signed in, not over a merger that can be undone."""

from __future__ import annotations

from collections.abc import Iterable

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.store.memory import Throttle
from hub.store.sessions import Visitor
from identity.model import ActorKind, AuditKind, PersonId
from identity.store import held_by_merge, record_access, view_right

AN_HOUR = 30
LENT = "Временный просмотр ничего не выгружает: попросите файл у родителя."


def take_turn(deps: Deps, visitor: Visitor) -> None:
    """Fresh, and not without end."""
    require_fresh(deps, visitor.auth_time)
    budget = deps.memory.budgets.setdefault("downloads", Throttle(limit=AN_HOUR, window_s=3600.0))
    if not budget.take(visitor.person):
        raise Refused(Reason.TOO_MANY, after_s=budget.wait_s(visitor.person))


def require_own(deps: Deps, visitor: Visitor, child: PersonId) -> None:
    """Inside the caller's unit."""
    now, who = deps.now(), PersonId(visitor.person)
    right = view_right(deps.keys, who, child, now=now)
    if not right.allowed:
        raise refusal(right)
    if right.delegated:
        raise Refused(Reason.FORBIDDEN, LENT)
    if who != child and held_by_merge(deps.keys, who, child, now=now):
        raise Refused(Reason.HELD_BY_MERGE)


def note_taken(deps: Deps, visitor: Visitor, children: Iterable[PersonId], page: str) -> None:
    """Inside the caller's unit, before the file is handed out (RULES A13)."""
    for child in children:
        record_access(
            deps.keys,
            actor=PersonId(visitor.person),
            actor_kind=ActorKind.GUARDIAN,
            subject=child,
            page=page,
            kind=AuditKind.EXPORT,
            now=deps.now(),
        )

"""Who may take a child's data away as a file: by a right of one's own, freshly signed in, not over a merger that can be undone."""

from __future__ import annotations

from collections.abc import Iterable

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.store.process.memory import Throttle
from hub.store.sessions import Visitor
from identity.ages import phase
from identity.family.child_login import CHILD_LOGIN
from identity.model import ActorKind, AuditKind, PersonId
from identity.store import held_by_merge, person, record_access, view_right

AN_HOUR = 30
LENT = "Временный просмотр дальше не передаётся: файл или ссылку делает родитель или сам ученик с 14 лет."
HELD = "Связь с этим ребёнком пришла из соединённой записи. Пока соединение можно отменить (14 дней), ничего не выгружается."
YOUNG = "До 14 лет файлы и ссылки на календарь делает родитель из своего кабинета."


def take_turn(deps: Deps, visitor: Visitor) -> None:
    """Fresh, and not without end."""
    require_fresh(deps, visitor.auth_time)
    budget = deps.memory.budgets.setdefault("downloads", Throttle(limit=AN_HOUR, window_s=3600.0))
    if not budget.take(visitor.person):
        raise Refused(Reason.TOO_MANY, after_s=budget.wait_s(visitor.person))


def require_of_age(deps: Deps, visitor: Visitor) -> None:
    """Inside the caller's unit: before 14 a guardian takes away what there is, and a child's own login only looks (RULES A6)."""
    me = person(deps.keys, PersonId(visitor.person))
    if me is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    if visitor.system == CHILD_LOGIN or phase(me.birth_date, deps.now(), me.zone).under_14:
        raise Refused(Reason.FORBIDDEN, YOUNG)


def require_own(deps: Deps, visitor: Visitor, child: PersonId) -> None:
    """Inside the caller's unit: a view of one's own, not a lent one; a foreign child is not there."""
    now, who = deps.now(), PersonId(visitor.person)
    right = view_right(deps.keys, who, child, now=now)
    if not right.allowed:
        raise refusal(right)
    if right.delegated:
        raise Refused(Reason.FORBIDDEN, LENT)
    require_of_age(deps, visitor)
    if who != child and held_by_merge(deps.keys, who, child, now=now):
        raise Refused(Reason.HELD_BY_MERGE)


async def why_not(deps: Deps, visitor: Visitor, child: str) -> str | None:
    """For a page: the sentence instead of the button; nothing where the button may stand. A foreign child is not there."""

    def unit() -> str | None:
        try:
            require_own(deps, visitor, PersonId(child))
        except Refused as refused:
            if refused.reason is Reason.HELD_BY_MERGE:
                return HELD
            if refused.reason is not Reason.FORBIDDEN:
                raise
            return refused.detail
        return None

    return await deps.db.read(unit)


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

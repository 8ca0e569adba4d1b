"""Who sees a child's cards, who closes them, and who adds or opens one (RULES A5b, B6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from hub.deps import Deps
from hub.flows.guardianship.telling import guardians_of
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.store.school.carriers import CarrierCard, CarrierState
from hub.store.sessions import Visitor
from identity.ages import phase
from identity.family.child_login import CHILD_LOGIN
from identity.guardianship import Right
from identity.model import EdgeRight, Missing, Person, PersonId
from identity.store import act_right, person, view_right

FOUND_WITHIN = timedelta(days=14)
MOST_OWN = 2
"""Keys that the family itself may add beside the school's."""
LENT = "Вам открыли только дневник. Карты ребёнка видят его родители."
MINOR = "До 14 лет карту закрывает родитель. Покажите ему эту страницу или скажите учителю."
PARENTS = "Карту добавляет родитель: за питание по ней платит он."
_MISSING: Mapping[Missing, str] = {
    Missing.LEVEL_TOO_LOW: "Чтобы добавлять и открывать карты, нужна подтверждённая учётная запись Госуслуг.",
    Missing.RIGHT_NOT_GIVEN: "Код приглашения даёт только просмотр. Добавить карту может родитель из списка на Госуслугах или школа.",
    Missing.TO_CONFIRM_VIEW_ONLY: "Госуслуги больше не показывают этого ребёнка: закрыть карту можно, добавить новую нельзя.",
    Missing.RECENT_RECOVERY: "Вход недавно восстановлен: закрыть карту можно, добавить новую — через 72 часа.",
}


def seen(deps: Deps, visitor: Visitor, child: str) -> tuple[Person, Right]:
    """In the caller's unit. A foreign child and none at all look the same."""
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=deps.now())
    if not right.allowed:
        raise refusal(right)
    whom = person(deps.keys, PersonId(child))
    if whom is None or right.diary_only:
        raise Refused(Reason.NOT_FOUND)
    if right.delegated:
        raise Refused(Reason.FORBIDDEN, LENT)
    return whom, right


def why_not_close(deps: Deps, visitor: Visitor, whom: Person, right: Right) -> str:
    """In the caller's unit. Whoever sees the child as its guardian may close a card alone: it is quick and costs no meal."""
    if not right.is_self:
        return ""
    young = visitor.system == CHILD_LOGIN or phase(whom.birth_date, deps.now(), whom.zone).under_14
    return MINOR if young else ""


def why_not_open(deps: Deps, visitor: Visitor, whom: Person, right: Right) -> str:
    """In the caller's unit. What opens a door, and may be paid with, wants the right to act."""
    if right.is_self:
        return PARENTS
    acts = act_right(deps.keys, PersonId(visitor.person), whom.id, EdgeRight.ACT, now=deps.now())
    if acts.allowed:
        return ""
    return next((_MISSING[one] for one in acts.missing if one in _MISSING), "Добавлять карты этому ребёнку вы сейчас не можете.")


def of_family(child: PersonId, by: str | None) -> bool:
    """In the caller's unit: whether it was the family who wrote this, not the school."""
    return by is not None and (by == child or by in guardians_of(child))


def found_until(one: CarrierCard) -> datetime | None:
    """How long the family may say that what it lost was found; what somebody else closed is the school's to open."""
    if one.state is not CarrierState.LOST or one.until is None or not of_family(PersonId(one.child), one.changed_by):
        return None
    return one.until + FOUND_WITHIN

"""When a guardianship holds, whom it lets see what, and how age 14 changes that (RULES A2, A5, A6), pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from identity.ages import ADULT, GRACE_AFTER_14, PUPIL_ACTS_ALONE, Action, Phase, age, level_allows, phase, reaches
from identity.claims import Level
from identity.model import (
    EdgeId,
    EdgeRight,
    EdgeState,
    EvidenceKind,
    Guardianship,
    How,
    Missing,
    Person,
    PersonId,
    Strength,
)

LIST_VALID_FOR = timedelta(days=90)
TO_CONFIRM_FOR = timedelta(days=14)
HELD_AFTER_RECOVERY = timedelta(hours=72)

ALL_RIGHTS = frozenset(EdgeRight)
RIGHTS_OF: Mapping[EvidenceKind, frozenset[EdgeRight]] = MappingProxyType(
    {
        EvidenceKind.ESIA_KID: ALL_RIGHTS,
        EvidenceKind.SNILS_IN_SCHOOL_CARD: ALL_RIGHTS,
        EvidenceKind.SCHOOL_APPROVAL: ALL_RIGHTS,
        EvidenceKind.INVITATION_CODE: frozenset({EdgeRight.VIEW, EdgeRight.NOTICES}),
    }
)
"""What an edge of this evidence gives; a kind that is not here makes no kinship at all (RULES A5)."""


def strength_of(kind: EvidenceKind) -> Strength:
    """A code proves that somebody holds a slip of paper; the others are an authority's word."""
    return Strength.WEAK if kind is EvidenceKind.INVITATION_CODE else Strength.STRONG


HOW: Mapping[Missing, tuple[How, ...]] = MappingProxyType(
    {
        Missing.LEVEL_TOO_LOW: (How.CONFIRM_GOSUSLUGI_ACCOUNT,),
        Missing.SNILS_MISSING: (How.ADD_SNILS_IN_GOSUSLUGI, How.ASK_SCHOOL),
        Missing.BIRTH_DATE_MISSING: (How.CONFIRM_GOSUSLUGI_ACCOUNT, How.ASK_SCHOOL),
        Missing.UNDER_18: (How.ASK_SCHOOL,),
        Missing.CHILDREN_NOT_TOLD: (How.ALLOW_CHILDREN_IN_GOSUSLUGI, How.CODE, How.ASK_SCHOOL),
        Missing.NO_CHILDREN_LISTED: (How.ADD_CHILD_IN_GOSUSLUGI, How.CODE, How.ASK_SCHOOL),
        Missing.EDGE_WAITING: (How.CONFIRM_GOSUSLUGI_ACCOUNT, How.ASK_SCHOOL),
        Missing.EDGE_FROZEN: (How.ASK_SCHOOL,),
        Missing.EVIDENCE_EXPIRED: (How.SIGN_IN_AGAIN, How.CODE, How.ASK_SCHOOL),
        Missing.TO_CONFIRM_VIEW_ONLY: (How.ADD_CHILD_IN_GOSUSLUGI, How.CODE, How.ASK_SCHOOL),
        Missing.RIGHT_NOT_GIVEN: (How.ADD_CHILD_IN_GOSUSLUGI, How.ASK_SCHOOL),
        Missing.CHILD_IS_ADULT: (How.ASK_PUPIL,),
        Missing.RECENT_RECOVERY: (How.WAIT,),
        Missing.FOREIGN: (How.SIGN_IN_AND_LINK, How.CODE, How.ASK_SCHOOL),
    }
)
"""How to get what is missing."""


def activation(guardian: Person, level: Level, now: datetime) -> tuple[EdgeState, tuple[Missing, ...]]:
    """Whether a new edge of this adult is active, and what it waits for (RULES A5)."""
    missing: list[Missing] = []
    if not level_allows(Action.GUARDIANSHIP, level):
        missing.append(Missing.LEVEL_TOO_LOW)
    if guardian.birth_date is None:
        missing.append(Missing.BIRTH_DATE_MISSING)
    elif age(guardian.birth_date, now, guardian.zone) < ADULT:
        missing.append(Missing.UNDER_18)
    return (EdgeState.WAITING if missing else EdgeState.ACTIVE), tuple(missing)


class Change(StrEnum):
    """What a sign-in did to an edge; notices are chosen by it."""

    NEW = "new"
    ACTIVATED = "activated"
    RENEWED = "renewed"
    WAITING = "waiting"
    TO_CONFIRM = "to_confirm"
    CONFIRMED_AGAIN = "confirmed_again"
    ENDED = "ended"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgePlan:
    """One edge as it shall be after a sign-in; `edge` is None for a new one."""

    child: PersonId
    edge: EdgeId | None
    state: EdgeState
    valid_until: datetime
    missing: tuple[Missing, ...]
    change: Change


def plan_listed(
    edges: Iterable[Guardianship],
    listed: Collection[PersonId],
    *,
    state: EdgeState,
    missing: tuple[Missing, ...],
    frozen: Collection[PersonId] = (),
    now: datetime,
) -> tuple[EdgePlan, ...]:
    """What the Gosuslugi list of this sign-in makes of the guardian's `esia_kid` edges (RULES A2)."""
    plans: list[EdgePlan] = []
    seen: set[PersonId] = set()
    until = now + LIST_VALID_FOR
    for edge in edges:
        if edge.evidence.kind is not EvidenceKind.ESIA_KID or edge.state is EdgeState.ENDED:
            continue
        seen.add(edge.child)
        if edge.child in listed:
            plans.append(_renewed(edge, state, missing, until))
        elif edge.state in (EdgeState.ACTIVE, EdgeState.WAITING) and Missing.LEVEL_TOO_LOW not in missing:
            plans.append(_unlisted(edge, now))
        elif edge.state is EdgeState.ACTIVE:
            # An account that is not confirmed any more vouches for no list: its children are not gone, they wait.
            kept = edge.valid_until or until
            plans.append(EdgePlan(child=edge.child, edge=edge.id, state=state, valid_until=kept, missing=missing, change=Change.WAITING))
    for child in sorted(set(listed) - seen):
        held = EdgeState.FROZEN if child in frozen else state
        plans.append(EdgePlan(child=child, edge=None, state=held, valid_until=until, missing=missing, change=Change.NEW))
    return tuple(plans)


def plan_untold(edges: Iterable[Guardianship], *, state: EdgeState, missing: tuple[Missing, ...], now: datetime) -> tuple[EdgePlan, ...]:
    """What a sign-in without a list makes of the edges: nothing, unless this guardian may not have active ones any more."""
    if state is EdgeState.ACTIVE:
        return ()
    return tuple(
        EdgePlan(child=edge.child, edge=edge.id, state=state, valid_until=edge.valid_until or now, missing=missing, change=Change.WAITING)
        for edge in edges
        if edge.evidence.kind is EvidenceKind.ESIA_KID and edge.state is EdgeState.ACTIVE
    )


def _renewed(edge: Guardianship, state: EdgeState, missing: tuple[Missing, ...], until: datetime) -> EdgePlan:
    change = Change.RENEWED
    if edge.state is EdgeState.FROZEN:
        state = EdgeState.FROZEN
    elif edge.state is EdgeState.TO_CONFIRM:
        change = Change.CONFIRMED_AGAIN
    elif edge.state is not state:
        change = Change.ACTIVATED if state is EdgeState.ACTIVE else Change.WAITING
    return EdgePlan(child=edge.child, edge=edge.id, state=state, valid_until=until, missing=missing, change=change)


def _unlisted(edge: Guardianship, now: datetime) -> EdgePlan:
    if edge.state is EdgeState.WAITING:
        return EdgePlan(child=edge.child, edge=edge.id, state=EdgeState.ENDED, valid_until=now, missing=(), change=Change.ENDED)
    until = now + TO_CONFIRM_FOR
    return EdgePlan(child=edge.child, edge=edge.id, state=EdgeState.TO_CONFIRM, valid_until=until, missing=(), change=Change.TO_CONFIRM)


def expired(edge: Guardianship, now: datetime) -> bool:
    return edge.valid_until is not None and now >= edge.valid_until


def effective_rights(edge: Guardianship, now: datetime) -> frozenset[EdgeRight]:
    """What an edge gives at this moment: all of its evidence, view only while to be confirmed, else nothing."""
    if expired(edge, now):
        return frozenset()
    if edge.state is EdgeState.ACTIVE:
        return edge.rights
    if edge.state is EdgeState.TO_CONFIRM:
        return edge.rights & {EdgeRight.VIEW}
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """The answer to "may this person": allowed with its end, or refused with the reason and the ways to change it."""

    allowed: bool
    missing: tuple[Missing, ...] = ()
    how: tuple[How, ...] = ()
    until: datetime | None = None
    edge: EdgeId | None = None
    rights: frozenset[EdgeRight] = frozenset()
    is_self: bool = False
    diary_only: bool = False
    delegated: bool = False
    lender: PersonId | None = None
    """Whose view it is that was lent."""


def refused(*missing: Missing, edge: EdgeId | None = None) -> Right:
    ways = tuple(dict.fromkeys(how for one in missing for how in HOW[one]))
    return Right(allowed=False, missing=missing, how=ways, edge=edge)


def own_right(child: Person, level: Level, now: datetime) -> Right:
    """A pupil's own view: any level before 14 and for 90 days after, then a confirmed account (RULES A4, A6)."""
    where = phase(child.birth_date, now, child.zone)
    if child.birth_date is not None and (where.under_14 or where is Phase.GRACE):
        until = reaches(child.birth_date, PUPIL_ACTS_ALONE, child.zone) + GRACE_AFTER_14
        confirmed = level_allows(Action.OWN_FROM_14, level)
        return Right(allowed=True, until=None if confirmed else until, rights=frozenset({EdgeRight.VIEW}), is_self=True)
    if level_allows(Action.OWN_FROM_14, level):
        return Right(allowed=True, rights=frozenset({EdgeRight.VIEW}), is_self=True)
    return replace(refused(Missing.LEVEL_TOO_LOW), is_self=True)


def view_by_edges(child: Person, edges: Iterable[Guardianship], level: Level, now: datetime, *, capable: bool = False) -> Right:
    """What a guardian may see of this child by any of the edges between the two; `capable`: full capacity came early (RULES A4, A5, A6)."""
    live = [edge for edge in edges if edge.state is not EdgeState.ENDED]
    if not live:
        return refused(Missing.FOREIGN)
    for edge in live:
        if edge.state is EdgeState.FROZEN:
            return refused(Missing.EDGE_FROZEN, edge=edge.id)
    if capable or phase(child.birth_date, now, child.zone) is Phase.ADULT:
        return refused(Missing.CHILD_IS_ADULT, edge=live[0].id)
    answers = [_by_edge(child, edge, level, now) for edge in live]
    # Of several refusals, one that can be mended is told before evidence that lapsed.
    return max(answers, key=lambda answer: (answer.allowed, len(answer.rights), answer.missing != (Missing.EVIDENCE_EXPIRED,)))


def _by_edge(child: Person, edge: Guardianship, level: Level, now: datetime) -> Right:
    rights = effective_rights(edge, now)
    if EdgeRight.VIEW not in rights:
        if edge.state is EdgeState.WAITING:
            return refused(*(edge.missing or (Missing.EDGE_WAITING,)), edge=edge.id)
        return refused(Missing.EVIDENCE_EXPIRED, edge=edge.id)
    action = Action.VIEW_UNDER_14 if phase(child.birth_date, now, child.zone).under_14 else Action.VIEW_FROM_14
    if edge.evidence.kind is EvidenceKind.ESIA_KID:
        action = Action.VIEW_FROM_14  # a Gosuslugi edge is active only at the confirmed level, whatever the child's age
    if not level_allows(action, level):
        return refused(Missing.LEVEL_TOO_LOW, edge=edge.id)
    return Right(allowed=True, until=edge.valid_until, edge=edge.id, rights=rights)


def held_after_recovery(person: Person, now: datetime) -> datetime | None:
    """Until when money and guardianship acts of this person wait after a recovery (RULES A17); None when nothing waits."""
    until = person.recovered_at + HELD_AFTER_RECOVERY if person.recovered_at else None
    return until if until is not None and now < until else None


def acting_right(
    guardian: Person, child: Person, edges: Iterable[Guardianship], right: EdgeRight, level: Level, now: datetime, *, capable: bool = False
) -> Right:
    """Acts and money: the view, this very right, a confirmed account, and 72 h after a recovery (RULES A2, A4, A17)."""
    live = [edge for edge in edges if edge.state is not EdgeState.ENDED]
    view = view_by_edges(child, live, level, now, capable=capable)
    if not view.allowed:
        return view
    if not level_allows(Action.MONEY if right is EdgeRight.PAY else Action.ACT, level):
        return refused(Missing.LEVEL_TOO_LOW, edge=view.edge)
    if held_after_recovery(guardian, now) is not None:
        return refused(Missing.RECENT_RECOVERY, edge=view.edge)
    if right not in view.rights:
        held = any(edge.state is EdgeState.TO_CONFIRM for edge in live)
        return refused(Missing.TO_CONFIRM_VIEW_ONLY if held else Missing.RIGHT_NOT_GIVEN, edge=view.edge)
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that is missing for full use, and the ways to get it."""

    missing: Missing
    how: tuple[How, ...]


def needs(person: Person, edges: Iterable[Guardianship], *, now: datetime, told: bool | None = None) -> tuple[Need, ...]:
    """What the page says after a sign-in: level, SNILS, birth date, age, children (RULES A4). `told`: the provider gave a list."""
    missing: list[Missing] = []
    if not level_allows(Action.GUARDIANSHIP, person.level):
        missing.append(Missing.LEVEL_TOO_LOW)
    if person.snils is None:
        missing.append(Missing.SNILS_MISSING)
    if person.birth_date is None:
        missing.append(Missing.BIRTH_DATE_MISSING)
    young = person.birth_date is not None and age(person.birth_date, now, person.zone) < ADULT
    live = [edge for edge in edges if edge.state is not EdgeState.ENDED]
    if young and live:
        missing.append(Missing.UNDER_18)
    if told is False and not young:
        missing.append(Missing.CHILDREN_NOT_TOLD)
    elif not live and not young:
        missing.append(Missing.NO_CHILDREN_LISTED)
    states = {edge.state for edge in live}
    if EdgeState.FROZEN in states:
        missing.append(Missing.EDGE_FROZEN)
    if EdgeState.TO_CONFIRM in states:
        missing.append(Missing.TO_CONFIRM_VIEW_ONLY)
    return tuple(Need(missing=one, how=HOW[one]) for one in missing)

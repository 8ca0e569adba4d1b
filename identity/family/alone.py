"""Who may do what alone, as a table, and what becomes of an act that needs the others (RULES A5b), pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from identity.model import PersonId

SILENCE = timedelta(days=7)


class FamilyAct(StrEnum):
    BLOCK_CARD = "block_card"
    ABSENCE_NOTICE = "absence_notice"
    LIMITS = "limits"
    FORBIDDEN_ITEMS = "forbidden_items"
    DELEGATION = "delegation"
    WITHDRAW_CONSENT = "withdraw_consent"
    ERASE_OWN = "erase_own"
    EXPORT_OWN = "export_own"
    CHANGE_SCHOOL = "change_school"
    ERASE_CHILD = "erase_child"
    PAYOUT = "payout"


class Rule(StrEnum):
    """`OWN_PART`: alone, and it touches nothing of the other adults."""

    ALONE_OTHERS_TOLD = "alone_others_told"
    ALONE_OWN_PART = "alone_own_part"
    SILENCE_OR_SCHOOL = "silence_or_school"
    PAYER = "payer"


RULE_OF: Mapping[FamilyAct, Rule] = MappingProxyType(
    {
        FamilyAct.BLOCK_CARD: Rule.ALONE_OTHERS_TOLD,
        FamilyAct.ABSENCE_NOTICE: Rule.ALONE_OTHERS_TOLD,
        FamilyAct.LIMITS: Rule.ALONE_OTHERS_TOLD,
        FamilyAct.FORBIDDEN_ITEMS: Rule.ALONE_OTHERS_TOLD,
        FamilyAct.DELEGATION: Rule.ALONE_OTHERS_TOLD,
        FamilyAct.WITHDRAW_CONSENT: Rule.ALONE_OWN_PART,
        FamilyAct.ERASE_OWN: Rule.ALONE_OWN_PART,
        FamilyAct.EXPORT_OWN: Rule.ALONE_OWN_PART,
        FamilyAct.CHANGE_SCHOOL: Rule.SILENCE_OR_SCHOOL,
        FamilyAct.ERASE_CHILD: Rule.SILENCE_OR_SCHOOL,
        FamilyAct.PAYOUT: Rule.PAYER,
    }
)


class ActState(StrEnum):
    ALLOWED = "allowed"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAnswer:
    """`tell` hears of it at once; `until` is when silence lets a waiting act through."""

    state: ActState
    tell: tuple[PersonId, ...] = ()
    until: datetime | None = None


def may_alone(act: FamilyAct) -> bool:
    return RULE_OF[act] in (Rule.ALONE_OTHERS_TOLD, Rule.ALONE_OWN_PART)


def decide_act(
    act: FamilyAct,
    by: PersonId,
    *,
    guardians: Collection[PersonId],
    now: datetime,
    asked_at: datetime | None = None,
    objections: Collection[PersonId] = (),
    school_agrees: bool | None = None,
    payer: PersonId | None = None,
) -> ActAnswer:
    """Whether the act goes through now. The school's word stands above silence and above an objection."""
    others = tuple(sorted(set(guardians) - {by}))
    rule = RULE_OF[act]
    if rule is Rule.ALONE_OTHERS_TOLD:
        return ActAnswer(state=ActState.ALLOWED, tell=others)
    if rule is Rule.ALONE_OWN_PART:
        return ActAnswer(state=ActState.ALLOWED)
    if rule is Rule.PAYER:
        return ActAnswer(state=ActState.ALLOWED if payer == by else ActState.REFUSED)
    if school_agrees is not None:
        return ActAnswer(state=ActState.ALLOWED if school_agrees else ActState.REFUSED, tell=others)
    if set(objections) & set(others):
        return ActAnswer(state=ActState.REFUSED, tell=others)
    until = (asked_at or now) + SILENCE
    if not others or now >= until:
        return ActAnswer(state=ActState.ALLOWED, tell=others)
    return ActAnswer(state=ActState.WAITING, tell=others, until=until)

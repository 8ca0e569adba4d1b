"""Finds whose item it is, asks whether this officer may, and lets its kind act: one unit for the whole decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.deps import Deps
from hub.flows.follow_edges import forget_everything
from hub.flows.office.deciding import bans, cards, families, stored, ties, ways_back
from hub.flows.office.deciding.word import Outcome, Turn, Word
from hub.flows.office.officers import officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.desk import Decided
from hub.store.sessions import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of item: `school` tells whose it is (empty: any of the officer's), None where it does not exist."""

    act: Act
    school: Callable[[Deps, str], str | None]
    sign: Turn
    refuse: Turn


def _unsigned(_deps: Deps, _officer: object, _id: str, _word: Word) -> Outcome:
    raise Refused(Reason.FORBIDDEN, "Здесь нечего подписывать: исправьте карточку или вычеркните представителя.")


KINDS: dict[str, Kind] = {
    "card": Kind(act=Act.REVIEWS, school=cards.school_of_card, sign=cards.sign_card, refuse=cards.refuse_card),
    "unmatched": Kind(act=Act.REVIEWS, school=cards.school_of_card, sign=_unsigned, refuse=cards.refuse_card),
    "edge": Kind(act=Act.REVIEWS, school=ties.school_of_edge, sign=ties.sign_edge, refuse=ties.refuse_edge),
    "case": Kind(act=Act.REVIEWS, school=stored.school_of_review, sign=stored.sign_review, refuse=stored.refuse_stored),
    "restriction": Kind(act=Act.RESTRICTIONS, school=bans.school_of_ban, sign=bans.sign_ban, refuse=bans.refuse_ban),
    "lift": Kind(act=Act.RESTRICTIONS, school=bans.school_of_ban, sign=bans.sign_lift, refuse=bans.refuse_lift_of),
    "proposal": Kind(act=Act.REVIEWS, school=families.school_of_proposal, sign=families.agree, refuse=families.disagree),
    "recovery": Kind(act=Act.RECOVERY, school=ways_back.school_of_recovery, sign=ways_back.sign_way_back, refuse=ways_back.refuse_way_back),
}


async def sign_item(deps: Deps, visitor: Visitor, item: str, word: Word, *, school: str | None = None) -> Decided:
    """Yes: keep, confirm, or put the second signature."""
    return await _turn(deps, visitor, item, word, school, lambda kind: kind.sign)


async def refuse_item(deps: Deps, visitor: Visitor, item: str, word: Word, *, school: str | None = None) -> Decided:
    """No, with a reason."""
    return await _turn(deps, visitor, item, word, school, lambda kind: kind.refuse)


async def _turn(deps: Deps, visitor: Visitor, item: str, word: Word, school: str | None, which: Callable[[Kind], Turn]) -> Decided:
    prefix, _, id_ = item.partition(".")
    kind = KINDS.get(prefix)

    def unit() -> Outcome:
        if kind is None:
            officer_of(deps, visitor, school=school, act=Act.REVIEWS)
            raise Refused(Reason.NOT_FOUND)
        whose = kind.school(deps, id_)
        # Who has no office hears so before anything is said of the item.
        officer = officer_of(deps, visitor, school=school if whose == "" else whose or "none", act=kind.act)
        return which(kind)(deps, officer, id_, word)

    outcome = await deps.db.write(unit)
    forget_everything(deps, outcome.ended)
    return Decided(id=item, state=outcome.state, works_from=outcome.works_from, code=outcome.code, expires_at=outcome.expires_at)

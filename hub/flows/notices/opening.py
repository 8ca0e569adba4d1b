"""A push woke a browser: it asks what happened, and by that the hub knows that the push was shown (RULES F1, F4)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.notices.happenings import says_of
from hub.flows.notices.kinds import PUSH, RULES, Kind, Why
from hub.flows.notices.texts import Told, digest
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.notices import PushView
from hub.store import preferences
from hub.store.outbox import claiming, log
from hub.store.outbox.claiming import DELIVERED, SENT
from hub.store.outbox.log import DecisionCard
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import view_right

TITLE = "Школьный кабинет"


async def open_push(deps: Deps, visitor: Visitor, event: str) -> PushView:
    """Another person's event, and one that is not there, get the same answer."""
    now = deps.now()

    def unit() -> PushView:
        card = log.decision(event)
        if card is None or card.person != visitor.person or not _sees(deps, card, now=now):
            raise Refused(Reason.NOT_FOUND)
        together = _together(card)
        for one in together:
            send = next((send for send in one.sends if send.channel == PUSH), None)
            if send is not None and claiming.turn(send.id, DELIVERED, now=now) and send.step:
                claiming.arrived(one.id, send.step, Why.FALLBACK_NOT_NEEDED, now=now)
        names = preferences.of_person(deps.keys, visitor.person).nicknames
        told = [Told(kind=Kind(one.kind), at=one.at, says=says_of(one.says), name=names.get(one.child, "")) for one in together]
        return PushView(
            event=event,
            title=TITLE,
            text=digest(told, now=now, parts=8),
            href=f"/children/{card.child}/passes" if card.child else "/notices",
            urgent=not RULES[Kind(card.kind)].quiet,
            at=card.at,
        )

    return await deps.db.write(unit)


def _sees(deps: Deps, card: DecisionCard, *, now: datetime) -> bool:
    """The right may have ended since (RULES A5a)."""
    if not card.child or card.child == card.person:
        return True
    right = view_right(deps.keys, PersonId(card.person), PersonId(card.child), now=now)
    return right.allowed and not right.delegated and not right.diary_only


def _together(card: DecisionCard) -> list[DecisionCard]:
    """The night's others that went as one message with this one."""
    mine = next((send for send in card.sends if send.channel == PUSH), None)
    if mine is None or not mine.digest or mine.state not in (SENT, DELIVERED):
        return [card]
    return log.sent_as(card.person, mine.ref) or [card]

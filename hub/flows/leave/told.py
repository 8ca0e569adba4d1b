"""What somebody was told of the children and what not, with the reasons, for the own file (RULES F1, A14)."""

from __future__ import annotations

from hub.flows.notices.log import items_of
from hub.flows.notices.nights import quiet_view
from hub.flows.views.people.notices import QuietView
from hub.flows.views.self_service.mine import MyTold
from hub.store.outbox import log, quiet

MOST_TOLD = 2000


def my_told(person: str) -> tuple[MyTold, ...]:
    """In the caller's unit, newest first."""
    return tuple(
        MyTold(
            child=card.child,
            kind=card.kind,
            event=card.event,
            at=card.at,
            channel=one.channel,
            decision=one.decision,
            rule=one.rule,
            price_kop=one.price_kop,
        )
        for card in log.of_person(person, limit=MOST_TOLD)
        for one in items_of(card)
    )


def my_quiet_hours(person: str) -> QuietView:
    return quiet_view(quiet.of_person(person))

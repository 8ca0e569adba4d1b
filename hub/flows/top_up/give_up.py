"""A payer gives up a demand that nobody has paid by: the code is cancelled where it was made."""

from __future__ import annotations

from connectors.kit.errors import Rejected
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up.ask import ask_about
from hub.flows.top_up.news import settle_and_tell
from hub.flows.top_up.show import view_of
from hub.flows.views.paying.top_up import TopUpView
from hub.store.sessions import Visitor
from hub.store.wishes import demands, top_ups
from hub.store.wishes.top_ups import DECLINED, PENDING, TopUpCard
from identity.model import ActorKind, PersonId
from identity.store import record_change

PAID_ALREADY = "По этому коду уже внесли деньги, отменить его нельзя: они на счёте."
NOT_A_CODE = "Отменить можно только код для салона связи. Неоплаченный заказ в банке закроется сам."


async def give_up_top_up(deps: Deps, visitor: Visitor, id_: str) -> TopUpView:
    """Once or twice, it is the same. Only who asked for the code may: to anybody else it is not there."""

    def unit() -> TopUpCard:
        card = top_ups.get(id_)
        if card is None or card.person != visitor.person:
            raise Refused(Reason.NOT_FOUND)
        if demands.get(id_) is None or (card.state == PENDING and card.provider_id is None):
            raise Refused(Reason.CANNOT_PAY_IN, NOT_A_CODE)
        return card

    card = await deps.db.read(unit)
    if card.state == PENDING:
        card = await _cancelled(deps, card)
    if card.state != DECLINED:
        raise Refused(Reason.CANNOT_PAY_IN, PAID_ALREADY)
    return await view_of(deps, card)


async def _cancelled(deps: Deps, card: TopUpCard) -> TopUpCard:
    port = deps.payments.get(card.provider)
    if port is None or card.provider_id is None:
        raise Refused(Reason.CANNOT_PAY_IN, NOT_A_CODE)
    try:
        found = await port.cancel(card.provider_id)
    except Rejected:
        # Somebody was at the counter at this moment, or its time is over: what it is now is asked.
        return await ask_about(deps, card)

    def keep() -> TopUpCard | None:
        now, who = deps.now(), PersonId(card.person)
        if card.child is not None:
            record_change(
                actor=who,
                actor_kind=ActorKind.GUARDIAN,
                subject=PersonId(card.child),
                action="money.top_up_cancel",
                now=now,
                object=card.id,
            )
        return settle_and_tell(deps, card.id, found, now=now)

    return await deps.db.write(keep) or card

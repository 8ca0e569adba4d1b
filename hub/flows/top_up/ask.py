"""What came of a payment: the acquirer is asked, by a person who looks or by the worker, until the ledger has it (RULES D4)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from connectors.kit.errors import ConnectorError, NotFound, Unavailable
from connectors.kit.payment import Payment
from hub.deps import Deps
from hub.flows.money.sight import seen_account
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up.begin import order_of
from hub.flows.top_up.dress import dress_of, dressed
from hub.flows.top_up.news import settle_and_tell
from hub.flows.top_up.rules import CAME_TO_BE
from hub.flows.top_up.settle import never_made, unanswered
from hub.flows.top_up.show import view_of
from hub.flows.views.paying.top_up import TopUpView
from hub.ledger.model import AccountId
from hub.ledger.store import contracts
from hub.store.sessions import Visitor
from hub.store.wishes import top_ups
from hub.store.wishes.top_ups import PENDING, TopUpCard

BATCH = 20
FRESH = timedelta(seconds=2)
"""Who looks again sooner sees what was told then."""
LOOK_WITHIN_S = 2.5


async def show_top_up(deps: Deps, visitor: Visitor, id_: str) -> TopUpView:
    """The payment as the ledger has it; while it is pending the acquirer is asked first, for as long as a person waits."""

    def unit() -> TopUpCard:
        card = top_ups.get(id_)
        if card is None:
            raise Refused(Reason.NOT_FOUND)
        if card.person != visitor.person:
            seen_account(deps, visitor, card.account, now=deps.now())
        return card

    card = await deps.db.read(unit)
    now = deps.now()
    if card.state == PENDING and not card.problem and (now - (card.asked_at or card.created_at)) >= FRESH:
        try:
            async with asyncio.timeout(LOOK_WITHIN_S):
                card = await ask_about(deps, card)
        except TimeoutError:
            return await view_of(deps, card)
    return await view_of(deps, card)


async def ask_about(deps: Deps, card: TopUpCard) -> TopUpCard:
    """Asks the acquirer once, for everybody who wants to know at this moment."""

    async def asked() -> TopUpCard:
        told = await _told(deps, card)

        def keep() -> TopUpCard | None:
            now = deps.now()
            if isinstance(told, Payment):
                return settle_and_tell(deps, card.id, told, now=now)
            if isinstance(told, NotFound) and card.provider_id is None and now - card.created_at > CAME_TO_BE:
                return never_made(card.id, now=now, word="never_made")
            return unanswered(card.id, now=now)

        return await deps.db.write(keep) or card

    async with deps.memory.locks.of(("top_up", card.id)):
        return await asked()


async def _told(deps: Deps, card: TopUpCard) -> Payment | ConnectorError:
    port = deps.payments.get(card.provider)
    if port is None:
        return Unavailable(card.provider, "not configured now")
    try:
        if card.provider_id is not None:
            return await port.status(card.provider_id)
        purposes, dress = await deps.db.read(lambda: (contracts.purposes_of([card.account]), dress_of(deps, card)))
        purpose = purposes.get(AccountId(card.account))
        if purpose is None:
            return Unavailable(card.provider, "the account is gone")
        return await port.find(dressed(order_of(deps, card, purpose), card, purpose, dress))
    except ConnectorError as error:
        return error


async def ask_pending(deps: Deps) -> bool:
    """The worker's turn: those whose time has come."""
    if not deps.payments:
        return False
    now = deps.now()
    if not await deps.db.read(lambda: top_ups.waits(now=now)):
        return False
    ids = await deps.db.write(lambda: top_ups.due(now=now, limit=BATCH))
    cards = await deps.db.read(lambda: [top_ups.get(id_) for id_ in ids])
    await asyncio.gather(*(ask_about(deps, card) for card in cards if card is not None))
    return len(ids) == BATCH

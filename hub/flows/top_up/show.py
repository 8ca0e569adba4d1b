"""Payments as records for people, each with the demand where it has one."""

from __future__ import annotations

from connectors.kit.manifest import PayWay
from hub.deps import Deps
from hub.flows.money.sight import seen_account
from hub.flows.top_up.ways import way_of
from hub.flows.top_up.words import shown_as
from hub.flows.views.paying.top_up import TopUpList, TopUpView
from hub.store.sessions import Visitor
from hub.store.wishes import demands, top_ups
from hub.store.wishes.top_ups import TopUpCard

MOST = 50


async def list_top_ups(deps: Deps, visitor: Visitor, account: str) -> TopUpList:
    """What this person began for this account, as it was told last; nobody is asked. By it a code is found again."""
    now = deps.now()

    def unit() -> TopUpList:
        card, _, _ = seen_account(deps, visitor, account, now=now)
        mine = top_ups.of_account(card.id, visitor.person, limit=MOST)
        held = demands.of_top_ups([one.id for one in mine])
        return TopUpList(
            items=tuple(shown_as(one, way=way_of(deps, one.provider, one.method), demand=held.get(one.id), now=now) for one in mine)
        )

    return await deps.db.read(unit)


async def view_of(deps: Deps, card: TopUpCard) -> TopUpView:
    way = way_of(deps, card.provider, card.method)
    held = await deps.db.read(lambda: demands.get(card.id)) if way is PayWay.SHOP else None
    return shown_as(card, way=way, demand=held, now=deps.now())

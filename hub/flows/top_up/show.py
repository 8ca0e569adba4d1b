"""A payment as a record for people, with the demand where it has one."""

from __future__ import annotations

from connectors.kit.manifest import PayWay
from hub.deps import Deps
from hub.flows.top_up.ways import way_of
from hub.flows.top_up.words import shown_as
from hub.flows.views.top_up import TopUpView
from hub.store.wishes import demands
from hub.store.wishes.top_ups import TopUpCard


async def view_of(deps: Deps, card: TopUpCard) -> TopUpView:
    way = way_of(deps, card.provider, card.method)
    held = await deps.db.read(lambda: demands.get(card.id)) if way is PayWay.SHOP else None
    return shown_as(card, way=way, demand=held, now=deps.now())

"""A family wants to pay in: the order is stored, then the acquirer is asked for its page (RULES D3, D4, D6, D11)."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta

from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected
from connectors.kit.manifest import PayWay
from connectors.kit.payment import Order, Payment
from hub.deps import Deps
from hub.flows.top_up.dress import Dress, dress_of, dressed, keep_contact
from hub.flows.top_up.news import settle_and_tell
from hub.flows.top_up.parts import demand_of
from hub.flows.top_up.rules import DEMAND_LIFE_S, payable, phone_for, require_amount
from hub.flows.top_up.settle import never_made, unanswered
from hub.flows.top_up.show import view_of
from hub.flows.top_up.ways import fee_kop, method_of, provider_of, way_of
from hub.flows.top_up.words import DESCRIPTIONS
from hub.flows.views.paying.top_up import TopUpView
from hub.ledger.model import Purpose
from hub.store.sessions import Visitor
from hub.store.wishes import demands, top_ups
from hub.store.wishes.top_ups import PENDING, TopUpCard
from identity.model import ActorKind, PersonId
from identity.store import record_change

REFUSED = (Rejected, NotFound, AuthExpired, AccessDenied, RateLimited)
"""The acquirer has answered, and there is no order. Every other error leaves it open whether there is one."""
FIRST_ASK = timedelta(seconds=12)
"""Later than the call that makes the order may take."""


async def begin_top_up(
    deps: Deps, visitor: Visitor, account: str, *, provider: str, amount_kop: int, method: str = "", form: str = "", phone: str = ""
) -> TopUpView:
    """The acquirer's page, or `pending` where its answer did not come in time. `form` is one of a page: sent twice it is one wish.
    `phone` as it was typed: whose balance pays, or where a shop writes to."""
    now = deps.now()
    provider = provider_of(deps, provider)
    way = method_of(deps, provider, method)
    dialled = phone_for(way.way, phone)
    id_ = hashlib.sha256(f"{visitor.person} {form}".encode()).hexdigest()[:32] if form else uuid.uuid4().hex

    def begin() -> tuple[TopUpCard, Purpose | None, Dress]:
        known = top_ups.get(id_) if form else None
        if known is not None:
            return known, None, Dress()
        card, contract, view, child = payable(deps, visitor, account, now=now)
        require_amount(view, amount_kop)
        costs = fee_kop(contract, provider, way, amount_kop, now=now)
        made = _wish(id_, visitor, card.id, contract.child, provider=provider, method=method, amount_kop=amount_kop, costs=costs, now=now)
        top_ups.begin(made, ask_after=now + FIRST_ASK)
        keep_contact(deps, made)
        if dialled:
            demands.put_phone(deps.keys, made.id, made.person, dialled)
        if way.way is PayWay.SHOP:
            demands.put(demand_of(made, now=now))
        if child is not None:
            record_change(
                actor=PersonId(visitor.person), actor_kind=ActorKind.GUARDIAN, subject=child.id, action="money.top_up", now=now, object=id_
            )
        return made, card.purpose, dress_of(deps, made)

    made, purpose, dress = await deps.db.write(begin)
    if purpose is not None:
        made = await _ask(deps, made, dressed(order_of(deps, made, purpose), made, purpose, dress))
    return await view_of(deps, made)


def _wish(
    id_: str, visitor: Visitor, account: str, child: str | None, *, provider: str, method: str, amount_kop: int, costs: int, now: datetime
) -> TopUpCard:
    return TopUpCard(
        id=id_,
        account=account,
        child=child,
        person=visitor.person,
        provider=provider,
        method=method,
        amount_kop=amount_kop,
        fee_kop=costs,
        state=PENDING,
        word="",
        problem="",
        provider_id=None,
        pay_url=None,
        txn=None,
        refunded_kop=0,
        tries=0,
        created_at=now,
        asked_at=None,
    )


async def _ask(deps: Deps, made: TopUpCard, order: Order) -> TopUpCard:
    told: Payment | ConnectorError
    try:
        told = await deps.payments[made.provider].create(order)
    except ConnectorError as error:
        told = error

    def keep() -> TopUpCard | None:
        now = deps.now()
        if isinstance(told, Payment):
            return settle_and_tell(deps, made.id, told, now=now)
        if isinstance(told, REFUSED):
            return never_made(made.id, now=now, word=told.detail or told.code)
        return unanswered(made.id, now=now)

    return await deps.db.write(keep) or made


def order_of(deps: Deps, card: TopUpCard, purpose: Purpose) -> Order:
    """The same for the same wish, whenever it is asked: a repeat with the acquirer's key may not differ."""
    return Order(
        id=card.id,
        amount_kop=card.total_kop,
        description=DESCRIPTIONS[purpose],
        return_url=f"{deps.settings.public_url}/money/top-ups/{card.id}",
        method=card.method,
        life_s=DEMAND_LIFE_S if way_of(deps, card.provider, card.method) is PayWay.SHOP else None,
    )

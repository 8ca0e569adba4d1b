"""A demand is paid at a counter, at once or in parts: each part is credited once, with its share of the fee (RULES D3, D4, D6)."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from connectors.kit.payment import Demand, Payment, PaymentState
from hub.flows.top_up.problems import KEY_TAKEN, NO_ACCOUNT, SUM_DIFFERS
from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import AccountId, Cause
from hub.ledger.posting import Act, Own, to_suspense, top_up
from hub.ledger.store import contracts
from hub.ledger.store.writing import Outcome, post
from hub.store.wishes import demands
from hub.store.wishes.demands import DemandCard
from hub.store.wishes.top_ups import DECLINED, PAID, PENDING, TopUpCard

log = logging.getLogger("hub.pay")


def by_parts(card: TopUpCard, found: Payment, demand: Demand, *, now: datetime) -> TopUpCard:
    """In the caller's unit, which holds the top-up's row. What came after the demand had ended is credited too: the money is there."""
    held = demands.get(card.id) or demand_of(card, now=now)
    seen = replace(held, code=demand.code, open=demand.open, expires_at=demand.expires_at or held.expires_at)
    if found.paid_kop > seen.paid_kop:
        card, seen = _booked(card, seen, found, now=now)
    if seen != held:
        demands.put(replace(seen, changed_at=now))
    return _as_it_stands(card, seen, found)


def demand_of(card: TopUpCard, *, now: datetime) -> DemandCard:
    """As it is asked for, before anything was paid."""
    return DemandCard(id=card.id, code=None, asked_kop=card.total_kop, asked_fee_kop=card.fee_kop, changed_at=now)


def fee_of_part(paid_kop: int, *, asked_kop: int, fee_kop: int) -> int:
    """Of all that came so far, a kopeck that does not divide counted as fee: so the last part always brings something to the account."""
    return -(-paid_kop * fee_kop // asked_kop)


def _booked(card: TopUpCard, held: DemandCard, found: Payment, *, now: datetime) -> tuple[TopUpCard, DemandCard]:
    """What is new since the last time. A sum that was not asked for is kept apart until somebody has looked."""
    came = found.paid_kop - held.paid_kop
    at_once = held.paid_kop == 0 and found.paid_kop == held.asked_kop
    key = found.provider_id if at_once else f"{found.provider_id}:part:{found.paid_kop}"
    act = Act(scope=card.provider, key=key, at=now, actor=card.person, cause=Cause(provider=card.provider), request=(card.id,))
    purpose = contracts.purposes_of([card.account]).get(AccountId(card.account))
    fee = fee_of_part(found.paid_kop, asked_kop=held.asked_kop, fee_kop=held.asked_fee_kop) - held.fee_kop
    after = replace(held, paid_kop=found.paid_kop)
    differs = found.amount_kop != held.asked_kop or found.paid_kop > held.asked_kop
    if not differs and came <= fee and held.open:
        return card, held
    if differs or purpose is None or came <= fee:
        log.error("%s took another sum than was asked for, or for an account that is gone: top-up %s", card.provider, card.id)
        post(to_suspense(act, provider=card.provider, amount_kop=came), now=now)
        return replace(card, problem=NO_ACCOUNT if purpose is None else SUM_DIFFERS), after
    own = Own(id=AccountId(card.account), purpose=purpose)
    try:
        done = post(top_up(act, own, provider=card.provider, amount_kop=came - fee, fee_kop=fee), now=now)
    except LedgerRefusal:
        log.exception("a part of a payment found no place: top-up %s", card.id)
        return replace(card, problem=NO_ACCOUNT), held
    if done.outcome is Outcome.CONFLICT:
        return replace(card, problem=KEY_TAKEN), held
    after = replace(after, credited_kop=held.credited_kop + came - fee, fee_kop=held.fee_kop + fee)
    return replace(card, txn=done.txn, problem=""), after


def _as_it_stands(card: TopUpCard, held: DemandCard, found: Payment) -> TopUpCard:
    """A demand that takes no more is a payment of what came by it; `demand.asked_kop` keeps what was asked for."""
    if card.problem:
        return card
    ended = held.paid_kop >= held.asked_kop or not held.open or found.state is PaymentState.REFUNDED
    if held.credited_kop and ended:
        return replace(card, state=PAID, amount_kop=held.credited_kop, fee_kop=held.fee_kop)
    if card.state == PENDING and found.state is PaymentState.DECLINED:
        return replace(card, state=DECLINED)
    return card

"""What the acquirer says becomes entries, in one unit: credited once, taken back once, and never on anything unclear (RULES D3, D4)."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from connectors.kit.payment import Payment, PaymentState
from hub.flows.top_up.parts import by_parts
from hub.flows.top_up.problems import FEE_BACK, KEY_TAKEN, NO_ACCOUNT, REFUND_UNKNOWN, SUM_DIFFERS
from hub.flows.top_up.rules import LATE_COMES_WITHIN, next_ask
from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import AccountId, Cause
from hub.ledger.posting import Act, Own, chargeback, to_suspense, top_up
from hub.ledger.store import contracts
from hub.ledger.store.writing import Outcome, post
from hub.store.wishes import demands, top_ups
from hub.store.wishes.top_ups import DECLINED, PAID, PENDING, TopUpCard

log = logging.getLogger("hub.pay")


def settle(id_: str, found: Payment, *, now: datetime) -> TopUpCard | None:
    """In the caller's unit. A paid order is credited even where it was thought declined: the money is there."""
    card = top_ups.locked(id_)
    if card is None or (card.provider_id is not None and card.provider_id != found.provider_id) or found.order not in ("", card.id):
        return card
    card = replace(
        card,
        provider_id=found.provider_id,
        pay_url=found.pay_url or card.pay_url,
        word=found.word,
        tries=card.tries + 1,
        asked_at=now,
    )
    if found.demand is not None:
        card = by_parts(card, found, found.demand, now=now)
    elif card.state != PAID and found.state in (PaymentState.PAID, PaymentState.REFUNDED) and found.paid_kop > 0:
        card = _credited(card, found, now=now)
    elif card.state == PENDING and found.state is PaymentState.DECLINED:
        card = replace(card, state=DECLINED)
    if card.state == PAID and found.state is PaymentState.REFUNDED:
        card = _taken_back(card, found, now=now)
    until = found.demand.expires_at if found.demand is not None else None
    _keep(card, now=now, until=until + LATE_COMES_WITHIN if until else None)
    return card


def _credited(card: TopUpCard, found: Payment, *, now: datetime) -> TopUpCard:
    """By the acquirer's id, as its register names it too. Another sum than was asked for is kept apart until somebody has looked."""
    if card.problem == SUM_DIFFERS:
        return card
    act = Act(
        scope=card.provider,
        key=found.provider_id,
        at=now,
        actor=card.person,
        cause=Cause(provider=card.provider, way=card.method),
        request=(card.id,),
    )
    purpose = contracts.purposes_of([card.account]).get(AccountId(card.account))
    if found.paid_kop != card.total_kop or purpose is None:
        log.error("%s paid another sum than was asked for, or for an account that is gone: top-up %s", card.provider, card.id)
        post(to_suspense(act, provider=card.provider, amount_kop=found.paid_kop), now=now)
        return replace(card, problem=SUM_DIFFERS if purpose is not None else NO_ACCOUNT)
    own = Own(id=AccountId(card.account), purpose=purpose)
    try:
        done = post(top_up(act, own, provider=card.provider, amount_kop=card.amount_kop, fee_kop=card.fee_kop), now=now)
    except LedgerRefusal:
        log.exception("a payment found no place: top-up %s", card.id)
        return replace(card, problem=NO_ACCOUNT)
    if done.outcome is Outcome.CONFLICT:
        return replace(card, problem=KEY_TAKEN)
    return replace(card, state=PAID, txn=done.txn, problem="")


def _taken_back(card: TopUpCard, found: Payment, *, now: datetime) -> TopUpCard:
    """The acquirer gave money back without us: a fact. What is more than the account got was the fee, and is looked at by hand."""
    if found.refunded_kop is None:
        return replace(card, problem=REFUND_UNKNOWN)
    back = found.refunded_kop - card.refunded_kop
    part = min(found.refunded_kop, card.amount_kop) - min(card.refunded_kop, card.amount_kop)
    if back <= 0:
        return card
    purpose = contracts.purposes_of([card.account]).get(AccountId(card.account))
    if purpose is None:
        return replace(card, problem=NO_ACCOUNT)
    if part > 0:
        key = f"{found.provider_id}:back:{found.refunded_kop}"
        act = Act(
            scope=card.provider,
            key=key,
            at=now,
            actor=card.provider,
            cause=Cause(provider=card.provider, way=card.method),
            request=(card.id,),
        )
        post(chargeback(act, Own(id=AccountId(card.account), purpose=purpose), provider=card.provider, amount_kop=part), now=now)
    return replace(card, refunded_kop=found.refunded_kop, problem=FEE_BACK if part < back else card.problem)


def _keep(card: TopUpCard, *, now: datetime, until: datetime | None) -> None:
    waits = card.state == PENDING and not card.problem
    ask_after = next_ask(card.tries, card.created_at, now, known=True, until=until) if waits else None
    if ask_after is None:
        demands.drop_phone(card.id)
    top_ups.change(
        card.id,
        provider_id=card.provider_id,
        pay_url=card.pay_url,
        word=card.word,
        problem=card.problem,
        state=card.state,
        amount_kop=card.amount_kop,
        fee_kop=card.fee_kop,
        txn=card.txn,
        refunded_kop=card.refunded_kop,
        tries=card.tries,
        asked_at=now,
        ask_after=ask_after,
        settled_at=now if card.state != PENDING else None,
    )


def unanswered(id_: str, *, now: datetime) -> TopUpCard | None:
    """In the caller's unit: nothing is known, so it stays pending and is asked about later."""
    card = top_ups.locked(id_)
    if card is not None:
        known = card.provider_id is not None
        ask_after = next_ask(card.tries + 1, card.created_at, now, known=known) if card.state == PENDING else None
        if ask_after is None:
            demands.drop_phone(id_)
        top_ups.change(id_, tries=card.tries + 1, asked_at=now, ask_after=ask_after)
    return card


def never_made(id_: str, *, now: datetime, word: str) -> TopUpCard | None:
    """In the caller's unit: the acquirer refused the order, or has no such order long after the call. A notice may still tell more."""
    card = top_ups.locked(id_)
    if card is None or card.state != PENDING:
        return card
    demands.drop_phone(id_)
    top_ups.change(id_, state=DECLINED, word=word[:40], asked_at=now, ask_after=None, settled_at=now)
    return replace(card, state=DECLINED, word=word[:40])

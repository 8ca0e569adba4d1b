"""Refunds under way: the acquirer is asked outside, its word is written once, what it refuses is chosen anew (RULES D4)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, Rejected
from hub.deps import Deps
from hub.flows.payout.telling import note, tell_payer
from hub.ledger.agreements.payouts import PayoutState
from hub.ledger.money import shown
from hub.ledger.store.agreements import closing, papers, payouts, refunds
from hub.ledger.store.agreements.payouts import PayoutCard
from hub.ledger.store.agreements.refunds import RefundCard, RefundState
from identity.model import ActorKind

REFUSED = (Rejected, NotFound, AccessDenied, AuthExpired)
"""The acquirer answered, and gives nothing back. After any other error nothing is known, and it is asked again."""
WITHIN_S = 8.0
SOON = (30, 60, 300, 1800)
LATER_S = 6 * 3600
BATCH = 10
ACTOR = "worker:payouts"
FAILED = "Банк, через который платили, вернуть не смог. Выберите счёт в банке."


async def send_refunds(deps: Deps, id_: str) -> None:
    """All parts of one payout, in turn; whoever asks at the same moment waits."""
    async with deps.memory.locks.of(("payout", id_)):
        parts = await deps.db.read(lambda: [one for one in refunds.of_payout(id_) if one.state is RefundState.ASKED])
        told = [(one, await _ask(deps, one)) for one in parts]
        await deps.db.write(lambda: _keep(deps, id_, told))


async def follow_refunds(deps: Deps) -> bool:
    """The worker's turn."""
    now = deps.now()
    if not deps.payments:
        return False
    ids = await deps.db.write(lambda: payouts.due_to_ask(now=now, limit=BATCH))
    for id_ in ids:
        await send_refunds(deps, id_)
    return len(ids) == BATCH


async def _ask(deps: Deps, one: RefundCard) -> bool | None:
    """True: given back; False: refused for good; None: not known yet. A repeat is known by what had gone back before."""
    port = deps.payments.get(one.provider)
    if port is None:
        return None
    try:
        async with asyncio.timeout(WITHIN_S):
            found = await port.refund(one.provider_id, one.amount_kop, before_kop=one.before_kop)
            if found.done:
                return True
            payment = await port.status(one.provider_id)
            return True if (payment.refunded_kop or 0) >= one.before_kop + one.amount_kop else None
    except REFUSED:
        return False
    except (ConnectorError, TimeoutError):
        return None


def _keep(deps: Deps, id_: str, told: list[tuple[RefundCard, bool | None]]) -> None:
    card, now = payouts.get(id_), deps.now()
    if card is None:
        return
    contract = papers.lock(card.contract)
    card = payouts.locked(id_)
    if card is None or contract is None or card.state is not PayoutState.SENDING:
        return
    for one, back in told:
        if back:
            refunds.done(one, by=ACTOR, now=now)
        elif back is False:
            refunds.failed(one)
    if any(one.state is RefundState.ASKED for one in refunds.of_payout(id_)):
        after_s = SOON[card.tries] if card.tries < len(SOON) else LATER_S
        payouts.ask_again(id_, now + timedelta(seconds=after_s))
        return
    payouts.ask_again(id_, None)
    _over(deps, card)
    closing.settle(card.contract, now=now)
    note(contract, actor=ACTOR, kind=ActorKind.APP, action="payout.refunded", object_=id_, now=now)


def _over(deps: Deps, card: PayoutCard) -> None:
    """All of it went back, or none, or a part: what did not is open again under the same term."""
    now = deps.now()
    every = refunds.of_payout(card.id)
    back = sum(one.amount_kop for one in every if one.state is RefundState.DONE)
    if back == 0:
        payouts.turn(card, PayoutState.FAILED, note=payouts.sealed_note(deps.keys, card, FAILED))
        tell_payer(deps, card, kind="payout_failed", text=FAILED)
        return
    if back < card.amount_kop:
        payouts.split(card, card.amount_kop - back, now=now)
        tell_payer(deps, card, kind="payout_failed", text=FAILED)
    payouts.turn(card, PayoutState.DONE, done_by=ACTOR, done_at=now)
    tell_payer(deps, card, kind="payout_done", text=f"Остаток по договору возвращён туда, откуда платили: {shown(back)}.")

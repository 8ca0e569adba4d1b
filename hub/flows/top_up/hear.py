"""An acquirer calls: whatever it says is a hint, so it is asked what became of the payment (RULES D4)."""

from __future__ import annotations

import logging

from connectors.kit.errors import ConnectorError
from connectors.kit.payment import Hint, NotAsked, Notification, Signature
from hub.deps import Deps
from hub.flows.receipts.follow import hear_receipt
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up.ask import ask_about
from hub.flows.top_up.news import settle_and_tell
from hub.flows.top_up.ways import provider_of
from hub.store.wishes import top_ups
from hub.store.wishes.top_ups import TopUpCard

log = logging.getLogger("hub.pay")


async def hear_notice(deps: Deps, system: str, notification: Notification) -> bytes:
    """What the acquirer wants to hear. A forged or unreadable notice is refused and moves nothing; one about nothing of ours is taken."""
    system = provider_of(deps, system)
    reader = deps.payment_notices.get(system)
    if reader is None:
        raise Refused(Reason.NOT_FOUND)
    try:
        hint = reader.read(notification)
    except NotAsked as error:
        raise Refused(Reason.MALFORMED) from error
    if hint.signature is Signature.BAD:
        log.warning("a notice in the name of %s has a wrong signature", system)
        raise Refused(Reason.FORBIDDEN)
    nothing_of_ours = "\0" in hint.provider_id + hint.order
    if nothing_of_ours or not deps.memory.pay_notices.take(system):
        return reader.answer
    card = await deps.db.read(lambda: _about(system, hint))
    if card is not None and (card.provider_id is not None or not hint.provider_id):
        await ask_about(deps, card)
    elif hint.provider_id:
        await _early(deps, system, hint.provider_id)
    if hint.receipt is not None and not await deps.db.write(lambda: hear_receipt(deps, system, hint)) and card is not None:
        # The ledger does not have the payment yet: the acquirer tells again, for by asking its receipt is not to be had.
        raise Refused(Reason.REPEAT_RUNNING, after_s=60)
    return reader.answer


def _about(system: str, hint: Hint) -> TopUpCard | None:
    found = top_ups.by_provider(system, hint.provider_id) if hint.provider_id else None
    if found is None and hint.order:
        named = top_ups.get(hint.order)
        found = named if named is not None and named.provider == system else None
    return found


async def _early(deps: Deps, system: str, provider_id: str) -> None:
    """Before the create call has returned, or when its answer was lost, only the acquirer knows whose order it is."""
    try:
        told = await deps.payments[system].status(provider_id)
    except ConnectorError as error:
        log.info("%s told of a payment and says nothing about it: %s", system, error.code)
        return
    card = await deps.db.read(lambda: top_ups.get(told.order)) if told.order else None
    if card is not None and card.provider == system:
        await deps.db.write(lambda: settle_and_tell(deps, card.id, told, now=deps.now()))

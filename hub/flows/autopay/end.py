"""One tap, and nothing more is charged: the rule ends at once, and the bank is asked to forget the card until it has (RULES A14, D12)."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from connectors.kit.errors import ConnectorError, NotFound, Rejected
from hub.deps import Deps
from hub.flows.autopay.bind import end_rule, kept_by
from hub.flows.autopay.show import own_rule, view_of
from hub.flows.autopay.words import OFF
from hub.flows.views.paying.autopay import AutopayView
from hub.store.sessions import Visitor
from hub.store.wishes import autopay, top_ups
from hub.store.wishes.autopay import ENDED, Rule
from hub.store.wishes.top_ups import DECLINED, PENDING, TopUpCard
from identity.model import ActorKind, PersonId
from identity.store import record_change

log = logging.getLogger("hub.pay")
BATCH = 10
TRIES = 12
LONGEST = timedelta(hours=12)


async def end_autopay(deps: Deps, visitor: Visitor, id_: str) -> AutopayView:
    """Twice is once. A charge that is under way is not called back; what it brings is on the account."""

    def unit() -> bool:
        rule = own_rule(visitor, id_)
        if rule.state == ENDED:
            return False
        end_rule(deps, id_, OFF, told=False)
        made = top_ups.get(rule.first)
        if made is not None and made.child is not None and made.child != visitor.person:
            who, child = PersonId(visitor.person), PersonId(made.child)
            record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=child, action="money.autopay_off", now=deps.now(), object=id_)
        return True

    await deps.db.write(unit)
    return await deps.db.read(lambda: view_of(deps, own_rule(visitor, id_), now=deps.now()))


async def unbind_ended(deps: Deps) -> bool:
    """The worker's turn: cards that the bank still remembers for rules that are over."""
    now = deps.now()
    ids = await deps.db.read(lambda: autopay.to_unbind(now=now, limit=BATCH))
    await asyncio.gather(*(_unbind(deps, id_) for id_ in ids))
    return len(ids) == BATCH


async def _unbind(deps: Deps, id_: str) -> None:
    rule, first = await deps.db.read(lambda: _pair(id_))
    if rule is None or first is None or rule.state != ENDED:
        return
    forgotten = False
    try:
        forgotten = await _forgotten(deps, rule, first)
    except (Rejected, NotFound) as error:
        # It cannot forget, or knows no such card: without our half of the pair nothing is charged any more.
        log.info("%s forgets no card by asking: %s", rule.provider, error.code)
        forgotten = True
    except ConnectorError as error:
        log.info("%s does not answer now: %s", rule.provider, error.code)

    def keep() -> None:
        now = deps.now()
        if forgotten or rule.unbind_tries + 1 >= TRIES:
            autopay.change(id_, now=now, unbind_at=None, binding=None)
        else:
            tries = rule.unbind_tries + 1
            autopay.change(id_, now=now, unbind_tries=tries, unbind_at=now + min(timedelta(minutes=2**tries), LONGEST))

    await deps.db.write(keep)


def _pair(id_: str) -> tuple[Rule | None, TopUpCard | None]:
    rule = autopay.get(id_)
    return rule, top_ups.get(rule.first) if rule else None


async def _forgotten(deps: Deps, rule: Rule, first: TopUpCard) -> bool:
    port = deps.payments.get(rule.provider)
    if port is None:
        return False
    binding = autopay.binding_of(deps.keys, rule)
    if not binding:
        # Turned off before the first payment was decided: the card may have been kept after all.
        if first.state in (PENDING, DECLINED):
            return first.state == DECLINED
        kept = await kept_by(port, first)
        if kept is None:
            return True
        binding = kept.id
    await port.unbind(first.id, binding)
    return True

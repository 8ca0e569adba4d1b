"""After the first payment: the card that the bank kept is found, and the rule begins to work (RULES D12)."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from connectors.kit.errors import ConnectorError, Rejected
from connectors.kit.payment import Binding, PaymentPort
from hub.deps import Deps
from hub.flows.autopay.rules import next_time
from hub.flows.autopay.words import FIRST, NOT_KEPT, ended, turned_on
from hub.flows.money.sight import zone_of
from hub.ledger.store import contracts
from hub.store import notices
from hub.store.wishes import autopay, top_ups
from hub.store.wishes.autopay import ACTIVE, ENDED, WAITING, Rule
from hub.store.wishes.top_ups import PAID, TopUpCard
from identity.model import MOSCOW

log = logging.getLogger("hub.pay")
BATCH = 20
ASKED = 4
"""So many answers without a card, and there is none."""
AGAIN = timedelta(seconds=20)


async def bind_cards(deps: Deps) -> bool:
    """The worker's turn: rules whose first payment is decided."""
    now = deps.now()
    ids = await deps.db.read(lambda: autopay.unbound(now=now, limit=BATCH))
    await asyncio.gather(*(_bind(deps, id_) for id_ in ids))
    return len(ids) == BATCH


async def _bind(deps: Deps, id_: str) -> None:
    rule, first = await deps.db.read(lambda: _pair(id_))
    if rule is None or first is None or rule.state != WAITING:
        return
    if first.state != PAID:
        await deps.db.write(lambda: end_rule(deps, id_, FIRST))
        return
    port = deps.payments.get(rule.provider)
    try:
        kept = await kept_by(port, first) if port is not None else None
    except ConnectorError as error:
        log.info("%s does not say now which card it kept: %s", rule.provider, error.code)
        await deps.db.write(lambda: autopay.change(id_, now=deps.now(), next_at=deps.now() + AGAIN))
        return
    await deps.db.write(lambda: _keep(deps, id_, kept))


def _pair(id_: str) -> tuple[Rule | None, TopUpCard | None]:
    rule = autopay.get(id_)
    return rule, top_ups.get(rule.first) if rule else None


async def kept_by(port: PaymentPort, first: TopUpCard) -> Binding | None:
    """By the payment itself, else by the list of what was kept for it; the list also knows what the card is called."""
    if first.provider_id is None:
        return None
    found = await port.status(first.provider_id)
    if found.binding and found.binding_title:
        return Binding(id=found.binding, title=found.binding_title)
    try:
        listed = await port.bindings(first.id)
    except Rejected:
        listed = ()
    if found.binding:
        return next((one for one in listed if one.id == found.binding), Binding(id=found.binding))
    return listed[-1] if listed else None


def _keep(deps: Deps, id_: str, kept: Binding | None) -> None:
    now, rule = deps.now(), autopay.locked(id_)
    if rule is None or rule.state != WAITING:
        return
    if kept is None:
        if rule.declines + 1 >= ASKED:
            end_rule(deps, id_, NOT_KEPT)
        else:
            autopay.change(id_, now=now, declines=rule.declines + 1, next_at=now + AGAIN)
        return
    found = contracts.account(rule.account)
    at = next_time(rule.kind, rule.day, zone_of(found[1]) if found else MOSCOW, now)
    autopay.keep_binding(deps.keys, id_, kept.id, kept.title, now=now)
    autopay.change(id_, now=now, state=ACTIVE, declines=0, next_at=at)
    tell(deps, rule, "autopay_on", turned_on(autopay.get(id_) or rule))


def end_rule(deps: Deps, id_: str, why: str, *, told: bool = True) -> None:
    """In the caller's unit: nothing more is charged by it, and the bank is asked to forget the card."""
    now, rule = deps.now(), autopay.locked(id_)
    if rule is None or rule.state == ENDED:
        return
    autopay.withdraw(rule.consent, now=now)
    autopay.change(id_, now=now, state=ENDED, why=why, ended_at=now, next_at=None, unbind_at=now, unbind_tries=0)
    if told:
        tell(deps, rule, "autopay_ended", ended(why))


def tell(deps: Deps, rule: Rule, kind: str, text: str) -> None:
    notices.tell(deps.keys, person=rule.person, kind=kind, text=text, href=f"/money/{rule.account}/autopay", now=deps.now())

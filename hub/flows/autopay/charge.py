"""A rule's time has come: one charge, its number stored first; what becomes of it is followed to the end (RULES D3, D4, D6)."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime, timedelta
from functools import partial

from connectors.kit.errors import ConnectorError, Rejected
from connectors.kit.payment import Order, Payment
from hub.deps import Deps
from hub.flows.autopay.begin import heard, new_top_up, ordered
from hub.flows.autopay.bind import end_rule, tell
from hub.flows.autopay.rules import DECLINES, month_of, next_month, next_morning, next_time
from hub.flows.autopay.words import CLOSED, DECLINED, FEE, LOOKED_AT, NO_RIGHT, OVER, SILENT, capped, declined, done, paused
from hub.flows.money.sight import zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up.begin import FIRST_ASK, REFUSED
from hub.flows.top_up.dress import keep_contact
from hub.flows.top_up.rules import ASKED_FOR, payable
from hub.flows.top_up.ways import fee_kop, method_of
from hub.ledger.store import contracts, reading
from hub.ledger.store.contracts import AccountCard, ContractCard
from hub.store.sessions import Visitor
from hub.store.wishes import autopay, top_ups
from hub.store.wishes.autopay import ACTIVE, LOST, PAUSED, THRESHOLD, Rule, Try
from hub.store.wishes.top_ups import PAID, PENDING, TopUpCard
from identity.model import MOSCOW, ActorKind, PersonId
from identity.store import record_change

BATCH = 20
SHOP_AGAIN = timedelta(hours=1)
"""Where the acquirer does not take our shop's calls, or knows nothing of the order: nobody's card was declined."""
NEVER_MADE = "never_made"
WAITS_A_DAY = frozenset({Reason.RECENT_RECOVERY, Reason.LEVEL_TOO_LOW, Reason.NOT_ALLOWED_YET})
Asked = tuple[TopUpCard, Order]


async def charge_due(deps: Deps) -> bool:
    """The worker's turn: rules whose day has come, or whose account holds too little."""
    now = deps.now()
    ids = await deps.db.read(lambda: autopay.due(now=now, limit=BATCH)) if deps.payments else []
    await asyncio.gather(*(_charge(deps, id_) for id_ in ids))
    return len(ids) == BATCH


async def _charge(deps: Deps, id_: str) -> None:
    asked = await deps.db.write(lambda: _begin(deps, id_))
    if asked is None:
        return
    made, order = asked
    told: Payment | ConnectorError
    try:
        told = await deps.payments[made.provider].charge(order, order.binding)
    except ConnectorError as error:
        told = error

    def keep() -> None:
        heard(deps, made.id, told)
        _follow(deps, id_, not_the_card=isinstance(told, REFUSED) and not isinstance(told, Rejected))

    await deps.db.write(keep)


async def follow_charges(deps: Deps) -> bool:
    """The worker's turn: charges under way that were decided meanwhile, by a notice or by asking."""
    before = deps.now() - ASKED_FOR
    ids = await deps.db.read(lambda: autopay.decided(before=before, limit=BATCH))
    for id_ in ids:
        await deps.db.write(partial(_follow, deps, id_))
    return len(ids) == BATCH


def _begin(deps: Deps, id_: str) -> Asked | None:
    """In one unit: may it be, is it still wanted, within the cap; then its number stands here before anybody is called."""
    now, rule = deps.now(), autopay.locked(id_)
    if rule is None or rule.state != ACTIVE or rule.flying is not None or rule.next_at is None or rule.next_at > now:
        return None
    if rule.provider not in deps.payments:
        autopay.change(id_, now=now, next_at=now + SHOP_AGAIN)
        return None
    if _paid_after_all(rule, now=now):
        return None
    home = _home(deps, rule, now=now)
    if home is None:
        return None
    account, contract = home
    zone = zone_of(contract)
    if rule.kind == THRESHOLD and reading.balance(account.id) >= (rule.threshold_kop or 0):
        return None
    agreed = autopay.consent(rule.consent)
    costs = fee_kop(contract, rule.provider, method_of(deps, rule.provider, rule.method), rule.amount_kop, now=now)
    over = agreed is None or agreed.withdrawn_at is not None or agreed.until <= now
    if agreed is None or over or costs > agreed.fee_kop:
        _pause(deps, rule, OVER if over else FEE)
        return None
    month, total = month_of(now, zone), rule.amount_kop + costs
    if autopay.spent(rule.id, month) + total > rule.cap_kop:
        autopay.change(id_, now=now, next_at=max(next_month(zone, now), _next(rule, zone, now)), capped=month)
        if rule.capped != month:
            tell(deps, rule, "autopay_capped", capped(rule))
        return None
    made = new_top_up(uuid.uuid4().hex, account, contract, rule, fee_kop=costs, now=now)
    top_ups.begin(made, ask_after=now + FIRST_ASK)
    keep_contact(deps, made)
    autopay.begin_try(Try(id=made.id, rule=id_, month=month, total_kop=total, outcome="", at=now))
    autopay.change(id_, now=now, flying=made.id, next_at=_next(rule, zone, now))
    if contract.child is not None and contract.child != rule.person:
        who, child = PersonId(rule.person), PersonId(contract.child)
        record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=child, action="money.autopay", now=now, object=made.id)
    return made, ordered(deps, made, account.purpose)


def _next(rule: Rule, zone: str, now: datetime) -> datetime:
    return next_time(rule.kind, rule.day, zone, now)


def _paid_after_all(rule: Rule, *, now: datetime) -> bool:
    """The bank had said no, and took the money later all the same: then it is not tried again."""
    last = next(iter(autopay.tries_of(rule.id, limit=1)), None)
    card = top_ups.get(last.id) if last is not None and last.outcome == autopay.DECLINED else None
    if last is None or card is None or card.state != PAID:
        return False
    found = contracts.account(rule.account)
    autopay.end_try(last.id, autopay.PAID)
    autopay.change(rule.id, now=now, declines=0, next_at=_next(rule, zone_of(found[1]) if found else MOSCOW, now))
    return True


def _home(deps: Deps, rule: Rule, *, now: datetime) -> tuple[AccountCard, ContractCard] | None:
    """The account, where its owner may still pay into it; else the rule waits, stands still or ends."""
    nobody = Visitor(session="", person=rule.person, system="", csrf="", seen_at=now, expires_at=now)
    try:
        card, contract, _, _ = payable(deps, nobody, rule.account, now=now)
    except Refused as error:
        if error.reason in WAITS_A_DAY:
            found = contracts.account(rule.account)
            autopay.change(rule.id, now=now, next_at=next_morning(zone_of(found[1]) if found else MOSCOW, now))
        elif error.reason is Reason.CANNOT_PAY_IN:
            _pause(deps, rule, CLOSED)
        else:
            end_rule(deps, rule.id, NO_RIGHT)
        return None
    return card, contract


def _pause(deps: Deps, rule: Rule, why: str) -> None:
    autopay.change(rule.id, now=deps.now(), state=PAUSED, why=why, next_at=None)
    tell(deps, rule, "autopay_paused", paused(rule, why))


def _follow(deps: Deps, id_: str, *, not_the_card: bool = False) -> None:
    """In the caller's unit: told once, tried again the next morning; three declines in a row, and it stands still."""
    now, rule = deps.now(), autopay.locked(id_)
    made = top_ups.get(rule.flying) if rule is not None and rule.flying is not None else None
    silent = made is not None and now - made.created_at > ASKED_FOR
    if rule is None or made is None or (made.state == PENDING and not made.problem and not silent):
        return
    if made.state == PENDING:
        autopay.end_try(made.id, LOST)
        autopay.change(id_, now=now, flying=None)
        if rule.state == ACTIVE:
            _pause(deps, rule, LOOKED_AT if made.problem else SILENT)
    elif made.state == PAID:
        autopay.end_try(made.id, autopay.PAID)
        autopay.change(id_, now=now, flying=None, declines=0)
        tell(deps, rule, "autopay_done", done(rule, made.total_kop))
    else:
        autopay.end_try(made.id, autopay.DECLINED)
        _declined(deps, rule, not_the_card=not_the_card or made.word == NEVER_MADE)


def _declined(deps: Deps, rule: Rule, *, not_the_card: bool) -> None:
    now, found = deps.now(), contracts.account(rule.account)
    zone = zone_of(found[1]) if found else MOSCOW
    if not_the_card:
        autopay.change(rule.id, now=now, flying=None, next_at=now + SHOP_AGAIN)
        return
    many = rule.declines + 1
    autopay.change(rule.id, now=now, flying=None, declines=many, next_at=next_morning(zone, now))
    if rule.state != ACTIVE:
        return
    if many >= DECLINES:
        _pause(deps, rule, DECLINED)
    else:
        tell(deps, rule, "autopay_declined", declined(rule))

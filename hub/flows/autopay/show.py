"""A person sees the own automatic top-ups: what is on, what it did, why it stands still; and what may be turned on (RULES D6, A14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from connectors.kit.manifest import PayMethod, PayWay
from hub.deps import Deps
from hub.flows.autopay.rules import Wish, month_of, require_wish
from hub.flows.autopay.words import VERSION, agreement, state_text, when
from hub.flows.money.sight import seen_account, zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up.rules import payable, require_amount
from hub.flows.top_up.ways import fee_kop
from hub.flows.views.money import AccountView
from hub.flows.views.paying.autopay import AgreedView, AutopayList, AutopayPage, AutopayView, KeeperView, TryView
from hub.ledger.store import contracts
from hub.ledger.store.contracts import ContractCard
from hub.store.sessions import Visitor
from hub.store.wishes import autopay, top_ups
from hub.store.wishes.autopay import ACTIVE, ENDED, MONTHLY, PAUSED, WAITING, Rule
from identity.model import MOSCOW


async def show_autopay(deps: Deps, visitor: Visitor, account: str, wish: Wish | None = None) -> AutopayPage:
    """For an account that this person sees; with a wish, every bank's words and price for it."""
    now = deps.now()

    def unit() -> AutopayPage:
        seen_account(deps, visitor, account, now=now)
        found = [view_of(deps, one, now=now) for one in autopay.of_account(visitor.person, account)]
        rule = next((one for one in found if one.state != ENDED), None)
        former = tuple(one for one in found if one.state == ENDED)
        asleep = next((one for one in autopay.of_account(visitor.person, account) if one.state == PAUSED), None)
        if asleep is not None:
            keepers = tuple(_again(deps, visitor, asleep, now=now))
        else:
            keepers = tuple(_keepers(deps, visitor, account, wish, now=now)) if wish else ()
        return AutopayPage(account=account, rule=rule, former=former, version=VERSION, keepers=keepers)

    return await deps.db.read(unit)


async def list_autopay(deps: Deps, visitor: Visitor) -> AutopayList:
    now = deps.now()
    return await deps.db.read(lambda: AutopayList(items=tuple(view_of(deps, one, now=now) for one in autopay.of_person(visitor.person))))


async def show_rule(deps: Deps, visitor: Visitor, id_: str) -> AutopayView:
    return await deps.db.read(lambda: view_of(deps, own_rule(visitor, id_), now=deps.now()))


def own_rule(visitor: Visitor, id_: str) -> Rule:
    """In the caller's unit; another's rule does not exist."""
    rule = autopay.get(id_)
    if rule is None or rule.person != visitor.person:
        raise Refused(Reason.NOT_FOUND)
    return rule


def _keepers(deps: Deps, visitor: Visitor, account: str, wish: Wish, *, now: datetime) -> Iterable[KeeperView]:
    _, contract, view, _ = payable(deps, visitor, account, now=now)
    require_amount(view, wish.amount_kop)
    for provider, port in deps.payments.items():
        for method in port.manifest.methods:
            if keeps_card(deps, provider, method):
                offer = keeper(deps, contract, view, replace(wish, provider=provider, method=method.name), method, now=now)
                require_wish(wish, view, offer.total_kop)
                yield offer


def _again(deps: Deps, visitor: Visitor, rule: Rule, *, now: datetime) -> Iterable[KeeperView]:
    """The same bank at today's price; nothing where this person may not pay now."""
    wish = wish_of(rule)
    try:
        yield from (one for one in _keepers(deps, visitor, rule.account, wish, now=now) if one.provider == rule.provider)
    except Refused:
        return


def wish_of(rule: Rule) -> Wish:
    return Wish(
        kind=rule.kind,
        amount_kop=rule.amount_kop,
        cap_kop=rule.cap_kop,
        threshold_kop=rule.threshold_kop,
        day=rule.day,
        provider=rule.provider,
        method=rule.method,
    )


def keeps_card(deps: Deps, provider: str, method: PayMethod) -> bool:
    """A card is kept where it is paid with on the bank's own page."""
    return provider in deps.payments and method.way is PayWay.CARD


def keeper(deps: Deps, contract: ContractCard, view: AccountView, wish: Wish, method: PayMethod, *, now: datetime) -> KeeperView:
    """In the caller's unit."""
    costs = fee_kop(contract, wish.provider, method, wish.amount_kop, now=now)
    bank = bank_of(deps, wish.provider)
    return KeeperView(
        provider=wish.provider,
        method=wish.method,
        title=f"{method.title} · {bank}" if method.title != bank else bank,
        fee_kop=costs,
        total_kop=wish.amount_kop + costs,
        agreement=agreement(wish, view, contract=contract.number, bank=bank, fee_kop=costs),
    )


def bank_of(deps: Deps, provider: str) -> str:
    port = deps.payments.get(provider)
    return port.manifest.instance(provider).title if port else provider


def view_of(deps: Deps, rule: Rule, *, now: datetime) -> AutopayView:
    """In the caller's unit."""
    found = contracts.account(rule.account)
    zone = zone_of(found[1]) if found else MOSCOW
    agreed, first = autopay.consent(rule.consent), top_ups.get(rule.first) if rule.state == WAITING else None
    fee = agreed.fee_kop if agreed else 0
    return AutopayView(
        id=rule.id,
        account=rule.account,
        kind=rule.kind,
        threshold_kop=rule.threshold_kop,
        day=rule.day,
        amount_kop=rule.amount_kop,
        fee_kop=fee,
        total_kop=rule.amount_kop + fee,
        cap_kop=rule.cap_kop,
        spent_kop=autopay.spent(rule.id, month_of(now, zone)),
        provider=rule.provider,
        method=rule.method,
        bank=bank_of(deps, rule.provider),
        card=rule.title,
        state=rule.state,
        why=rule.why,
        text=state_text(rule, flying=rule.flying is not None),
        when=when(rule.kind, rule.threshold_kop, rule.day),
        next_at=rule.next_at if rule.state == ACTIVE and rule.kind == MONTHLY else None,
        declines=rule.declines if rule.state != WAITING else 0,
        top_up=rule.flying or rule.first,
        pay_url=first.pay_url if first and first.state == top_ups.PENDING else None,
        consent=AgreedView(
            version=agreed.version, text=agreed.text, given_at=agreed.given_at, until=agreed.until, withdrawn_at=agreed.withdrawn_at
        )
        if agreed
        else None,
        tries=tuple(
            TryView(top_up=one.id, at=one.at, total_kop=one.total_kop, outcome=one.outcome or "pending")
            for one in autopay.tries_of(rule.id)
        ),
        created_at=rule.created_at,
    )

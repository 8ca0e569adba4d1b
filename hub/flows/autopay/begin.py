"""A parent turns automatic top-up on: words agreed to, then a first payment at which the bank keeps the card (RULES A14, A16, D12)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from connectors.kit.errors import ConnectorError
from connectors.kit.payment import Order, Payment
from hub.deps import Deps
from hub.flows.autopay.rules import AGREED_FOR, Wish, next_time, require_wish
from hub.flows.autopay.show import keeper, keeps_card, own_rule, view_of, wish_of
from hub.flows.autopay.words import REPLACED, VERSION
from hub.flows.link_account.settle import require_fresh
from hub.flows.money.sight import zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up.begin import FIRST_ASK, REFUSED, order_of
from hub.flows.top_up.dress import dress_of, dressed, keep_contact
from hub.flows.top_up.rules import payable, require_amount
from hub.flows.top_up.settle import never_made, settle, unanswered
from hub.flows.top_up.ways import method_of
from hub.flows.views.paying.autopay import AutopayView, KeeperView
from hub.ledger.model import Purpose
from hub.ledger.store.contracts import AccountCard, ContractCard
from hub.store.sessions import Visitor
from hub.store.wishes import autopay, top_ups
from hub.store.wishes.autopay import ACTIVE, ENDED, PAUSED, WAITING, Agreed, Rule
from hub.store.wishes.top_ups import PENDING, TopUpCard
from identity.model import ActorKind, PersonId
from identity.store import record_change

SOON = timedelta(seconds=3)
NO_CARD_HERE = "Этим способом карту не запомнить: выберите оплату картой."
ONE_ALREADY = "Автопополнение этого счёта уже настроено. Отключите его, чтобы настроить заново."
READ_IT = "Текст согласия или сумма изменились, пока страница была открыта. Прочитайте и согласитесь ещё раз."
NOT_PAUSED = "Включать нечего: автопополнение не приостановлено."


async def begin_autopay(
    deps: Deps, visitor: Visitor, account: str, wish: Wish, *, version: str, accepted_kop: int, form: str = ""
) -> AutopayView:
    """Nothing is charged by this: the person pays the first time on the bank's own page. `form` is one of a page, sent twice it is one."""
    require_fresh(deps, visitor.auth_time)
    method, now = method_of(deps, wish.provider, wish.method), deps.now()
    if not keeps_card(deps, wish.provider, method):
        raise Refused(Reason.MALFORMED, NO_CARD_HERE)
    id_ = hashlib.sha256(f"autopay {visitor.person} {form}".encode()).hexdigest()[:32] if form else uuid.uuid4().hex

    def begin() -> tuple[str, TopUpCard | None, Order | None]:
        known = autopay.of_top_up(id_) if form else None
        if known is not None:
            return known.id, None, None
        card, contract, view, child = payable(deps, visitor, account, now=now)
        require_amount(view, wish.amount_kop)
        offer = keeper(deps, contract, view, wish, method, now=now)
        require_wish(wish, view, offer.total_kop)
        _require_agreed(offer, version, accepted_kop)
        _make_room(visitor.person, card.id, now=now)
        rule = _rule(visitor.person, card.id, wish, first=id_, now=now)
        made = new_top_up(id_, card, contract, rule, fee_kop=offer.fee_kop, now=now)
        autopay.add(rule, agreed_now(rule.id, rule.consent, visitor.person, offer, now=now))
        top_ups.begin(made, ask_after=now + FIRST_ASK)
        keep_contact(deps, made)
        if child is not None:
            record_change(
                actor=PersonId(visitor.person),
                actor_kind=ActorKind.GUARDIAN,
                subject=child.id,
                action="money.autopay_on",
                now=now,
                object=rule.id,
            )
        return rule.id, made, ordered(deps, made, card.purpose)

    rule, made, order = await deps.db.write(begin)
    if made is not None and order is not None:
        await _ask(deps, made, order)
    return await deps.db.read(lambda: view_of(deps, own_rule(visitor, rule), now=deps.now()))


async def resume(deps: Deps, visitor: Visitor, id_: str, *, version: str, accepted_kop: int) -> AutopayView:
    """The same rule with the same card, by a new word to today's price."""
    require_fresh(deps, visitor.auth_time)
    now = deps.now()

    def unit() -> AutopayView:
        rule = own_rule(visitor, id_)
        rule = autopay.locked(id_) or rule
        if rule.state != PAUSED:
            raise Refused(Reason.ALREADY_DECIDED, NOT_PAUSED)
        _, contract, view, child = payable(deps, visitor, rule.account, now=now)
        wish = wish_of(rule)
        offer = keeper(deps, contract, view, wish, method_of(deps, rule.provider, rule.method), now=now)
        require_wish(wish, view, offer.total_kop)
        _require_agreed(offer, version, accepted_kop)
        consent = uuid.uuid4().hex
        autopay.withdraw(rule.consent, now=now)
        autopay.agree(agreed_now(id_, consent, visitor.person, offer, now=now))
        at = next_time(rule.kind, rule.day, zone_of(contract), now)
        autopay.change(id_, now=now, state=ACTIVE, why="", declines=0, consent=consent, next_at=at)
        if child is not None:
            who = PersonId(visitor.person)
            record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=child.id, action="money.autopay_on", now=now, object=id_)
        return view_of(deps, own_rule(visitor, id_), now=now)

    return await deps.db.write(unit)


def _require_agreed(offer: KeeperView, version: str, accepted_kop: int) -> None:
    """To these very words, and to this very price."""
    if version != VERSION or accepted_kop != offer.total_kop:
        more: Mapping[str, object] = {"version": VERSION, "total_kop": offer.total_kop}
        raise Refused(Reason.TEXT_CHANGED, READ_IT, more=more)


def agreed_now(rule: str, consent: str, person: str, offer: KeeperView, *, now: datetime) -> Agreed:
    return Agreed(
        id=consent,
        rule=rule,
        person=person,
        version=VERSION,
        text=offer.agreement,
        fee_kop=offer.fee_kop,
        total_kop=offer.total_kop,
        given_at=now,
        until=now + AGREED_FOR,
    )


def _make_room(person: str, account: str, *, now: datetime) -> None:
    """A rule whose first payment was never made gives way; one that works does not."""
    living = autopay.living(person, account)
    if living is None:
        return
    if living.state != WAITING:
        raise Refused(Reason.ALREADY_DECIDED, ONE_ALREADY)
    autopay.withdraw(living.consent, now=now)
    autopay.change(living.id, now=now, state=ENDED, why=REPLACED, ended_at=now, next_at=None, unbind_at=now)


def _rule(person: str, account: str, wish: Wish, *, first: str, now: datetime) -> Rule:
    return Rule(
        id=uuid.uuid4().hex,
        person=person,
        account=account,
        provider=wish.provider,
        method=wish.method,
        kind=wish.kind,
        threshold_kop=wish.threshold_kop,
        day=wish.day,
        amount_kop=wish.amount_kop,
        cap_kop=wish.cap_kop,
        state=WAITING,
        why="",
        consent=uuid.uuid4().hex,
        first=first,
        flying=None,
        binding=None,
        title="",
        declines=0,
        next_at=now + SOON,
        capped="",
        unbind_at=None,
        unbind_tries=0,
        created_at=now,
        ended_at=None,
    )


def new_top_up(id_: str, account: AccountCard, contract: ContractCard, rule: Rule, *, fee_kop: int, now: datetime) -> TopUpCard:
    """The wish as the ledger's own flow knows it: asked about, credited and reconciled like any other."""
    return TopUpCard(
        id=id_,
        account=account.id,
        child=contract.child,
        person=rule.person,
        provider=rule.provider,
        method=rule.method,
        amount_kop=rule.amount_kop,
        fee_kop=fee_kop,
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


def ordered(deps: Deps, made: TopUpCard, purpose: Purpose) -> Order:
    """In the caller's unit."""
    return dressed(order_of(deps, made, purpose), made, purpose, dress_of(deps, made))


async def _ask(deps: Deps, made: TopUpCard, order: Order) -> None:
    told: Payment | ConnectorError
    try:
        told = await deps.payments[made.provider].create(order)
    except ConnectorError as error:
        told = error
    await deps.db.write(lambda: heard(deps, made.id, told))


def heard(deps: Deps, top_up: str, told: Payment | ConnectorError) -> TopUpCard | None:
    """In the caller's unit: what an acquirer answered, or that it did not."""
    now = deps.now()
    if isinstance(told, Payment):
        return settle(top_up, told, now=now)
    if isinstance(told, REFUSED):
        return never_made(top_up, now=now, word=told.detail or told.code)
    return unanswered(top_up, now=now)

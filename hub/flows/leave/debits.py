"""What I decided about debits, for the own export: disputes, words to paid services, limits, ordered cards (RULES A14)."""

from __future__ import annotations

from typing import TypedDict

from hub.deps import Deps
from hub.flows.contradictions.words import title_of
from hub.flows.views.self_service.my_money import MyCardOrder, MyContradiction, MyDailyLimit, MyDispute, MyMealWord, MyServiceWord
from hub.ledger.store import contracts
from hub.store.school import services
from hub.store.school.meals import words as meal_words
from hub.store.wishes import card_orders, limits
from hub.store.written import contradictions, disputes


class MyDebits(TypedDict):
    disputes: tuple[MyDispute, ...]
    service_words: tuple[MyServiceWord, ...]
    limits: tuple[MyDailyLimit, ...]
    card_orders: tuple[MyCardOrder, ...]
    meal_words: tuple[MyMealWord, ...]
    contradictions: tuple[MyContradiction, ...]


def my_debits(deps: Deps, person: str) -> MyDebits:
    """In the caller's unit: the own words only; what another guardian said is the other's."""
    return MyDebits(
        disputes=tuple(_dispute(one) for one in disputes.of_author(deps.keys, person) if one.side == disputes.FAMILY),
        service_words=tuple(_word(one) for one in services.words_of_person(person)),
        limits=tuple(MyDailyLimit(account=account, limit_kop=kop, at=at) for account, kop, at in limits.of_person(person)),
        card_orders=tuple(_order(one) for one in card_orders.of_person(person)),
        meal_words=tuple(_meal_word(child, one) for child, one in meal_words.said_by(deps.keys, person)),
        contradictions=tuple(_odd(one) for one in contradictions.of_person(deps.keys, person)),
    )


def _dispute(one: disputes.DisputeCard) -> MyDispute:
    return MyDispute(
        transaction_id=one.txn,
        title=one.title,
        amount_kop=one.amount_kop,
        text=one.text,
        state=one.state,
        created_at=one.created_at,
        due_at=one.due_at,
        reason=one.reason,
        reversed_kop=one.reversed_kop,
    )


def _odd(one: contradictions.Odd) -> MyContradiction:
    return MyContradiction(
        child=one.child,
        day=one.day,
        title=title_of(one.rule),
        text=one.said.text,
        state=one.state.value,
        answer=one.said.answer,
        raised_at=one.raised_at,
    )


def _word(one: services.Said) -> MyServiceWord:
    card = services.get(one.service)
    return MyServiceWord(
        service=card.title if card else "",
        child=one.child,
        price_kop=one.price_kop,
        word=one.word,
        at=one.at,
        withdrawn_at=one.withdrawn_at,
    )


def _order(one: card_orders.OrderCard) -> MyCardOrder:
    card = contracts.by_id(one.contract)
    return MyCardOrder(contract=card.number if card else "", price_kop=one.price_kop, state=one.state, ordered_at=one.ordered_at)


def _meal_word(child: str, one: meal_words.Word) -> MyMealWord:
    return MyMealWord(
        child=child,
        at=one.said_at,
        dishes=one.bans.dishes,
        categories=one.bans.categories,
        allergens=one.bans.allergens,
        only_hot=one.bans.only_hot,
        only=one.bans.only,
        week_limit_kop=one.week_limit_kop,
        offline_limit_kop=one.offline_limit_kop,
    )

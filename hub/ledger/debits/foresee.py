"""What a dish would come to for each child of a list, before anybody is charged; reads only (RULES D5, B6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.ledger.debits.decide import Facts, Outcome, Purse, Refusal, Wanted, decide_meal
from hub.ledger.debits.reading import contracts_at, debits_of_day, limit_of, open_accounts, spent_kop, with_benefit
from hub.ledger.debits.week import week_spent_kop
from hub.ledger.model import Purpose
from hub.ledger.rules import day_of
from hub.ledger.store import reading, terms
from hub.store.school.canteen import Dish
from hub.store.school.meals import words

ENOUGH, DEBT = "enough", "debt"


def foresee(children: Collection[str], school: str, dish: Dish, zone: str, *, now: datetime) -> Mapping[str, str]:
    """By child: `enough`, `debt`, or the outcome of a refusal. Whose money it would be is not said: a list shows no benefit (E8)."""
    found = contracts_at(children, school)
    purses = {child: open_accounts(card) for child, card in found.items()}
    ids = [own.id for mine in purses.values() for purpose, own in mine.items() if purpose in (Purpose.MEAL, Purpose.MEAL_BENEFIT)]
    balances, held = reading.balances(ids), reading.holds(ids, now=now)
    day = debits_of_day(ids, *day_of(now, zone))
    today = now.astimezone(ZoneInfo(zone)).date()
    weeks = words.week_limits(children)
    said, with_ = terms.terms_of(school, Purpose.MEAL, today), with_benefit([card.id for card in found.values()], today)

    def purse(child: str, purpose: Purpose) -> Purse | None:
        own = purses[child].get(purpose)
        return Purse(available_kop=balances[own.id] - held.get(own.id, 0)) if own else None

    def answer(child: str) -> str:
        card = found.get(child)
        if card is None:
            return Outcome.NO_ACCOUNT.value
        own = purses[child].get(Purpose.MEAL)
        facts = Facts(
            price_kop=dish.kop,
            wanted=Wanted.AUTO,
            meal=purse(child, Purpose.MEAL),
            benefit=purse(child, Purpose.MEAL_BENEFIT),
            benefit_today=card.id in with_,
            spent_kop=spent_kop(day[own.id]) if own else 0,
            limit_kop=limit_of(own.id, said.daily_limit_kop) if own else None,
            policy=said.policy,
            floor_kop=said.floor_kop,
            week_spent_kop=week_spent_kop(own.id, now, zone) if own and child in weeks else 0,
            week_limit_kop=weeks.get(child),
        )
        decided = decide_meal(facts)
        if isinstance(decided, Refusal):
            return decided.outcome.value
        return ENOUGH if decided.rule in ("meal.paid", "meal.benefit_first") else DEBT

    return {child: answer(child) for child in children}

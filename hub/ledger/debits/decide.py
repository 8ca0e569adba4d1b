"""Whether a meal is paid, from which account, and by which rule; every answer names it, pure (RULES D5, D7, D8; T1, T8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from hub.ledger.model import Floor, Purpose
from hub.ledger.rules import BENEFIT_FLOOR, Policy, meal_floor, over_limit

LESSONS_BEGIN, LESSONS_END = time(6, 30), time(20, 30)
"""On the school's clock; what is taken outside is odd."""


class Wanted(StrEnum):
    """Which account the till chose; `AUTO` takes the benefit first where the child has one that day (F149)."""

    AUTO = "auto"
    MEAL = "meal"
    BENEFIT = "benefit"


class Outcome(StrEnum):
    """What became of a debit, as a till or a tutor hears it."""

    DEBITED = "debited"
    NO_FUNDS = "no_funds"
    LIMIT = "limit"
    ALREADY = "already"
    NO_ACCOUNT = "no_account"
    NO_CONSENT = "no_consent"
    CONFLICT = "conflict"


class Flag(StrEnum):
    """What makes a debit odd enough to be pointed at in the statement."""

    NO_PASS = "no_pass"
    OUTSIDE_CALENDAR = "outside_calendar"
    OUTSIDE_HOURS = "outside_hours"
    TOLD_ABSENT = "told_absent"
    SAME_AGAIN = "same_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What stands at one account at this moment: none of it where the contract has no such account or it is closed."""

    available_kop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`spent_kop` are the day's meals from `meal` net of what was taken back; `limit_kop` none is no limit.

    `benefit_today`: the school's decision gives this child a benefit on this day. `week_limit_kop`: the family's own for the week.
    `offline_left_kop`: the meal is eaten, the till could not ask; so much of it may still become a debt today. None where it asked.
    """

    price_kop: int
    wanted: Wanted
    meal: Purse | None
    benefit: Purse | None
    benefit_today: bool
    spent_kop: int
    limit_kop: int | None
    policy: Policy
    floor_kop: int | None = None
    week_spent_kop: int = 0
    week_limit_kop: int | None = None
    offline_left_kop: int | None = None


OVERDRAFT = "meal.offline_overdraft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """From this account, down to this floor, by this rule."""

    purpose: Purpose
    floor: Floor
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    outcome: Outcome
    rule: str


def decide_meal(facts: Facts) -> Taken | Refusal:
    """The benefit where the till says so, or first where it is the child's that day and suffices; else the family's own money."""
    enough = facts.benefit is not None and facts.benefit.available_kop >= facts.price_kop
    if facts.wanted is Wanted.BENEFIT:
        if facts.benefit is None:
            return Refusal(outcome=Outcome.NO_ACCOUNT, rule="meal.no_benefit")
        if not enough:
            return Refusal(outcome=Outcome.NO_FUNDS, rule=BENEFIT_FLOOR.rule)
        return Taken(purpose=Purpose.MEAL_BENEFIT, floor=BENEFIT_FLOOR, rule="meal.benefit_chosen")
    if facts.wanted is Wanted.AUTO and facts.benefit_today and enough:
        return Taken(purpose=Purpose.MEAL_BENEFIT, floor=BENEFIT_FLOOR, rule="meal.benefit_first")
    return _own_money(facts)


def _own_money(facts: Facts) -> Taken | Refusal:
    if facts.meal is None:
        return Refusal(outcome=Outcome.NO_ACCOUNT, rule="meal.no_account")
    left = facts.meal.available_kop - facts.price_kop
    refused = _refused(facts, left)
    if refused is None:
        floor = meal_floor(facts.policy, facts.price_kop, floor_kop=facts.floor_kop)
        return Taken(purpose=Purpose.MEAL, floor=floor, rule="meal.paid" if left >= 0 else floor.rule)
    if facts.offline_left_kop is not None and facts.price_kop <= facts.offline_left_kop:
        # What was eaten is owed: the till could not know, and the family let it go on without a connection (facts 2.3, rule 8).
        return Taken(purpose=Purpose.MEAL, floor=Floor(kop=min(left, 0), rule=OVERDRAFT), rule=OVERDRAFT)
    return refused


def _refused(facts: Facts, left_kop: int) -> Refusal | None:
    """Why the family's own money does not pay: the day's limit, the week's, or there is not enough."""
    over = over_limit(Purpose.MEAL, spent_kop=facts.spent_kop, price_kop=facts.price_kop, limit_kop=facts.limit_kop)
    if over is not None:
        return Refusal(outcome=Outcome.LIMIT, rule=over.rule)
    if facts.week_limit_kop is not None and facts.week_spent_kop + facts.price_kop > facts.week_limit_kop:
        return Refusal(outcome=Outcome.LIMIT, rule="meal.week_limit")
    floor = meal_floor(facts.policy, facts.price_kop, floor_kop=facts.floor_kop)
    return Refusal(outcome=Outcome.NO_FUNDS, rule=floor.rule) if left_kop < floor.kop else None


def is_school_day(day: date, *, week: str, free: bool) -> bool:
    """`week` are the school's ISO weekdays; `free` is a holiday of the country or of the school."""
    return str(day.isoweekday()) in week and not free


def flags_of(here: datetime, *, school_day: bool, passed: bool | None, told_absent: bool, same_again: bool) -> tuple[Flag, ...]:
    """`here` is on the school's clock. Where nobody knows whether the child came, its absence from the doors says nothing."""
    found = {
        Flag.NO_PASS: passed is False,
        Flag.OUTSIDE_CALENDAR: not school_day,
        Flag.OUTSIDE_HOURS: not LESSONS_BEGIN <= here.time() <= LESSONS_END,
        Flag.TOLD_ABSENT: told_absent,
        Flag.SAME_AGAIN: same_again,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def flag_text(flags: Collection[Flag]) -> str:
    """As the row's cause keeps them."""
    return " ".join(flag.value for flag in flags)

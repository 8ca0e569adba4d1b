"""Meals, lessons and cards against the ledger: the rule that decided, the limit, what comes twice, and two tills at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from hub.ledger.debits import decide, meals, putting_right
from hub.ledger.debits.decide import Facts, Flag, Outcome, Purse, Refusal, Taken, Wanted
from hub.ledger.debits.meals import Debited
from hub.ledger.model import Cause, Purpose
from hub.ledger.posting import benefit_grant
from hub.ledger.rules import Policy
from hub.ledger.store import contracts, reading, terms
from hub.ledger.store.tables import Contract
from hub.ledger.store.terms import TermsCard
from hub.ledger.store.writing import post
from hub.store.database import Database
from hub.store.school import canteen
from hub.store.wishes import limits
from tests.unit.ledger.debit_kit import CHILD, LUNCH, SCHOOL, at_once, event, opened
from tests.unit.ledger.kit import NOW, act, own, top_up


def facts(**more: Any) -> Facts:
    base = Facts(
        price_kop=9_000, wanted=Wanted.AUTO, meal=Purse(available_kop=50_000), benefit=None, benefit_today=False, spent_kop=0,
        limit_kop=20_000, policy=Policy.FEED,
    )  # fmt: skip
    return replace(base, **more)


RICH, EMPTY = Purse(available_kop=50_000), Purse(available_kop=0)


@pytest.mark.rule("D5")
@pytest.mark.feature("F096")
@pytest.mark.feature("F150")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, (Purpose.MEAL, "meal.paid")),
        ({"meal": EMPTY}, (Purpose.MEAL, "meal.fed_down_to_two_meals")),
        ({"meal": Purse(available_kop=-9_000)}, (Purpose.MEAL, "meal.fed_down_to_two_meals")),
        ({"meal": Purse(available_kop=-9_001)}, (Outcome.NO_FUNDS, "meal.fed_down_to_two_meals")),
        ({"meal": EMPTY, "policy": Policy.REFUSE}, (Outcome.NO_FUNDS, "meal.no_funds")),
        ({"meal": Purse(available_kop=9_000), "policy": Policy.REFUSE}, (Purpose.MEAL, "meal.paid")),
        ({"meal": EMPTY, "floor_kop": -5_000}, (Outcome.NO_FUNDS, "meal.school_floor")),
        ({"meal": EMPTY, "floor_kop": -9_000}, (Purpose.MEAL, "meal.school_floor")),
        ({"meal": None}, (Outcome.NO_ACCOUNT, "meal.no_account")),
        ({"spent_kop": 11_000}, (Purpose.MEAL, "meal.paid")),
        ({"spent_kop": 11_001}, (Outcome.LIMIT, "meal.daily_limit")),
        ({"spent_kop": 90_000, "limit_kop": None}, (Purpose.MEAL, "meal.paid")),
        ({"limit_kop": 0}, (Outcome.LIMIT, "meal.daily_limit")),
        ({"benefit": RICH, "benefit_today": True}, (Purpose.MEAL_BENEFIT, "meal.benefit_first")),
        ({"benefit": RICH, "benefit_today": True, "limit_kop": 0}, (Purpose.MEAL_BENEFIT, "meal.benefit_first")),
        ({"benefit": RICH}, (Purpose.MEAL, "meal.paid")),
        ({"benefit": EMPTY, "benefit_today": True}, (Purpose.MEAL, "meal.paid")),
        ({"benefit": RICH, "benefit_today": True, "wanted": Wanted.MEAL}, (Purpose.MEAL, "meal.paid")),
        ({"benefit": RICH, "wanted": Wanted.BENEFIT}, (Purpose.MEAL_BENEFIT, "meal.benefit_chosen")),
        ({"benefit": EMPTY, "wanted": Wanted.BENEFIT}, (Outcome.NO_FUNDS, "meal.benefit_spent")),
        ({"wanted": Wanted.BENEFIT}, (Outcome.NO_ACCOUNT, "meal.no_benefit")),
    ],
)
def test_each_decision_names_its_rule(more: dict[str, Any], said: tuple[object, str]) -> None:
    answer = decide.decide_meal(facts(**more))
    got = (answer.purpose, answer.rule) if isinstance(answer, Taken) else (answer.outcome, answer.rule)
    assert got == said
    assert isinstance(answer, Taken | Refusal)


@pytest.mark.rule("D7")
@pytest.mark.parametrize(
    ("more", "at", "flags"),
    [
        ({}, "12:00", ()),
        ({"passed": True}, "12:00", ()),
        ({"passed": False}, "12:00", (Flag.NO_PASS,)),
        ({"school_day": False}, "12:00", (Flag.OUTSIDE_CALENDAR,)),
        ({}, "05:00", (Flag.OUTSIDE_HOURS,)),
        ({}, "21:00", (Flag.OUTSIDE_HOURS,)),
        ({"told_absent": True, "passed": False}, "12:00", (Flag.NO_PASS, Flag.TOLD_ABSENT)),
        ({"same_again": True}, "12:00", (Flag.SAME_AGAIN,)),
    ],
)
def test_what_is_odd_is_flagged(more: dict[str, Any], at: str, flags: tuple[Flag, ...]) -> None:
    given = {"school_day": True, "passed": None, "told_absent": False, "same_again": False} | more
    here = datetime.combine(date(2026, 11, 18), time.fromisoformat(at))
    assert decide.flags_of(here, **given) == flags


@pytest.mark.rule("D7")
@pytest.mark.feature("F092")
def test_a_meal_explains_itself_and_the_same_event_is_paid_once(database: Database) -> None:
    def unit() -> tuple[Debited, Debited, Any, int]:
        mine = opened(20_000)
        first = meals.debit_meal(event(), now=NOW)
        again = meals.debit_meal(event(), now=NOW + timedelta(days=3))
        rows = reading.month(mine[Purpose.MEAL].id, start=NOW - timedelta(days=1), end=NOW + timedelta(days=9)).lines
        return first, again, rows[-1], len(rows)

    first, again, row, count = database.write_sync(unit)
    assert (first.outcome, first.new, again.outcome, again.new) == (Outcome.DEBITED, True, Outcome.DEBITED, False)
    assert first.txn == again.txn == row.txn and count == 2
    assert (row.opening_kop, row.closing_kop) == (20_000, 11_000)
    assert row.cause == Cause(event="e1", item="Обед", place="столовая", price_list="menu@2026-09-01", tariff="zero", rule="meal.paid")


@pytest.mark.rule("D3")
@pytest.mark.parametrize("change", [{"dish": replace(LUNCH, kop=9_100)}, {"place": "буфет"}, {"child": "child-2"}])
def test_the_same_event_with_another_body_changes_nothing(database: Database, change: dict[str, Any]) -> None:
    def unit() -> tuple[Debited, int, int]:
        mine, other = opened(20_000), opened(20_000, "child-2", "0000000002")
        meals.debit_meal(event(), now=NOW)
        said = meals.debit_meal(event(**change), now=NOW)
        return said, reading.balance(mine[Purpose.MEAL].id), reading.balance(other[Purpose.MEAL].id)

    said, mine, other = database.write_sync(unit)
    assert (said.outcome, mine, other) == (Outcome.CONFLICT, 11_000, 20_000)


@pytest.mark.rule("D5")
def test_a_refused_event_stays_refused_and_its_rule_is_kept(database: Database) -> None:
    def unit() -> tuple[list[Debited], list[str], int]:
        mine = opened(0)
        terms.put_terms(SCHOOL, Purpose.MEAL, date(2026, 1, 1), TermsCard(policy=Policy.REFUSE))
        said = [meals.debit_meal(event(), now=NOW)]
        post(top_up(mine[Purpose.MEAL], 50_000), now=NOW)
        said.append(meals.debit_meal(event(), now=NOW))
        said.append(meals.debit_meal(event("e2"), now=NOW))
        return said, [one.rule for one in canteen.refusals_of(CHILD)], reading.balance(mine[Purpose.MEAL].id)

    said, kept, balance = database.write_sync(unit)
    assert [one.outcome for one in said] == [Outcome.NO_FUNDS, Outcome.NO_FUNDS, Outcome.DEBITED]
    assert (kept, balance) == (["meal.no_funds"], 41_000)


@pytest.mark.rule("D8")
@pytest.mark.feature("F133")
def test_the_limit_counts_meals_net_of_the_days_own_reversals_by_the_schools_clock(database: Database) -> None:
    def unit() -> list[Outcome]:
        mine = opened(90_000)
        said = [meals.debit_meal(event(f"e{number}"), now=NOW) for number in range(3)]
        assert said[0].txn
        putting_right.put_right(said[0].txn, scope="undo", key="u", actor="tutor", rule="undo.same_day", now=NOW + timedelta(minutes=5))
        said.append(meals.debit_meal(event("e4"), now=NOW))
        said.append(meals.debit_meal(event("e5"), now=NOW))
        tomorrow = NOW + timedelta(days=1)
        said.append(meals.debit_meal(event("e6", at=tomorrow), now=tomorrow))
        limits.say(mine[Purpose.MEAL].id, None, by="p", now=tomorrow)
        said += [meals.debit_meal(event(f"e7{number}", at=tomorrow), now=tomorrow) for number in range(3)]
        return [one.outcome for one in said]

    got = database.write_sync(unit)
    paid, stopped = Outcome.DEBITED, Outcome.LIMIT
    assert got == [paid, paid, stopped, paid, stopped, paid, paid, paid, paid]


@pytest.mark.rule("D8")
def test_an_event_that_comes_a_day_late_counts_on_its_own_day(database: Database) -> None:
    def unit() -> list[Debited]:
        opened(90_000)
        late = NOW + timedelta(days=1)
        before = [meals.debit_meal(event(f"y{number}", at=NOW), now=late) for number in range(3)]
        return [*before, meals.debit_meal(event("t", at=late), now=late)]

    said = database.write_sync(unit)
    assert [one.outcome for one in said] == [Outcome.DEBITED, Outcome.DEBITED, Outcome.LIMIT, Outcome.DEBITED]


@pytest.mark.rule("D7")
@pytest.mark.feature("F157")
@pytest.mark.parametrize(
    ("at", "passed", "flag"),
    [
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), False, "no_pass outside_calendar"),
        (datetime(2026, 11, 22, 9, 0, tzinfo=UTC), None, "outside_calendar"),
        (datetime(2026, 11, 4, 9, 0, tzinfo=UTC), True, "outside_calendar"),
        (datetime(2026, 7, 6, 9, 0, tzinfo=UTC), None, "outside_calendar"),
        (datetime(2026, 11, 18, 9, 0, tzinfo=UTC), True, ""),
    ],
)
def test_a_debit_on_a_free_day_or_without_a_pass_is_pointed_at(database: Database, at: datetime, passed: bool | None, flag: str) -> None:
    def unit() -> str:
        mine = own("0000000001")
        Contract.update(child=CHILD).execute()
        post(top_up(mine[Purpose.MEAL], 90_000, at=at), now=at)
        canteen.put_week(SCHOOL, date(2026, 1, 1), "12345", by="o", now=at)
        meals.debit_meal(event(at=at, passed=passed), now=at)
        return reading.month(mine[Purpose.MEAL].id, start=at - timedelta(days=1), end=at + timedelta(days=1)).lines[-1].cause.flag

    assert database.write_sync(unit) == flag


@pytest.mark.rule("D2")
def test_a_benefit_pays_first_where_the_school_gives_it_that_day(database: Database) -> None:
    from hub.ledger.store.agreements.tables import Benefit

    def unit() -> list[Purpose | None]:
        mine = opened(20_000)
        post(benefit_grant(act("g", scope="grant"), mine[Purpose.MEAL_BENEFIT], amount_kop=9_000), now=NOW)
        card = contracts.numbered("0000000001")
        assert card is not None
        Benefit.insert(
            id="b", contract=card.id, child=CHILD, school=SCHOOL, state="granted", basis="x", asked_by="p", asked_at=NOW,
            since="2026-11-18", until="2026-11-18",
        ).execute()  # fmt: skip
        after = NOW + timedelta(days=1)
        first = [meals.debit_meal(event(f"e{number}"), now=NOW) for number in range(2)]
        return [one.purpose for one in (*first, meals.debit_meal(event("e3", at=after), now=after))]

    assert database.write_sync(unit) == [Purpose.MEAL_BENEFIT, Purpose.MEAL, Purpose.MEAL]


@pytest.mark.rule("D8")
@pytest.mark.feature("F133")
def test_several_tills_at_once_never_pass_the_limit(database: Database) -> None:
    mine = database.write_sync(lambda: opened(90_000))

    def till(number: int) -> Callable[[], Debited]:
        return lambda: meals.debit_meal(event(f"t{number}", scope=f"till:{number}"), now=NOW)

    said = at_once(database, [till(number) for number in range(8)])
    assert sorted(one.outcome for one in said) == [Outcome.DEBITED] * 2 + [Outcome.LIMIT] * 6
    assert database.read_sync(lambda: reading.balance(mine[Purpose.MEAL].id)) == 90_000 - 18_000


@pytest.mark.rule("D3")
def test_one_event_at_several_doors_at_once_is_paid_once(database: Database) -> None:
    mine = database.write_sync(lambda: opened(90_000))
    said = at_once(database, [lambda: meals.debit_meal(event(), now=NOW)] * 8)
    assert len({one.txn for one in said}) == 1 and sum(one.new for one in said) == 1
    assert database.read_sync(lambda: reading.balance(mine[Purpose.MEAL].id)) == 81_000


@pytest.mark.rule("D8")
def test_a_debit_counts_on_its_own_day_though_the_account_was_booked_ahead(database: Database) -> None:
    """A booking is never before the last one: after a clock that ran ahead the rows stand later than their hour."""

    def unit() -> list[Outcome]:
        opened(0)
        mine = own("0000000001")
        post(top_up(mine[Purpose.MEAL], 90_000, at=NOW + timedelta(days=3)), now=NOW)
        return [meals.debit_meal(event(f"e{number}"), now=NOW).outcome for number in range(3)]

    assert database.write_sync(unit) == [Outcome.DEBITED, Outcome.DEBITED, Outcome.LIMIT]

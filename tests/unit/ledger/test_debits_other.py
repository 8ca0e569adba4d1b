"""Lessons, cards, what is put right and what is moved, against the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hub.ledger.debits import cards, lessons, meals, moving, putting_right
from hub.ledger.debits.decide import Outcome
from hub.ledger.errors import NotEnough, OverReversed
from hub.ledger.model import Purpose
from hub.ledger.posting import Act
from hub.ledger.store import checking, contracts, reading
from hub.ledger.store.writing import post
from hub.store.database import Database
from tests.unit.ledger.debit_kit import at_once, event, lesson, opened
from tests.unit.ledger.kit import NOW, act, top_up


@pytest.mark.rule("D8")
@pytest.mark.feature("F095")
@pytest.mark.feature("F120")
def test_a_lesson_is_paid_from_services_once_a_day_and_by_the_familys_word_alone(database: Database) -> None:
    def unit() -> tuple[list[Outcome], list[int]]:
        mine = opened(90_000)
        post(top_up(mine[Purpose.SERVICES], 40_000), now=NOW)
        asked = [
            lesson(agreed=frozenset()),
            lesson(),
            lesson(),
            lesson("f2"),
            lesson("f3", day=date(2026, 11, 17)),
            lesson("f4", present=("x",)),
        ]
        said = [lessons.debit_lesson(one, now=NOW)[0].outcome for one in asked]
        return said, [reading.balance(mine[purpose].id) for purpose in (Purpose.SERVICES, Purpose.MEAL)]

    said, left = database.write_sync(unit)
    assert said == [
        Outcome.NO_CONSENT, Outcome.DEBITED, Outcome.DEBITED, Outcome.ALREADY, Outcome.NO_FUNDS, Outcome.NO_CONSENT,
    ]  # fmt: skip
    assert left == [10_000, 90_000]


@pytest.mark.feature("F144")
@pytest.mark.feature("F124")
def test_a_duplicate_card_costs_fifty_roubles_once_and_two_may_be_ordered(database: Database) -> None:
    def unit() -> tuple[int, list[Any], int]:
        mine = opened(90_000)
        card = contracts.numbered("0000000001")
        assert card is not None
        missing = cards.quote_duplicate(card, now=NOW).missing_kop
        with pytest.raises(NotEnough):
            cards.order_duplicate(card, by="p", place="cabinet", key="k0", now=NOW)
        post(top_up(mine[Purpose.SERVICES], 40_000), now=NOW)
        with pytest.raises(cards.PriceChanged):
            cards.order_duplicate(card, by="p", place="cabinet", key="k1", now=NOW, shown_kop=4_000)
        made = [cards.order_duplicate(card, by="p", place="kiosk-1", key=key, now=NOW) for key in ("k1", "k1", "k2")]
        with pytest.raises(cards.TooManyCards):
            cards.order_duplicate(card, by="p", place="cabinet", key="k3", now=NOW)
        return missing, made, reading.balance(mine[Purpose.SERVICES].id)

    missing, made, left = database.write_sync(unit)
    assert missing == 5_000 and left == 30_000
    assert [one.new for one in made] == [True, False, True] and made[0].txn == made[1].txn


@pytest.mark.rule("D8")
@pytest.mark.feature("F097")
def test_what_is_put_right_is_never_more_than_was_taken(database: Database) -> None:
    def unit() -> list[int]:
        mine = opened(20_000)
        txn = meals.debit_meal(event(), now=NOW).txn
        assert txn

        def back(key: str, kop: int | None) -> int:
            return putting_right.put_right(txn, scope="dispute", key=key, actor="o", rule="dispute.given_back", now=NOW, amount_kop=kop)[1]

        got = [back("a", 4_000)]
        for key, kop in (("b", 5_001), ("c", 0), ("d", -1)):
            with pytest.raises(OverReversed):
                back(key, kop)
        got.append(back("e", None))
        with pytest.raises(OverReversed):
            back("f", None)
        return [*got, reading.balance(mine[Purpose.MEAL].id)]

    assert database.write_sync(unit) == [4_000, 5_000, 20_000]


@pytest.mark.rule("D2")
def test_money_moves_between_accounts_in_two_linked_transactions(database: Database) -> None:
    def unit() -> tuple[moving.Moved, moving.Moved, list[int], list[str]]:
        mine = opened(20_000)
        done: Act = act("m", scope="transfer")
        first = moving.move(done, mine[Purpose.MEAL], mine[Purpose.SERVICES], amount_kop=5_000, now=NOW)
        again = moving.move(done, mine[Purpose.MEAL], mine[Purpose.SERVICES], amount_kop=5_000, now=NOW)
        with pytest.raises(moving.OtherMove):
            moving.move(done, mine[Purpose.MEAL], mine[Purpose.SERVICES], amount_kop=6_000, now=NOW)
        with pytest.raises(NotEnough):
            moving.move(act("n", scope="transfer"), mine[Purpose.MEAL], mine[Purpose.NOTICES], amount_kop=15_001, now=NOW)
        left = [reading.balance(mine[one].id) for one in (Purpose.MEAL, Purpose.SERVICES)]
        return first, again, left, list(checking.faults())

    first, again, left, wrong = database.write_sync(unit)
    assert (first.new, again.new) == (True, False) and (first.out, first.into) == (again.out, again.into)
    assert left == [15_000, 5_000] and wrong == []


def test_two_transfers_that_cross_do_not_wait_for_each_other(database: Database) -> None:
    mine = database.write_sync(lambda: opened(20_000))
    database.write_sync(lambda: post(top_up(mine[Purpose.SERVICES], 20_000), now=NOW))
    pairs = [(Purpose.MEAL, Purpose.SERVICES), (Purpose.SERVICES, Purpose.MEAL)] * 4

    def go(number: int, of: Purpose, to: Purpose) -> Callable[[], Any]:
        return lambda: moving.move(act(f"m{number}", scope="transfer"), mine[of], mine[to], amount_kop=1_000, now=NOW)

    at_once(database, [go(number, of, to) for number, (of, to) in enumerate(pairs)])
    left = database.read_sync(lambda: [reading.balance(mine[one].id) for one in (Purpose.MEAL, Purpose.SERVICES)])
    assert left == [20_000, 20_000]

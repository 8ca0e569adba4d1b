"""Postings in the database: once for a key, never below a floor, chained, and never changed again."""

from __future__ import annotations

from datetime import timedelta

import peewee
import pytest

from hub.ledger import accounts as system
from hub.ledger import posting
from hub.ledger.errors import AccountClosed, NotEnough, NotReversible, OverReversed, UnknownAccount, WrongPurpose
from hub.ledger.model import Floor, Kind, Leg, Malformed, Purpose
from hub.ledger.rules import Policy, meal_floor
from hub.ledger.store import checking, reading
from hub.ledger.store.heads import original_of
from hub.ledger.store.tables import Account, Conflict, Entry, Hold, Txn
from hub.ledger.store.writing import Outcome, post, post_all
from hub.store.database import Database
from tests.unit.ledger.kit import NO_DEBT, NOW, accounts, act, meal, nobody, notice, put, top_up


@pytest.mark.rule("D1")
def test_a_top_up_and_a_meal_leave_the_difference(database: Database) -> None:
    to = accounts(database)[Purpose.MEAL]
    assert put(database, top_up(to, 10_000)).closing == {to.id: 10_000}
    assert put(database, meal(to, 6_550)).closing == {to.id: 3_450}
    assert database.read_sync(lambda: reading.balance(to.id)) == 3_450
    assert database.read_sync(checking.faults) == []


@pytest.mark.rule("D1")
@pytest.mark.parametrize("table", [Txn, Entry])
@pytest.mark.parametrize("act_", ["UPDATE {} SET kind = 'meal'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete_a_row(database: Database, table: type[peewee.Model], act_: str) -> None:
    put(database, top_up(accounts(database)[Purpose.MEAL], 100))

    def unit() -> None:
        database.engine.execute_sql(act_.format(table._meta.table_name))  # type: ignore[no-untyped-call]  # peewee's stub

    with pytest.raises(peewee.IntegrityError, match="append-only"):
        database.write_sync(unit)
    assert database.read_sync(checking.faults) == []


@pytest.mark.rule("D1")
def test_sqlite_does_not_replace_a_row_either(database: Database) -> None:
    if database.kind != "sqlite":
        return
    put(database, top_up(accounts(database)[Purpose.MEAL], 100))
    replace = "INSERT OR REPLACE INTO ledger_entry SELECT txn, leg, account, 999, number, closing_kop, booked_at, kind FROM ledger_entry"
    with pytest.raises(peewee.IntegrityError, match="append-only"):
        database.write_sync(lambda: database.engine.execute_sql(replace))  # type: ignore[no-untyped-call]  # peewee's stub


@pytest.mark.rule("D3")
def test_the_same_id_and_body_again_is_the_first_answer(database: Database) -> None:
    to = accounts(database)[Purpose.MEAL]
    first = put(database, top_up(to, 10_000, "17"))
    again = put(database, top_up(to, 10_000, "17", at=NOW + timedelta(days=400)))
    assert (again.outcome, again.txn) == (Outcome.DUPLICATE, first.txn)
    assert database.read_sync(lambda: reading.balance(to.id)) == 10_000


@pytest.mark.rule("D3")
@pytest.mark.parametrize("other", ["sum", "account", "purpose"])
def test_the_same_id_with_another_body_is_refused_and_the_alarm_stays(database: Database, other: str) -> None:
    mine = accounts(database)
    first = put(database, top_up(mine[Purpose.MEAL], 10_000, "17"))
    wrong = {
        "sum": top_up(mine[Purpose.MEAL], 10_001, "17"),
        "account": top_up(accounts(database, "0000000002")[Purpose.MEAL], 10_000, "17"),
        "purpose": top_up(mine[Purpose.NOTICES], 10_000, "17"),
    }[other]
    for _ in range(2):
        answer = put(database, wrong)
        assert (answer.outcome, answer.txn) == (Outcome.CONFLICT, first.txn)
    assert database.read_sync(lambda: [(one.txn, one.seen) for one in Conflict.select()]) == [(first.txn, 2)]
    assert database.read_sync(lambda: reading.balance(mine[Purpose.MEAL].id)) == 10_000


@pytest.mark.rule("D3")
def test_two_providers_may_use_one_number(database: Database) -> None:
    to = accounts(database)[Purpose.MEAL]
    put(database, top_up(to, 100, "17"))
    put(database, posting.top_up(act("17", scope="rbs"), to, provider="rbs", amount_kop=100))
    assert database.read_sync(lambda: reading.balance(to.id)) == 200


@pytest.mark.rule("D5")
@pytest.mark.parametrize(
    ("policy", "floor_kop", "meals", "rule"),
    [
        (Policy.REFUSE, None, 1, "meal.no_funds"),
        (Policy.FEED, None, 3, "meal.fed_down_to_two_meals"),
        (Policy.FEED, -10_000, 2, "meal.school_floor"),
    ],
)
def test_a_meal_without_funds_is_decided_by_the_schools_policy(
    database: Database, policy: Policy, floor_kop: int | None, meals: int, rule: str
) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 6_000))
    floor = meal_floor(policy, 6_000, floor_kop=floor_kop)
    for _ in range(meals):
        put(database, meal(of, 6_000, floor=floor))
    with pytest.raises(NotEnough) as refused:
        put(database, meal(of, 6_000, floor=floor))
    assert refused.value.rule == rule
    assert database.read_sync(lambda: reading.balance(of.id)) == 6_000 - meals * 6_000


@pytest.mark.rule("D5")
def test_what_is_on_hold_is_not_available(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 1_000))
    spoken = {"account": of.id, "amount_kop": 400, "state": "open", "created_at": NOW, "expires_at": NOW + timedelta(hours=1)}
    database.write_sync(lambda: Hold.create(id="h", **spoken))
    with pytest.raises(NotEnough):
        put(database, meal(of, 700))
    put(database, meal(of, 700), now=NOW + timedelta(hours=2))


@pytest.mark.rule("D2")
def test_an_account_takes_no_money_of_another_purpose(database: Database) -> None:
    mine = accounts(database)
    with pytest.raises(WrongPurpose):
        put(database, top_up(posting.Own(id=mine[Purpose.NOTICES].id, purpose=Purpose.MEAL), 100))


@pytest.mark.rule("D2")
def test_a_transfer_is_two_linked_transactions_through_the_clearing(database: Database) -> None:
    mine = accounts(database)
    put(database, top_up(mine[Purpose.MEAL], 1_000))
    moved = act("move", scope="transfer")
    both = posting.transfer(moved, mine[Purpose.MEAL], mine[Purpose.NOTICES], amount_kop=300, floor=NO_DEBT)
    answers = database.write_sync(lambda: post_all(both, now=NOW))
    assert [getattr(one, "outcome", one) for one in answers] == [Outcome.POSTED, Outcome.POSTED]
    left = database.read_sync(lambda: reading.balances([mine[Purpose.MEAL].id, mine[Purpose.NOTICES].id]))
    assert list(left.values()) == [700, 300]
    assert database.read_sync(lambda: reading.total(system.CLEARING)) == 0
    assert database.read_sync(checking.faults) == []


def test_an_account_that_is_not_there_takes_nothing(database: Database) -> None:
    with pytest.raises(UnknownAccount):
        put(database, top_up(nobody(), 100))
    assert database.read_sync(lambda: Txn.select().count()) == 0


def test_a_refused_posting_hinders_no_other(database: Database) -> None:
    mine = accounts(database)
    made = [top_up(mine[Purpose.MEAL], 100), meal(mine[Purpose.MEAL], 101), top_up(nobody(), 5), meal(mine[Purpose.MEAL], 100)]
    answers = database.write_sync(lambda: post_all(made, now=NOW))
    assert [type(one).__name__ for one in answers] == ["Posted", "NotEnough", "UnknownAccount", "Posted"]
    assert database.read_sync(checking.faults) == []


@pytest.mark.rule("D1")
def test_a_reversal_names_what_it_reverses_and_never_gives_more_back(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 1_000))
    eaten = put(database, meal(of, 600)).txn

    def back(kop: int | None, key: str) -> None:
        original = original_of(eaten)
        legs = [Leg(account=account, amount_kop=amount) for account, amount in original.legs.items()]
        post(posting.reversal(act(key, scope="office"), eaten, original.purpose, legs, amount_kop=kop), now=NOW)

    database.write_sync(lambda: back(400, "a"))
    with pytest.raises(OverReversed):
        database.write_sync(lambda: back(201, "b"))
    with pytest.raises(OverReversed):
        database.write_sync(lambda: back(None, "c"))
    database.write_sync(lambda: back(200, "d"))
    assert database.read_sync(lambda: reading.balance(of.id)) == 1_000
    assert database.read_sync(lambda: Txn.select().where(Txn.reverses == eaten).count()) == 2
    assert database.read_sync(checking.faults) == []


def test_a_reversal_is_not_reversed(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    paid = put(database, top_up(of, 1_000)).txn
    legs = top_up(of, 1_000).legs
    undone = put(database, posting.reversal(act(scope="office"), paid, Purpose.MEAL, legs)).txn
    with pytest.raises(NotReversible):
        put(database, posting.reversal(act(scope="office"), undone, Purpose.MEAL, [*top_up(of, 1_000).legs]))


def test_a_payment_with_a_fee_is_reversed_whole(database: Database) -> None:
    of = accounts(database)[Purpose.NOTICES]
    made = posting.top_up(act(scope="rbs"), of, provider="rbs", amount_kop=10_000, fee_kop=500)
    paid = put(database, made).txn
    put(database, posting.reversal(act(scope="rbs"), paid, Purpose.NOTICES, made.legs))
    named = [of.id, system.provider("rbs"), system.fees("rbs")]
    assert [database.read_sync(lambda name=name: reading.total(name)) for name in named] == [0, 0, 0]  # type: ignore[misc]  # a lambda's default


@pytest.mark.rule("D9")
def test_a_closed_account_gives_only_what_is_paid_out_and_still_takes_late_money(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 1_000))
    database.write_sync(lambda: Account.update(closed_at=NOW).where(Account.id == of.id).execute())
    with pytest.raises(AccountClosed):
        put(database, meal(of, 100))
    put(database, top_up(of, 50))
    put(database, posting.payout(act(scope="office"), of, amount_kop=1_050))
    assert database.read_sync(lambda: reading.balance(of.id)) == 0


def test_a_providers_chargeback_may_go_below_any_floor(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 500))
    put(database, meal(of, 500))
    assert put(database, posting.chargeback(act(), of, provider="osmp", amount_kop=500)).closing == {of.id: -500}


@pytest.mark.rule("D1")
def test_a_late_booking_stands_after_what_was_booked_before_it(database: Database) -> None:
    of = accounts(database)[Purpose.NOTICES]
    put(database, top_up(of, 500))
    put(database, notice(of, 50, at=NOW - timedelta(days=40)))
    month = database.read_sync(lambda: reading.month(of.id, start=NOW - timedelta(days=1), end=NOW + timedelta(days=1)))
    assert [(line.opening_kop, line.closing_kop) for line in month.lines] == [(0, 500), (500, 450)]
    assert database.read_sync(checking.faults) == []


def test_a_benefit_comes_from_the_budget_and_returns_to_it(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL_BENEFIT]
    put(database, posting.benefit_grant(act(scope="school"), of, amount_kop=9_000))
    put(database, meal(of, 4_000))
    put(database, posting.benefit_return(act(scope="school"), of, amount_kop=5_000))
    assert database.read_sync(lambda: reading.total(system.BUDGET)) == -4_000
    with pytest.raises(Malformed):
        top_up(of, 100)


def test_every_payment_names_its_receipt_or_why_there_is_none(database: Database) -> None:
    mine = accounts(database)
    made = [
        top_up(mine[Purpose.MEAL], 1_000),
        meal(mine[Purpose.MEAL], 600),
        posting.correction(act(scope="office"), mine[Purpose.MEAL], amount_kop=5),
        posting.benefit_grant(act(scope="school"), mine[Purpose.MEAL_BENEFIT], amount_kop=5),
        posting.imported(act(scope="import"), Kind.TOP_UP, mine[Purpose.NOTICES], amount_kop=5),
    ]
    database.write_sync(lambda: post_all(made, now=NOW))
    found = database.read_sync(lambda: [row.receipt for row in Txn.select().order_by(Txn.recorded_at, Txn.kind, Txn.scope)])
    assert sorted(found) == sorted(["prepayment", "offset", "none:correction", "none:budget", "none:given_elsewhere"])


def test_a_floor_is_held_against_every_debit_of_one_unit(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 100))
    floor = Floor(kop=0, rule="test")
    answers = database.write_sync(lambda: post_all([meal(of, 60, floor=floor), meal(of, 60, floor=floor)], now=NOW))
    assert [type(one).__name__ for one in answers] == ["Posted", "NotEnough"]

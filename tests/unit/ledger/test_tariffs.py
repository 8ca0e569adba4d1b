"""A month in proportion, what is left of it, and the database's own refusal of a tariff that nobody agreed to (RULES D6)."""

from __future__ import annotations

from datetime import date, timedelta

import peewee
import pytest

from hub.ledger import posting
from hub.ledger.model import Kind, Purpose
from hub.ledger.school_days import Break, back_at_school, break_on, next_month
from hub.ledger.store import checking, contracts, triggers
from hub.ledger.store.paid import consents, subscriptions
from hub.ledger.store.paid.consents import Said
from hub.ledger.store.tables import Entry
from hub.ledger.tariffs import Item, Priced, Tariff, month_charge, next_charge, unused_kop, usual_month
from hub.store.database import Database
from tests.unit.ledger.kit import NOW, accounts, act, put, top_up

pytestmark = pytest.mark.rule("D6")
AUTUMN = Break(first=date(2026, 10, 26), last=date(2026, 11, 1), title="Осенние каникулы")
PRICE = Priced(kop=9_500, version="mobile@2014-09-01")


@pytest.mark.parametrize(
    ("month", "since", "breaks", "kop", "due"),
    [
        (date(2026, 12, 1), date(2026, 11, 21), (), 9_500, date(2026, 12, 1)),
        (date(2026, 11, 1), date(2026, 11, 21), (), 3_167, date(2026, 11, 21)),
        (date(2026, 11, 1), date(2026, 9, 1), (AUTUMN,), 9_183, date(2026, 11, 2)),
        (date(2026, 10, 1), date(2026, 9, 1), (AUTUMN,), 7_661, date(2026, 10, 1)),
        (date(2027, 1, 1), date(2026, 9, 1), (), 7_048, date(2027, 1, 9)),
        (date(2027, 7, 1), date(2026, 9, 1), (), 0, None),
        (date(2028, 2, 1), date(2026, 9, 1), (), 9_500, date(2028, 2, 1)),
        (date(2026, 11, 1), date(2026, 12, 1), (), 0, None),
    ],
)
def test_a_month_costs_as_much_as_it_has_paid_days(month: date, since: date, breaks: tuple[Break, ...], kop: int, due: date | None) -> None:
    found = month_charge(month, since=since, breaks=breaks, price_kop=9_500)
    assert (found.kop, found.due) == (kop, due)
    assert 0 <= found.kop <= 9_500


def test_whatever_the_day_of_leaving_what_comes_back_lies_between_nothing_and_all() -> None:
    since = date(2026, 11, 21)
    back = [unused_kop(3_167, month=since, since=since, after=since + timedelta(days=n - 1), breaks=()) for n in range(11)]
    assert (back[0], back[5], back[10]) == (3_167, 1_583, 0)
    assert back == sorted(back, reverse=True)
    assert unused_kop(100, month=date(2027, 7, 1), since=date(2027, 7, 1), after=date(2027, 7, 9), breaks=()) == 0


def test_the_next_charge_skips_what_is_paid_and_the_summer() -> None:
    def ahead(day: date, *, until: date | None = None, paid: tuple[str, ...] = ()) -> str | None:
        found = next_charge(day, since=date(2026, 9, 1), until=until, breaks=(), price_kop=9_500, paid=paid)
        return found.name if found else None

    assert ahead(date(2026, 11, 18)) == "2026-11"
    assert ahead(date(2026, 11, 18), paid=("2026-11",)) == "2026-12"
    assert ahead(date(2026, 11, 18), paid=("2026-11",), until=date(2026, 12, 1)) is None
    assert ahead(date(2027, 5, 18), paid=("2027-05",)) == "2027-09"


def test_a_day_off_is_named_and_ends() -> None:
    assert break_on(date(2026, 10, 26), (AUTUMN,)) is AUTUMN
    assert break_on(date(2026, 11, 2), (AUTUMN,)) is None
    assert back_at_school(date(2027, 6, 15), ()) == date(2027, 9, 1)
    assert back_at_school(date(2026, 12, 31), (Break(first=date(2026, 12, 28), last=date(2026, 12, 31)),)) == date(2027, 1, 9)
    assert [next_month(day) for day in (date(2026, 12, 31), date(2026, 1, 1))] == [date(2027, 1, 1), date(2026, 2, 1)]


@pytest.mark.feature("F137")
def test_a_month_at_a_childs_use_is_never_above_the_cap_beside_the_tariff() -> None:
    units = {Item.NOTICE_PASS: 50, Item.NOTICE_MEAL: 200}
    few, many = {Item.NOTICE_PASS: 40, Item.NOTICE_MEAL: 20}, {Item.NOTICE_PASS: 120, Item.NOTICE_MEAL: 60}
    costs = {
        tariff: [usual_month(tariff, month_kop=kop, units=units, counts=counts, cap_kop=10_000) for counts in (few, many)]
        for tariff, kop in ((Tariff.ZERO, 0), (Tariff.MOBILE, 9_500), (Tariff.SMS_PLUS, 16_500))
    }
    assert costs == {Tariff.ZERO: [6_000, 10_000], Tariff.MOBILE: [13_500, 19_500], Tariff.SMS_PLUS: [16_500, 16_500]}


def _agree(contract: str, *, since: date = date(2026, 11, 1), kop: int = 9_500, service: str = "mobile") -> str:
    said = Said(service=service, price=Priced(kop=kop, version="v"), text_version="t", text="…")
    word = consents.agree(said, person="p", contract=contract, child=None, now=NOW - timedelta(days=3))
    subscriptions.subscribe(contract, Tariff.MOBILE, consent=word, since=since, now=NOW)
    return word


def _month(database: Database, *, kop: int = 9_500, key: str = "k") -> None:
    of = accounts(database)[Purpose.NOTICES]
    put(database, posting.charge(act(key, scope="anything"), Kind.TARIFF, of, amount_kop=kop, floor=None))


def _contract(database: Database) -> str:
    of = accounts(database)[Purpose.NOTICES]
    put(database, top_up(of, 100_000))
    found = database.read_sync(lambda: contracts.account(of.id))
    assert found is not None
    return found[1].id


@pytest.mark.feature("F151")
@pytest.mark.feature("F152")
def test_the_database_itself_refuses_a_tariff_without_a_word(database: Database) -> None:
    _contract(database)
    with pytest.raises(peewee.IntegrityError, match="no consent"):
        _month(database)
    assert database.read_sync(lambda: Entry.select().where(Entry.kind == "tariff").count()) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda contract, word: consents.end([word], now=NOW),
        lambda contract, word: subscriptions.leave(contract, day=date(2026, 11, 10), now=NOW),
        lambda contract, word: _agree(contract, since=date(2026, 11, 1), kop=9_499),
        lambda contract, word: _agree(contract, service="sms_plus"),
        lambda contract, word: _agree(contract, since=date(2026, 12, 1)) and subscriptions.subscribe(
            contract, Tariff.ZERO, consent=None, since=date(2026, 11, 1), now=NOW
        ),
        lambda contract, word: subscriptions.subscribe(contract, Tariff.MOBILE, consent="unknown", since=date(2026, 11, 1), now=NOW),
    ],
    ids=["taken back", "left", "cheaper", "another tariff", "not yet", "nobody's word"],
)  # fmt: skip
def test_a_word_that_is_over_or_about_something_else_is_none(database: Database, spoil: object) -> None:
    contract = _contract(database)
    word = database.write_sync(lambda: _agree(contract))
    _month(database, key="good")
    database.write_sync(lambda: spoil(contract, word))  # type: ignore[operator]  # a lambda of the table above
    with pytest.raises(peewee.IntegrityError, match="no consent"):
        _month(database, key="bad")


def test_another_contracts_word_is_none(database: Database) -> None:
    _contract(database)
    database.write_sync(lambda: _agree("another"))
    with pytest.raises(peewee.IntegrityError, match="no consent"):
        _month(database)


def test_the_books_of_an_earlier_system_are_facts(database: Database) -> None:
    of = accounts(database)[Purpose.NOTICES]
    put(database, top_up(of, 10_000))
    put(database, posting.imported(act(scope="import"), Kind.TARIFF, of, amount_kop=-9_500))
    assert database.read_sync(checking.faults) == []


def test_a_database_without_the_guard_is_found_out(database: Database) -> None:
    _contract(database)
    assert database.read_sync(checking.guards) == []
    on = "" if isinstance(database.engine, peewee.SqliteDatabase) else " ON ledger_entry"

    def planted() -> tuple[list[str], int]:
        database.engine.execute_sql(f"DROP TRIGGER {triggers.CONSENT}{on}")  # type: ignore[no-untyped-call]  # peewee's stub
        found = list(checking.guards())
        of = contracts.numbered("0000000001")
        assert of is not None
        for statement in triggers.statements(database.engine, "ledger_entry"):
            database.engine.execute_sql(statement)  # type: ignore[no-untyped-call]  # peewee's stub
        return found, len(checking.guards())

    assert database.write_sync(planted) == ([f"the trigger {triggers.CONSENT} is missing"], 0)

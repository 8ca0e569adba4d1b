"""Money in texts, fees, floors, days, months, receipts and tariffs: each rule a table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import peewee
import pytest

from hub.ledger import posting
from hub.ledger.errors import NotEnough
from hub.ledger.model import NO_CAUSE, AccountId, Cause, Floor, Kind, Leg, Malformed, Posting, Purpose, TransactionId
from hub.ledger.money import NBSP, fee, kopecks, roubles, shown
from hub.ledger.posting import Act, Own
from hub.ledger.rules import OverLimit, Policy, day_of, floor_of, month_of, over_limit, receipt_of
from hub.ledger.store import checking, holds, reading, terms, triggers
from hub.ledger.store.paid import subscriptions
from hub.ledger.store.tables import Entry, Hold
from hub.ledger.store.terms import TermsCard
from hub.ledger.tariffs import Item, Tariff
from hub.ledger.texts import text_of
from hub.store.database import Database, schema
from hub.store.fields import rows
from hub.wiring import tables
from tests.unit.ledger.kit import NOW, accounts, act, meal, put, top_up


@pytest.mark.parametrize(
    ("text", "kop"),
    [
        ("106.50", 10_650), ("106.5", 10_650), ("106", 10_600), ("0.00", 0), ("0.01", 1), ("00100.00", 10_000), ("106,50", None),
        ("1.234", None), ("-1.00", None), ("+1", None), ("1e3", None), ("", None), (" 1", None), (".5", None), ("1.", None),
        ("999999999999.00", None), ("١٠", None), ("1 000.00", None), ("NaN", None),
    ],
)  # fmt: skip
def test_roubles_are_read_exactly_or_not_at_all(text: str, kop: int | None) -> None:
    assert kopecks(text) == kop
    assert kop is None or kopecks(roubles(kop)) == kop


@pytest.mark.parametrize(
    ("kop", "text"), [(10_650, "106,50 ₽"), (5, "0,05 ₽"), (-8_500, "−85,00 ₽"), (123_456_700, "1 234 567,00 ₽"), (0, "0,00 ₽")]
)
def test_money_is_shown_as_people_write_it(kop: int, text: str) -> None:
    assert shown(kop).replace(NBSP, " ") == text


@pytest.mark.rule("D6")
@pytest.mark.parametrize(("net", "hundredths", "kop"), [(10_650, 500, 533), (10_000, 250, 250), (1, 500, 0), (10, 500, 1), (10_000, 0, 0)])
def test_a_fee_is_a_whole_number_of_kopecks_half_up(net: int, hundredths: int, kop: int) -> None:
    assert fee(net, hundredths=hundredths) == kop


@pytest.mark.rule("D6")
def test_a_fee_is_an_entry_of_its_own_on_top_or_out_of_the_sum() -> None:
    to = Own(id=AccountId("a"), purpose=Purpose.MEAL)
    on_top = posting.top_up(act(), to, provider="rbs", amount_kop=10_000, fee_kop=500)
    out_of = posting.top_up(act(), to, provider="rbs", amount_kop=10_000, fee_kop=500, fee_from_sum=True)
    assert [leg.amount_kop for leg in on_top.legs] == [-10_500, 10_000, 500]
    assert [leg.amount_kop for leg in out_of.legs] == [-10_000, 9_500, 500]


@pytest.mark.rule("D5")
@pytest.mark.parametrize(
    ("kind", "purpose", "policy", "own", "floor"),
    [
        (Kind.MEAL, Purpose.MEAL, Policy.FEED, None, -200),
        (Kind.MEAL, Purpose.MEAL, Policy.FEED, -50, -50),
        (Kind.MEAL, Purpose.MEAL, Policy.REFUSE, -50, 0),
        (Kind.MEAL, Purpose.MEAL_BENEFIT, Policy.FEED, None, 0),
        (Kind.NOTICE_PASS, Purpose.NOTICES, Policy.FEED, None, 0),
        (Kind.TARIFF, Purpose.NOTICES, Policy.FEED, None, 0),
        (Kind.LESSON, Purpose.SERVICES, Policy.FEED, None, 0),
        (Kind.REFUND, Purpose.MEAL, Policy.FEED, None, 0),
    ],
)
def test_only_a_meal_may_go_below_zero(kind: Kind, purpose: Purpose, policy: Policy, own: int | None, floor: int) -> None:
    found = floor_of(kind, purpose, price_kop=100, policy=policy, floor_kop=own)
    assert found.kop == floor
    assert found.rule


@pytest.mark.rule("D8")
@pytest.mark.parametrize(
    ("purpose", "spent", "price", "limit", "over"),
    [
        (Purpose.MEAL, 15_000, 5_000, 20_000, False),
        (Purpose.MEAL, 15_000, 5_001, 20_000, True),
        (Purpose.MEAL, 90_000, 5_000, None, False),
        (Purpose.MEAL_BENEFIT, 90_000, 5_000, 20_000, False),
    ],
)
def test_the_days_limit_counts_paid_meals_alone(purpose: Purpose, spent: int, price: int, limit: int | None, over: bool) -> None:
    found = over_limit(purpose, spent_kop=spent, price_kop=price, limit_kop=limit)
    assert isinstance(found, OverLimit) is over


@pytest.mark.rule("D8")
def test_what_was_taken_back_the_same_day_is_not_counted(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 100_000))
    eaten = put(database, meal(of, 6_000))
    put(database, meal(of, 4_000))
    put(database, posting.reversal(act(scope="office"), eaten.txn, Purpose.MEAL, meal(of, 6_000).legs))
    put(database, posting.correction(act(scope="office"), of, amount_kop=-50))
    start, end = day_of(NOW, "Asia/Krasnoyarsk")
    assert database.read_sync(lambda: reading.spent_on_meals(of.id, start=start, end=end)) == 4_000


@pytest.mark.parametrize(
    ("now", "zone", "start"),
    [
        (datetime(2026, 11, 18, 16, 59, tzinfo=UTC), "Asia/Krasnoyarsk", datetime(2026, 11, 17, 17, tzinfo=UTC)),
        (datetime(2026, 11, 18, 17, 0, tzinfo=UTC), "Asia/Krasnoyarsk", datetime(2026, 11, 18, 17, tzinfo=UTC)),
    ],
)
def test_a_day_is_the_schools_own(now: datetime, zone: str, start: datetime) -> None:
    assert day_of(now, zone)[0] == start


def test_december_ends_with_the_year() -> None:
    start, end = month_of(2026, 12, "UTC")
    assert (start.isoformat(), end.isoformat()) == ("2026-12-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00")


@pytest.mark.rule("D11")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("purpose", [*Purpose, None])
def test_every_act_has_a_receipt_or_a_reason_for_none(kind: Kind, purpose: Purpose | None) -> None:
    said = receipt_of(kind, purpose, reversed_kind=Kind.MEAL)
    assert said in ("prepayment", "offset", "refund") or (said.startswith("none:") and len(said) > 5)
    assert receipt_of(kind, purpose, elsewhere=True) == "none:given_elsewhere"


@pytest.mark.rule("D1")
@pytest.mark.parametrize(
    "legs",
    [
        [("a", 100), ("provider:x", -99)], [("a", 100)], [], [("a", 0), ("provider:x", 0)], [("a", 100), ("a", -100)],
        [("a", 10**14), ("provider:x", -(10**14))], [("provider:x", 5), ("fee:x", -5)],
    ],
)  # fmt: skip
def test_a_posting_that_is_not_balanced_cannot_be_made(legs: list[tuple[str, int]]) -> None:
    made = tuple(Leg(account=AccountId(account), amount_kop=kop) for account, kop in legs)
    with pytest.raises(Malformed):
        Posting(scope="s", key="k", kind=Kind.TOP_UP, purpose=Purpose.MEAL, legs=made, at=NOW, actor="x")


@pytest.mark.parametrize("change", [{"key": ""}, {"key": "k" * 201}, {"at": datetime(2026, 1, 1)}, {"scope": "s" * 61}])  # noqa: DTZ001 - a naive time is the point
def test_a_posting_has_a_name_and_an_aware_time(change: dict[str, object]) -> None:
    given = {"scope": "osmp", "key": "k", "at": NOW, "actor": "x", **change}
    with pytest.raises(Malformed):
        posting.top_up(Act(**given), Own(id=AccountId("a"), purpose=Purpose.MEAL), provider="osmp", amount_kop=5)  # type: ignore[arg-type]  # one of them is wrong


@pytest.mark.rule("D6")
def test_the_database_takes_no_paid_tariff_without_a_consent(database: Database) -> None:
    day = date(2026, 11, 18)
    assert database.read_sync(lambda: subscriptions.tariff_on("c", day)) is Tariff.ZERO
    with pytest.raises(peewee.IntegrityError):
        database.write_sync(lambda: subscriptions.subscribe("c", Tariff.MOBILE, consent=None, since=day, now=NOW))
    database.write_sync(lambda: subscriptions.subscribe("c", Tariff.MOBILE, consent="consent-1", since=day, now=NOW))
    assert database.read_sync(lambda: subscriptions.tariff_on("c", day)) is Tariff.MOBILE
    database.write_sync(lambda: subscriptions.leave("c", day=date(2026, 11, 20), now=NOW))
    assert database.read_sync(lambda: subscriptions.tariff_on("c", date(2026, 11, 19))) is Tariff.MOBILE
    assert database.read_sync(lambda: subscriptions.tariff_on("c", date(2026, 11, 20))) is Tariff.ZERO


@pytest.mark.rule("D6")
def test_a_price_holds_from_its_day_and_names_its_version(database: Database) -> None:
    database.write_sync(lambda: terms.put_price(Item.NOTICE_PASS, date(2026, 12, 1), 70))
    before = database.read_sync(lambda: terms.price_of(Item.NOTICE_PASS, date(2026, 11, 30)))
    after = database.read_sync(lambda: terms.price_of(Item.NOTICE_PASS, date(2026, 12, 1)))
    assert (before.kop, before.version) == (50, "base@2014-09-01")
    assert (after.kop, after.version) == (70, "base@2026-12-01")
    month = database.read_sync(lambda: [terms.price_of(Item.MONTH, date(2026, 11, 1), tariff=one).kop for one in Tariff])
    assert month == [0, 9_500, 16_500]


@pytest.mark.rule("D11")
def test_a_schools_terms_hold_from_their_day(database: Database) -> None:
    card = TermsCard(holder_name="ООО", holder_inn="7700000016", legal_basis="договор", policy=Policy.REFUSE)
    database.write_sync(lambda: terms.put_terms("s", Purpose.MEAL, date(2026, 12, 1), card))
    assert not database.read_sync(lambda: terms.terms_of("s", Purpose.MEAL, date(2026, 11, 30))).may_take
    assert database.read_sync(lambda: terms.terms_of("s", Purpose.MEAL, date(2026, 12, 1))) == card


def test_a_hold_is_settled_once_and_never_after_its_time(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 1_000))
    floor, later = Floor(kop=0, rule="hold"), NOW.replace(hour=10)
    assert database.write_sync(lambda: holds.hold("h", of.id, 800, floor=floor, until=later, now=NOW))
    assert not database.write_sync(lambda: holds.hold("h", of.id, 800, floor=floor, until=later, now=NOW))
    with pytest.raises(NotEnough):
        database.write_sync(lambda: holds.hold("other", of.id, 300, floor=floor, until=later, now=NOW))
    assert database.write_sync(lambda: holds.release("h", now=NOW))
    assert not database.write_sync(lambda: holds.capture("h", TransactionId("t"), now=NOW))
    assert database.write_sync(lambda: holds.hold("late", of.id, 300, floor=floor, until=later, now=NOW))
    assert not database.write_sync(lambda: holds.capture("late", TransactionId("t"), now=later))
    assert database.read_sync(lambda: [one.state for one in Hold.select().order_by(Hold.id)]) == ["released", "open"]


def test_a_balance_reads_one_row_however_many_there_are(database: Database) -> None:
    of = accounts(database)[Purpose.MEAL]
    put(database, top_up(of, 1_000))
    explain = "EXPLAIN QUERY PLAN " if database.kind == "sqlite" else "EXPLAIN "
    sql = "SELECT closing_kop FROM ledger_entry WHERE account = ? AND number IS NOT NULL ORDER BY number DESC LIMIT 1"
    off = "SELECT 1" if database.kind == "sqlite" else "SET LOCAL enable_seqscan = off"

    def plan() -> str:
        rows(Entry, off, ()) if database.kind == "sqlite" else database.engine.execute_sql(off)  # type: ignore[no-untyped-call]  # peewee's stub
        return str(rows(Entry, explain + sql, (of.id,)))

    told = database.read_sync(plan)
    assert "entry_account_number" in told
    assert "TEMP B-TREE" not in told and "Sort" not in told


def test_the_migrated_database_has_the_triggers_too(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "new.sqlite3"))
    database.bind(tables())
    schema.migrate(database, "real")
    assert database.read_sync(lambda: triggers.missing(database.engine)) == ()
    assert database.read_sync(checking.faults) == []
    database.close_sync()


def test_a_kind_alone_says_enough() -> None:
    assert text_of(Kind.NOTICE_PASS, NO_CAUSE) == "Оплата услуги (СМС проходная)"
    assert text_of(Kind.TOP_UP, Cause(provider="mts")) == "Пополнение (МТС)"
    assert text_of(Kind.CORRECTION, Cause(note="ошибка кассы")) == "Изменение: ошибка кассы"

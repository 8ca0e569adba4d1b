"""A register against the ledger: each class of difference, a file refused whole, twice is once (RULES D10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hub.ledger import accounts as system
from hub.ledger.model import Purpose
from hub.ledger.posting import Own
from hub.ledger.store import checking, reading
from hub.ledger.store.registers import kept
from hub.ledger.store.registers.tables import RegisterFile, RegisterItem, RegisterLine
from hub.ledger.store.tables import Account, Txn
from hub.store.database import Database
from tests.unit.ledger.kit import NOW, put
from tests.unit.ledger.register_kit import (
    DAY,
    BadRegister,
    Form,
    at,
    items,
    opened_with_terms,
    paid,
    register,
    row,
    run,
)

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def meal(database: Database) -> Own:
    return database.write_sync(opened_with_terms)[Purpose.MEAL]


def told(database: Database) -> list[tuple[str, str, int | None, int | None, str]]:
    return [(one.kind, one.key, one.ours_kop, one.theirs_kop, one.credited) for one in items(database)]


def balance(database: Database, meal: Own) -> int:
    return database.read_sync(lambda: reading.balance(meal.id))


@pytest.mark.rule("D10")
def test_what_agrees_is_matched_and_twice_changes_nothing(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    put(database, paid(meal, "18", 5_000))
    data = register([row("17", 10_650), row("18", 5_000)])
    first, again = run(database, data), run(database, data)
    assert (first.matched, first.already_imported, first.work_items) == (2, 0, ())
    assert (again.matched, again.already_imported, again.work_items) == (0, 2, ())
    assert balance(database, meal) == 15_650
    assert database.read_sync(lambda: (RegisterFile.select().count(), RegisterLine.select().count())) == (1, 2)


@pytest.mark.rule("D10")
def test_what_only_they_know_is_credited_once(database: Database, meal: Own) -> None:
    data = register([row("17", 10_650)])
    (item,) = run(database, data).work_items
    assert (item.kind, item.key, item.ours_kop, item.theirs_kop, item.line, item.credited) == (
        "theirs_only", "17", None, 10_650, 1, "account",
    )  # fmt: skip
    assert run(database, data).work_items == ()
    assert balance(database, meal) == 10_650
    assert database.read_sync(lambda: reading.total(system.provider("osmp"))) == -10_650
    assert database.read_sync(checking.faults) == []
    assert put(database, paid(meal, "17", 10_650)).outcome.value == "duplicate"


@pytest.mark.parametrize("account", ["0000000099", "abc"])
def test_money_for_an_account_that_nobody_knows_waits_in_suspense(database: Database, meal: Own, account: str) -> None:
    run(database, register([row("17", 10_650, account=account)]))
    assert told(database) == [("theirs_only", "17", None, 10_650, "suspense")]
    assert database.read_sync(lambda: reading.total(system.suspense("osmp"))) == 10_650
    assert database.read_sync(checking.faults) == []


def test_money_for_a_closed_account_waits_in_suspense(database: Database, meal: Own) -> None:
    database.write_sync(lambda: Account.update(closed_at=NOW).execute())
    run(database, register([row("17", 10_650)]))
    assert told(database) == [("theirs_only", "17", None, 10_650, "suspense")]


@pytest.mark.rule("D10")
def test_what_only_we_know_is_told_and_stays_until_a_register_tells_of_it(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    put(database, paid(meal, "18", 5_000))
    (item,) = run(database, register([row("18", 5_000)])).work_items
    assert (item.kind, item.key, item.ours_kop, item.theirs_kop, item.line) == ("ours_only", "17", 10_650, None, None)
    whole = run(database, register([row("17", 10_650), row("18", 5_000)]))
    assert (whole.matched, whole.already_imported, whole.work_items) == (1, 1, ())
    assert items(database) == []
    assert [one.settled_by for one in items(database, settled=None)] == ["register"]


def test_a_register_sent_again_without_a_payment_opens_it_and_the_right_one_closes_it(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    put(database, paid(meal, "18", 5_000))
    whole = register([row("17", 10_650), row("18", 5_000)])
    for data, open_ in ((whole, []), (register([row("18", 5_000)]), ["17"]), (whole, []), (register([]), ["17", "18"]), (whole, [])):
        run(database, data)
        assert sorted(one.key for one in items(database)) == open_
    assert balance(database, meal) == 15_650


def test_a_second_file_of_a_day_goes_on_where_the_first_ended(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    put(database, paid(meal, "18", 5_000))
    run(database, register([row("17", 10_650)]))
    done = run(database, register([row("18", 5_000)]))
    assert (done.matched, done.work_items, items(database)) == (1, (), [])


def test_what_a_person_settled_stays_settled(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    (item,) = run(database, register([])).work_items
    database.write_sync(lambda: kept.settle(item.id, by="p1", note="позвонили", now=NOW))
    assert run(database, register([])).work_items == ()
    assert items(database) == []


def test_an_empty_day_is_a_register_too(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    put(database, paid(meal, "18", 5_000, at(day=NEXT)))
    assert [one.key for one in run(database, register([])).work_items] == ["17"]


@pytest.mark.rule("D10")
def test_a_sum_that_differs_moves_no_money(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    done = run(database, register([row("17", 10_750)]))
    assert told(database) == [("sum_differs", "17", 10_650, 10_750, "")]
    assert (done.matched, done.credited, balance(database, meal)) == (0, 0, 10_650)
    assert run(database, register([row("17", 10_650)])).matched == 1
    assert items(database) == []


def test_the_same_sum_for_another_account_is_told_as_well(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    (item,) = run(database, register([row("17", 10_650, account="0000000002")])).work_items
    assert (item.kind, item.note) == ("sum_differs", "account_differs")


@pytest.mark.rule("D10")
def test_a_line_twice_is_one_payment(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    done = run(database, register([row("17", 10_650)] * 2))
    assert (done.matched, [(one.kind, one.line) for one in done.work_items]) == (1, [("duplicate", 2)])
    again = run(database, register([row("17", 10_650)] * 2))
    assert (again.matched, again.already_imported, again.work_items) == (0, 2, ())
    assert balance(database, meal) == 10_650


def test_a_line_twice_that_we_do_not_know_is_credited_once(database: Database, meal: Own) -> None:
    run(database, register([row("17", 10_650)] * 2))
    assert sorted(one[0] for one in told(database)) == ["duplicate", "theirs_only"]
    assert balance(database, meal) == 10_650


def test_two_lines_of_one_id_that_contradict_credit_nobody(database: Database, meal: Own) -> None:
    data = register([row("17", 10_650), row("17", 5_000)])
    for _ in range(2):
        run(database, data)
    assert sorted((one.kind, one.note, one.credited) for one in items(database)) == [
        ("duplicate", "", ""), ("theirs_only", "contradictory", ""),
    ]  # fmt: skip
    assert balance(database, meal) == 0
    run(database, register([row("17", 10_650)]))
    assert balance(database, meal) == 10_650


@pytest.mark.rule("D10")
@pytest.mark.parametrize(
    ("ours", "theirs"), [(at(23, DAY, 59), at(0, NEXT)), (at(0, NEXT), at(23, DAY, 59)), (at(0, NEXT), at(0, NEXT, 1))]
)
def test_a_payment_at_midnight_is_a_date_shift(database: Database, meal: Own, ours: object, theirs: object) -> None:
    put(database, paid(meal, "17", 10_650, ours))  # type: ignore[arg-type]  # a time of the table
    put(database, paid(meal, "18", 5_000))
    done = run(database, register([row("17", 10_650, when=theirs), row("18", 5_000)]))  # type: ignore[arg-type]  # the same
    assert (done.matched, told(database)) == (1, [("date_shift", "17", 10_650, 10_650, "")])


def test_a_payment_in_two_days_registers_is_a_duplicate(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    run(database, register([row("17", 10_650)]))
    put(database, paid(meal, "18", 5_000, at(day=NEXT)))
    done = run(database, register([row("17", 10_650), row("18", 5_000, when=at(day=NEXT))]), day=NEXT)
    assert (done.matched, told(database)) == (1, [("duplicate", "17", 10_650, 10_650, "")])
    assert balance(database, meal) == 15_650


def test_a_file_of_another_day_is_refused_whole(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    with pytest.raises(BadRegister, match="no line of the file"):
        run(database, register([row("17", 10_650), row("99", 100)]), day=NEXT)
    assert told(database) == [] and balance(database, meal) == 10_650


def test_payments_of_another_provider_are_not_asked_for(database: Database, meal: Own) -> None:
    put(database, paid(meal, "17", 10_650))
    assert run(database, register([]), provider="sber2").work_items == ()


GOOD = row("17", 10_650)[0]
BAD: dict[str, bytes] = {
    "an empty file": b"",
    "blank lines": b"\r\n\r\n",
    "no totals": f"{GOOD}\r\n".encode("cp1251"),
    "a wrong count": register([row("17", 10_650)], totals="=;2;106.50;0.00"),
    "a wrong sum": register([row("17", 10_650)], totals="=;1;107.50;0.00"),
    "a wrong fee": register([row("17", 10_650)], totals="=;1;106.50;1.00"),
    "totals cut short": register([row("17", 10_650)], totals="=;1;106.50"),
    "totals of letters": register([row("17", 10_650)], totals="=;one;106.50;0.00"),
    "lines after the totals": register([row("17", 10_650)]) + GOOD.encode("cp1251"),
    "broken bytes": b"\x98" + register([row("17", 10_650)]),
    "a zero byte": register([row("17", 10_650)]).replace(b";0.00;", b";0.00\x00;", 1),
    "utf-16": register([row("17", 10_650)], encoding="utf-16"),
    "a column too few": GOOD.rsplit(";", 1)[0].encode() + b"\r\n=;1;106.50;0.00\r\n",
    "a column too many": f"{GOOD};x\r\n=;1;106.50;0.00\r\n".encode("cp1251"),
    "a comma": register([(GOOD.replace("106.50", "106,50"), 10_650, 0)]),
    "three decimals": register([(GOOD.replace("106.50", "106.505"), 10_650, 0)]),
    "a negative sum": register([(GOOD.replace("106.50", "-106.50"), -10_650, 0)]),
    "nothing paid": register([row("17", 0)]),
    "a huge sum": register([(GOOD.replace("106.50", "9" * 30 + ".00"), 10_650, 0)]),
    "an absurd sum": register([row("17", 10**13 + 1)]),
    "an exponent": register([(GOOD.replace("106.50", "1e3"), 100_000, 0)]),
    "no id": register([row("", 10_650)]),
    "the id 0": register([row("0", 10_650)]),
    "an id with a quote": register([row("1'2", 10_650)]),
    "no account": register([row("17", 10_650, account="")]),
    "no date": register([(GOOD.replace("17.11.2026", "31.02.2026"), 10_650, 0)]),
    "another form of date": register([(GOOD.replace("17.11.2026", "2026-11-17"), 10_650, 0)]),
    "the calendar's first day": register([(GOOD.replace("17.11.2026", "01.01.0001"), 10_650, 0)]),
    "the calendar's last day": register([(GOOD.replace("17.11.2026", "31.12.9999"), 10_650, 0)]),
}


@pytest.mark.rule("D10")
@pytest.mark.parametrize("wrong", BAD)
def test_a_bad_file_is_refused_whole(database: Database, meal: Own, wrong: str) -> None:
    with pytest.raises(BadRegister) as refused:
        run(database, BAD[wrong])
    assert "Барнаул" not in str(refused.value) and "0000000001" not in str(refused.value)
    assert database.read_sync(lambda: [one.select().count() for one in (Txn, RegisterFile, RegisterLine, RegisterItem)]) == [0] * 4


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_at_the_calendars_edge_is_refused(database: Database, meal: Own, day: date) -> None:
    with pytest.raises(BadRegister, match="no such day"):
        run(database, register([]), day=day)


def test_a_provider_without_a_form_is_refused(database: Database, meal: Own) -> None:
    with pytest.raises(BadRegister, match="no form"):
        run(database, register([]), provider="nobody")


@pytest.mark.parametrize("encoding", ["cp866", "utf-8", "utf-8-sig", "cp1251"])
def test_a_map_of_columns_reads_another_form(database: Database, meal: Own, encoding: str) -> None:
    form = Form(
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,  # type: ignore[arg-type]  # one of the form's words
        separator="|", decimal=",", columns=("at", "-", "account", "txn_id", "currency", "sum"), at="%d/%m/%Y",
        totals=("mark", "sum", "count"), mark="ИТОГО", header_lines=1,
    )  # fmt: skip
    text = "дата|касса|счёт|номер|валюта|сумма\n17/11/2026|Ёлка|0000000001|A-17|RUB|106,50\nИТОГО|106,50|1\n"
    (item,) = run(database, text.encode(encoding), provider="kassa", form=form).work_items
    assert (item.kind, item.theirs_kop, item.credited) == ("theirs_only", 10_650, "account")
    with pytest.raises(BadRegister, match="another currency"):
        run(database, text.replace("RUB", "USD").encode(encoding), provider="kassa", form=form)


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": ("txn_id", "at", "account")},
        {"columns": ("txn_id", "at", "account", "sum", "sum")},
        {"columns": ("txn_id", "at", "account", "sum", "name")},
        {"totals": ("count", "sum")},
        {"totals": ("mark", "sum")},
        {"separator": ""},
        {"mark": ""},
    ],
)
def test_a_map_that_says_too_little_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"columns|totals|separator"):
        Form(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_a_difference_is_settled_once_with_a_note(database: Database, meal: Own) -> None:
    (item,) = run(database, register([row("17", 10_650)])).work_items
    assert database.write_sync(lambda: kept.settle(item.id, by="p1", note="позвонили", now=NOW))
    assert not database.write_sync(lambda: kept.settle(item.id, by="p2", note="ещё раз", now=NOW))
    assert items(database) == []
    assert [one.settled_note for one in items(database, settled=True)] == ["позвонили"]

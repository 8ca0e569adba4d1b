"""An acquirer's register names our own number of a payment: what it tells is credited once and taken back once (RULES D10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from connectors.kit.payment import PaymentState
from hub.flows.reconcile import Form, Reconciled, read_register, take, take_refunds
from hub.ledger import accounts
from hub.ledger.money import roubles
from hub.ledger.registers import DAYS_OF
from hub.ledger.store import checking, reading
from hub.ledger.store.registers import kept
from hub.ledger.store.registers.kept import KeptItem
from hub.store.wishes import demands, top_ups
from hub.store.wishes.demands import DemandCard
from tests.flows.kit import Hub
from tests.flows.pay_kit import Paying, paying

pytestmark = pytest.mark.rule("D10")
FORM = Form(columns=("txn_id", "order", "at", "sum", "fee", "way"), fees={"card": 250})
PARTS = Form(columns=("txn_id", "part", "order", "at", "sum", "fee"))
Told = tuple[str, str, int, int]
"""The acquirer's id, our number, the sum, its fee."""


@pytest.fixture
async def mine(hub: Hub) -> Paying:
    return await paying(hub)


def today(mine: Paying) -> date:
    return mine.hub.clock().astimezone(DAYS_OF).date()


def file_of(mine: Paying, rows: Sequence[Told], *, part: int = 0) -> bytes:
    at: datetime = mine.hub.clock().astimezone(DAYS_OF)
    lines = [
        f"{id_};{f'{part};' if part else ''}{order};{at:%d.%m.%Y %H:%M:%S};{roubles(kop)};{roubles(fee)}{'' if part else ';card'}"
        for id_, order, kop, fee in rows
    ]
    totals = f"=;{len(rows)};{roubles(sum(row[2] for row in rows))};{roubles(sum(row[3] for row in rows))}"
    return "\r\n".join([*lines, totals]).encode("cp1251")


async def import_(mine: Paying, *rows: Told, refunds: bool = False, part: int = 0) -> Reconciled:
    data, deps = file_of(mine, rows, part=part), mine.hub.deps
    found = read_register(data, "bank", form=PARTS if part else FORM)
    act = take_refunds if refunds else take
    return await deps.db.write(lambda: act(found, data, "bank", day=today(mine), actor="test", now=mine.hub.clock()))


async def items(mine: Paying) -> list[tuple[str, str, str]]:
    found: list[KeptItem] = await mine.hub.deps.db.read(lambda: kept.items(settled=None))
    return [(one.kind, one.key, one.settled_by or "") for one in found]


async def sound(mine: Paying) -> bool:
    return await mine.hub.deps.db.read(checking.faults) == []


def fee(kop: int) -> int:
    return (kop * 250 + 5_000) // 10_000


async def test_what_was_paid_on_line_is_matched_by_our_number(mine: Paying) -> None:
    made = await mine.top_up()
    mine.bank.put("P1", PaymentState.PAID)
    await mine.look(made["id"])
    total = made["amount_kop"] + made["fee_kop"]
    done = await import_(mine, ("P1", made["id"], total, fee(total)))
    assert (done.matched, done.work_items, await mine.balance()) == (1, (), 10_650)
    assert (await import_(mine, ("P1", made["id"], total, fee(total)))).already_imported == 1


async def test_our_number_may_be_missing_where_the_banks_own_is_known(mine: Paying) -> None:
    made = await mine.top_up()
    mine.bank.put("P1", PaymentState.PAID)
    await mine.look(made["id"])
    total = made["amount_kop"] + made["fee_kop"]
    done = await import_(mine, ("P1", "", total, fee(total)))
    assert (done.matched, done.work_items, await mine.balance()) == (1, (), 10_650)


async def test_a_payment_that_only_the_register_knew_of_is_credited_and_its_late_answer_credits_nothing(mine: Paying) -> None:
    made = await mine.top_up()
    total = made["amount_kop"] + made["fee_kop"]
    (item,) = (await import_(mine, ("P1", made["id"], total, fee(total)))).work_items
    assert (item.kind, item.credited, item.account) == ("theirs_only", "account", "0270390000")
    assert await mine.balance() == 10_650
    assert (await mine.look(made["id"]))["status"] == "paid"
    mine.bank.put("P1", PaymentState.PAID)
    await mine.notice(id="P1")
    await mine.work()
    assert await mine.balance() == 10_650 and await sound(mine)
    mine.bank.put("P1", PaymentState.REFUNDED, refunded_kop=total)
    await mine.notice(id="P1")
    assert await mine.balance() == 0, "and given back it is taken back"


@pytest.mark.parametrize("spoil", ["order", "no order", "sum", "id"])
async def test_a_line_that_fits_no_payment_waits_in_suspense(mine: Paying, spoil: str) -> None:
    made = await mine.top_up()
    total = made["amount_kop"] + made["fee_kop"] + (100 if spoil == "sum" else 0)
    order = {"order": "0" * 32, "no order": ""}.get(spoil, made["id"])
    line = ("X9" if spoil == "id" else "P1", order, total, fee(total))
    (item,) = (await import_(mine, line)).work_items
    assert (item.kind, item.credited) == ("theirs_only", "suspense")
    assert await mine.balance() == 0
    assert await mine.hub.deps.db.read(lambda: reading.total(accounts.suspense("bank"))) == total
    assert await sound(mine)


async def test_a_fee_that_was_not_agreed_is_told_and_moves_nothing(mine: Paying) -> None:
    made = await mine.top_up()
    mine.bank.put("P1", PaymentState.PAID)
    await mine.look(made["id"])
    total = made["amount_kop"] + made["fee_kop"]
    (item,) = (await import_(mine, ("P1", made["id"], total, fee(total) + 7))).work_items
    assert (item.kind, item.ours_kop, item.theirs_kop) == ("fee_differs", fee(total), fee(total) + 7)
    assert await mine.balance() == 10_650
    await import_(mine, ("P1", made["id"], total, fee(total)))
    assert await items(mine) == [("fee_differs", "P1", "register")]


async def test_a_refund_that_we_did_not_know_of_is_asked_about_and_then_agrees(mine: Paying) -> None:
    made = await mine.top_up()
    mine.bank.put("P1", PaymentState.PAID)
    await mine.look(made["id"])
    total = made["amount_kop"] + made["fee_kop"]
    (item,) = (await import_(mine, ("R1", made["id"], 5_000, 0), refunds=True)).work_items
    assert (item.kind, item.theirs_kop, item.credited) == ("reversed_by_provider", 5_000, "")
    assert await mine.balance() == 10_650, "a line alone moves no money"
    mine.bank.put("P1", PaymentState.REFUNDED, refunded_kop=5_000)
    await mine.work(later_s=1)
    assert await mine.balance() == 5_650, "the acquirer was asked at once"
    done = await import_(mine, ("R1", made["id"], 5_000, 0), refunds=True)
    assert (done.matched, done.work_items) == (1, ())
    assert await items(mine) == [("reversed_by_provider", "R1", "register")]
    more = await import_(mine, ("R1", made["id"], 5_000, 0), ("R2", made["id"], total - 5_000, 0), refunds=True)
    assert (more.matched, more.already_imported, [one.key for one in more.work_items]) == (0, 1, ["R2"])
    assert await sound(mine)


async def test_a_refund_of_nothing_of_ours_is_told(mine: Paying) -> None:
    (item,) = (await import_(mine, ("R1", "0" * 32, 5_000, 0), refunds=True)).work_items
    assert (item.kind, item.note) == ("reversed_by_provider", "unknown_order")


async def test_parts_that_were_booked_as_one_agree_by_their_sum(mine: Paying) -> None:
    made = await mine.top_up()

    def booked() -> None:
        card = top_ups.get(made["id"])
        assert card is not None
        asked = DemandCard(
            id=card.id,
            code="P1",
            asked_kop=card.total_kop,
            asked_fee_kop=0,
            paid_kop=3_000,
            credited_kop=3_000,
            changed_at=mine.hub.clock(),
        )
        demands.put(asked)

    await mine.hub.deps.db.write(booked)
    assert (await import_(mine, ("P1", made["id"], 1_000, 0), part=1)).matched == 1
    assert (await import_(mine, ("P1", made["id"], 2_000, 0), part=2)).matched == 1
    assert (await import_(mine, ("P1", made["id"], 2_000, 0), part=2)).already_imported == 1
    (item,) = (await import_(mine, ("P1", made["id"], 500, 0), part=3)).work_items
    assert (item.kind, item.key, item.credited, item.note) == ("theirs_only", "P1:3", "", "asked")
    asked = len(mine.bank.asked)
    await mine.work(later_s=1)
    assert len(mine.bank.asked) > asked and await mine.balance() == 0

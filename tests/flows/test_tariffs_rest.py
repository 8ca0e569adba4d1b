"""When a tariff takes nothing: no money, holidays, a price that nobody agreed to, a contract that closes (RULES D6)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import pytest

from hub.flows.tariffs import charge_months
from hub.ledger.store import terms
from hub.ledger.tariffs import Item, Tariff
from hub.store.school import breaks
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL
from tests.flows.tariff_kit import Paying, paying

pytestmark = pytest.mark.rule("D6")


@pytest.fixture
async def mine(hub: Hub) -> Paying:
    return await paying(hub)


async def test_without_the_money_nothing_is_owed_and_the_free_tariff_holds(mine: Paying) -> None:
    await mine.fund(3_166)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    view = await mine.read()
    assert (view["tariff"], view["balance_kop"], view["ended"]["reason"]) == ("zero", 3_166, "no_funds")
    assert await mine.taken() == []
    assert "не хватило денег. Долга нет." in (await mine.told())[-1][1]
    await mine.fund(50_000)
    await mine.on(2026, 12, 1)
    assert await mine.taken() == []


async def test_summer_and_the_schools_holidays_cost_nothing(mine: Paying) -> None:
    await mine.hub.deps.db.write(
        lambda: breaks.put(SCHOOL, date(2027, 3, 22), date(2027, 3, 31), "Весенние каникулы", by="x", now=mine.hub.clock())
    )
    await mine.fund(200_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    for year, month in [(2026, 12), *((2027, month) for month in range(1, 10))]:
        for day in (1, 9, 28, 29) if month == 8 else (1, 9, 28):
            await mine.on(year, month, day)
    taken = dict(await mine.taken())
    assert taken["2026-12"] == -9_500
    assert taken["2027-01"] == -7_048  # 23 of 31 days
    assert taken["2027-03"] == -6_435  # 21 of 31 days
    assert not {"2027-06", "2027-07", "2027-08"} & set(taken)
    assert taken["2027-09"] == -9_500
    # After the long rest the family is told again.
    assert [text for kind, text in await mine.told() if kind == "tariff_announced"][1].startswith("Тариф «Мобильный»: 1 сентября спишем")


async def test_in_a_break_nothing_is_taken_and_the_page_says_until_when(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    await mine.on(2026, 12, 1)
    for day in range(1, 9):
        await mine.on(2027, 1, day)
    assert len(await mine.taken()) == 2
    assert (await mine.read())["paused_until"] == "2027-01-09"
    await mine.on(2027, 1, 9)
    assert (await mine.taken())[-1][0] == "2027-01"


async def test_a_new_price_without_a_word_to_it_ends_the_tariff_on_its_day(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    await mine.hub.deps.db.write(lambda: terms.put_price(Item.MONTH, date(2026, 12, 1), 11_000, tariff=Tariff.MOBILE))
    await mine.on(2026, 11, 22)
    await mine.on(2026, 11, 23)
    assert [kind for kind, _ in await mine.told()] == ["tariff_announced", "tariff_price"]
    change = (await mine.read())["change"]
    assert (change["since"], change["price_kop"], change["agreed"]) == ("2026-12-01", 11_000, False)
    await mine.on(2026, 12, 1)
    assert (await mine.read())["ended"]["reason"] == "price_changed"
    assert await mine.taken() == [("2026-11", -3_167)]
    assert "согласия с новой ценой не было" in (await mine.told())[-1][1]


async def test_a_word_to_the_new_price_lets_it_go_on(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    await mine.hub.deps.db.write(lambda: terms.put_price(Item.MONTH, date(2026, 12, 1), 11_000, tariff=Tariff.MOBILE))
    view = await mine.choose("mobile", 11_000)
    assert (view["tariff"], view["change"]["agreed"], view["coming"]["since"]) == ("mobile", True, "2026-12-01")
    for day in (28, 30):
        await mine.on(2026, 11, day)
    await mine.on(2026, 12, 1)
    assert await mine.taken() == [("2026-11", -3_167), ("2026-12", -11_000)]
    assert (await mine.read())["price_kop"] == 11_000


async def test_a_price_that_changes_inside_a_month_gives_the_rest_back(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    await mine.hub.deps.db.write(lambda: terms.put_price(Item.MONTH, date(2026, 11, 26), 11_000, tariff=Tariff.MOBILE))
    await mine.on(2026, 11, 26)
    assert await mine.taken() == [("2026-11", -3_167), ("2026-11:back", 1_583)]


async def test_a_contract_that_closes_takes_nothing_more(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.change("UPDATE contract SET state = 'closing'")
    await mine.on(2026, 11, 21)
    assert await mine.taken() == []
    assert (await mine.read())["ended"]["reason"] == "contract"
    assert (await mine.choose("mobile", 9_500, status=409))["type"].endswith("/no_tariff_here")


async def test_when_who_agreed_may_not_pay_any_more_it_ends(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.change("UPDATE guardianship SET state = 'frozen'")
    await mine.on(2026, 11, 21)
    assert await mine.taken() == []
    assert await mine.hub.rows("SELECT ended FROM tariff_subscription") == [("consent",)]


async def test_after_a_price_that_nobody_agreed_to_no_charge_is_foretold(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    assert (await mine.read())["next_charge"]["date"] == "2026-12-01"
    await mine.hub.deps.db.write(lambda: terms.put_price(Item.MONTH, date(2026, 12, 1), 11_000, tariff=Tariff.MOBILE))
    assert (await mine.read())["next_charge"] is None
    view = await mine.choose("mobile", 11_000)
    assert (view["next_charge"]["date"], view["next_charge"]["amount_kop"]) == ("2026-12-01", 11_000)


async def test_a_worker_that_slept_takes_no_month_that_is_over(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    await mine.on(2027, 2, 10)
    assert [month for month, _ in await mine.taken()] == ["2026-11"]
    await mine.on(2027, 2, 13)
    assert await mine.taken() == [("2026-11", -3_167), ("2027-02", -9_500)]


async def test_off_while_the_worker_takes_the_month_leaves_nothing_taken(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    mine.hub.clock.at = datetime(2026, 11, 21, 6, tzinfo=UTC)
    await mine.here()
    await asyncio.gather(charge_months(mine.hub.deps), mine.choose("zero"), charge_months(mine.hub.deps))
    assert sum(kop for _, kop in await mine.taken()) == 0
    assert (await mine.read())["balance_kop"] == 50_000

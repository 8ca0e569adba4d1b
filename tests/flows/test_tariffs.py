"""Tariffs: free by default, a paid one by a word to its price, announced, taken once a month, off with one tap (RULES D6)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hub.flows.tariffs import charge_months
from hub.ledger.model import Purpose
from hub.ledger.store import contracts, terms
from hub.ledger.store.tables import Subscription
from hub.ledger.tariffs import Item, Tariff
from hub.store.school import breaks
from tests.flows.kit import START, Browser, Hub
from tests.flows.money_kit import SCHOOL, Family, family, stranger
from tests.unit.ledger.kit import top_up

pytestmark = pytest.mark.rule("D6")


@dataclass
class Paying:
    family: Family
    contract: str
    asked_at: datetime = START

    @property
    def hub(self) -> Hub:
        return self.family.hub

    async def here(self) -> Browser:
        """The parent's browser, signed in again where days went by."""
        if self.hub.clock() - self.asked_at > timedelta(hours=1):
            await self.family.browser.sign_in()
            self.asked_at = self.hub.clock()
        return self.family.browser

    async def read(self) -> dict[str, Any]:
        answer = await (await self.here()).get(f"/api/v1/contracts/{self.contract}/tariff")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found

    async def choose(self, tariff: str, price: int | None = None, *, status: int = 200, **more: Any) -> dict[str, Any]:
        body = {"tariff": tariff, **({"accepted_price_kop": price} if price is not None else {}), **more}
        answer = await (await self.here()).send("PUT", f"/api/v1/contracts/{self.contract}/tariff", json=body)
        assert answer.status_code == status, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found

    async def fund(self, kop: int) -> None:
        await self.family.put(top_up(self.family.own[Purpose.NOTICES], kop, at=self.hub.clock()))

    async def on(self, year: int, month: int, day: int, hour: int = 6) -> None:
        """The worker's turn on that day."""
        self.hub.clock.at = datetime(year, month, day, hour, tzinfo=UTC)
        await charge_months(self.hub.deps)

    async def change(self, sql: str) -> None:
        await self.hub.deps.db.write(lambda: Subscription._meta.database.execute_sql(sql))

    async def taken(self) -> list[tuple[str, int]]:
        """Every row of the tariff's, its returns too."""
        sql = (
            "SELECT t.key, e.amount_kop FROM ledger_txn AS t JOIN ledger_entry AS e ON e.txn = t.id "
            "WHERE t.scope = 'tariff' AND e.number IS NOT NULL ORDER BY e.number"
        )
        return [(key.partition(":")[2], int(kop)) for key, kop in await self.hub.rows(sql)]

    async def told(self) -> list[tuple[str, str]]:
        answer = await (await self.here()).get("/api/v1/me/notices")
        items = (await answer.get_json())["items"]
        return [(one["kind"], one["text"].replace("\u00a0", " ")) for one in reversed(items) if one["kind"].startswith("tariff")]


@pytest.fixture
async def mine(hub: Hub) -> Paying:
    found = await family(hub)
    card = await hub.deps.db.read(lambda: contracts.numbered("0270390000"))
    assert card is not None
    return Paying(found, card.id)


@pytest.mark.feature("F151")
@pytest.mark.feature("F152")
async def test_a_family_that_chose_nothing_has_the_free_tariff_and_pays_nothing(mine: Paying) -> None:
    await mine.fund(100_000)
    view = await mine.read()
    assert (view["tariff"], view["price_kop"], view["next_charge"], view["coming"]) == ("zero", 0, None, None)
    assert [one["tariff"] for one in view["items"] if one["chosen"]] == ["zero"]
    for month in range(1, 13):
        await mine.on(2027, month, 2)
    assert await mine.taken() == []


@pytest.mark.feature("F137")
async def test_three_tariffs_stand_side_by_side_with_what_they_add(mine: Paying) -> None:
    view = await mine.read()
    assert [(one["tariff"], one["title"], one["price_kop"]) for one in view["items"]] == [
        ("zero", "Ноль", 0),
        ("mobile", "Мобильный", 9_500),
        ("sms_plus", "SMS+", 16_500),
    ]
    # Forty SMS of a pass and twenty of a meal: 60 roubles, below the cap of a hundred.
    assert (view["use"]["passes"], view["use"]["meals"], view["use"]["counted"]) == (40, 20, False)
    assert [one["usual_kop"] for one in view["items"]] == [6_000, 13_500, 16_500]
    assert view["items"][1]["consent_text"].startswith("Я согласен подключить тариф «Мобильный»")
    assert view["items"][0]["consent_text"] == ""


async def test_a_paid_tariff_is_announced_and_begins_in_three_days(mine: Paying) -> None:
    await mine.fund(10_000)
    view = await mine.choose("mobile", 9_500)
    assert (view["tariff"], view["coming"]["tariff"], view["coming"]["since"]) == ("zero", "mobile", "2026-11-21")
    assert view["next_charge"] == {
        "date": "2026-11-21", "month": "2026-11", "amount_kop": 3_167, "days": 10, "of_days": 30, "announced": True,
    }  # fmt: skip
    assert await mine.told() == [
        (
            "tariff_announced",
            "Тариф «Мобильный»: 21 ноября спишем 31,67 ₽ за 10 из 30 дней месяца с «Баланса СМС». Передумали — отключите одним нажатием.",
        )
    ]
    await mine.on(2026, 11, 20)
    assert await mine.taken() == []
    await mine.on(2026, 11, 21)
    assert await mine.taken() == [("2026-11", -3_167)]
    assert (await mine.read())["tariff"] == "mobile"
    assert ("tariff.announced",) in await mine.hub.rows("SELECT action FROM audit_event")


async def test_the_word_is_kept_with_who_when_text_price_and_version(mine: Paying) -> None:
    version = (await mine.read())["text_version"]
    await mine.choose("mobile", 9_500, text_version=version)
    ((person, service, kop, price, text_version, text),) = await mine.hub.rows(
        "SELECT person, service, price_kop, price_version, text_version, text FROM paid_consent"
    )
    assert person == (await mine.family.browser.me())["person"]["id"]
    assert (service, kop, price, text_version) == ("mobile", 9_500, "mobile@2014-09-01", version)
    assert "95,00" in text
    assert "0270390000" in text


@pytest.mark.parametrize(
    ("tariff", "price", "more", "status", "kind"),
    [
        ("mobile", None, {}, 409, "price_changed"),
        ("mobile", 0, {}, 409, "price_changed"),
        ("mobile", 16_500, {}, 409, "price_changed"),
        ("sms_plus", 9_500, {}, 409, "price_changed"),
        ("mobile", 9_500, {"text_version": "tariff-1999"}, 409, "text_changed"),
        ("gold", 1, {}, 400, "malformed"),
        ("mobile", "95", {}, 400, "malformed"),
        ("mobile", -9_500, {}, 409, "price_changed"),
    ],
)
async def test_another_price_or_text_switches_nothing_on(
    mine: Paying, tariff: str, price: Any, more: dict[str, Any], status: int, kind: str
) -> None:
    found = await mine.choose(tariff, price, status=status, **more)
    assert found["type"].endswith(f"/{kind}")
    assert await mine.hub.rows("SELECT id FROM paid_consent") == []
    assert await mine.hub.rows("SELECT id FROM tariff_subscription") == []


async def test_ten_taps_at_once_are_one_word(mine: Paying) -> None:
    await asyncio.gather(*(mine.choose("mobile", 9_500) for _ in range(10)))
    assert len(await mine.hub.rows("SELECT id FROM paid_consent")) == 1
    assert len(await mine.told()) == 1


async def test_a_month_is_taken_once_however_often_the_worker_looks(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("sms_plus", 16_500)
    for hour in range(1, 9):
        await mine.on(2026, 11, 21, hour)
    await asyncio.gather(*(charge_months(mine.hub.deps) for _ in range(5)))
    for day in (1, 2, 15):
        await mine.on(2026, 12, day)
    assert await mine.taken() == [("2026-11", -5_500), ("2026-12", -16_500)]


async def test_a_row_names_the_tariff_its_month_and_the_list(mine: Paying) -> None:
    await mine.fund(50_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    row = (await mine.family.statement(Purpose.NOTICES, month="2026-11"))["items"][-1]
    assert row["kind"] == "tariff"
    assert row["text"] == "Тариф: «Мобильный», ноябрь 2026 (дней: 10 из 30)"
    assert (row["cause"]["tariff"], row["cause"]["price_list"]) == ("mobile", "mobile@2014-09-01")


async def test_off_is_at_once_and_the_days_that_are_left_come_back(mine: Paying) -> None:
    await mine.fund(20_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    await mine.on(2026, 11, 26)
    view = await mine.choose("zero")
    assert (view["tariff"], view["next_charge"], view["may_leave"]) == ("zero", None, False)
    assert view["ended"]["reason"] == "asked"
    # Five of ten paid days were served.
    assert await mine.taken() == [("2026-11", -3_167), ("2026-11:back", 1_583)]
    await mine.choose("zero")
    for month in (12, 1, 2):
        await mine.on(2026 if month == 12 else 2027, month, 5)
    assert len(await mine.taken()) == 2
    assert [kind for kind, _ in await mine.told()] == ["tariff_announced", "tariff_ended"]


async def test_who_thinks_better_of_it_before_the_first_charge_pays_nothing(mine: Paying) -> None:
    await mine.fund(20_000)
    await mine.choose("mobile", 9_500)
    await mine.choose("zero")
    await mine.on(2026, 11, 21)
    await mine.on(2026, 12, 1)
    assert await mine.taken() == []
    assert (await mine.read())["coming"] is None


async def test_on_again_in_a_month_that_was_paid_begins_with_the_next(mine: Paying) -> None:
    await mine.fund(40_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    await mine.choose("zero")
    assert await mine.taken() == [("2026-11", -3_167), ("2026-11:back", 3_167)]
    view = await mine.choose("mobile", 9_500)
    assert view["coming"]["since"] == "2026-12-01"
    await mine.on(2026, 11, 28)
    await mine.on(2026, 12, 1)
    assert (await mine.taken())[2:] == [("2026-12", -9_500)]


async def test_another_paid_tariff_takes_over_with_the_next_month(mine: Paying) -> None:
    await mine.fund(40_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    view = await mine.choose("sms_plus", 16_500)
    assert (view["tariff"], view["coming"]["tariff"], view["coming"]["since"]) == ("mobile", "sms_plus", "2026-12-01")
    for day in (28, 29, 30):
        await mine.on(2026, 11, day)
    await mine.on(2026, 12, 1)
    assert await mine.taken() == [("2026-11", -3_167), ("2026-12", -16_500)]
    assert (await mine.read())["tariff"] == "sms_plus"


async def test_the_old_one_chosen_again_undoes_the_switch(mine: Paying) -> None:
    await mine.fund(40_000)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    await mine.choose("sms_plus", 16_500)
    view = await mine.choose("mobile", 9_500)
    assert (view["tariff"], view["coming"]) == ("mobile", None)
    await mine.on(2026, 12, 1)
    assert await mine.taken() == [("2026-11", -3_167), ("2026-12", -9_500)]


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


@pytest.mark.security("7")
async def test_a_strangers_contract_and_none_are_the_same_404(hub: Hub, mine: Paying) -> None:
    other = await stranger(hub)
    for contract in (mine.contract, "0" * 32):
        assert (await other.get(f"/api/v1/contracts/{contract}/tariff")).status_code == 404
        answer = await other.send("PUT", f"/api/v1/contracts/{contract}/tariff", json={"tariff": "mobile", "accepted_price_kop": 9_500})
        assert answer.status_code == 404


async def test_a_write_needs_the_page_and_its_token(mine: Paying) -> None:
    path, body = f"/api/v1/contracts/{mine.contract}/tariff", {"tariff": "mobile", "accepted_price_kop": 9_500}
    answer = await mine.family.browser.send("PUT", path, json=body, csrf="wrong")
    assert answer.status_code == 403
    assert await mine.hub.rows("SELECT id FROM paid_consent") == []

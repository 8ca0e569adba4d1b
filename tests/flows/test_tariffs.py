"""Tariffs: free by default, a paid one by a word to its price, announced, taken once a month, off with one tap (RULES D6)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.flows.tariffs import charge_months
from hub.ledger.model import Purpose
from tests.flows.kit import Hub
from tests.flows.money_kit import stranger
from tests.flows.tariff_kit import Paying, paying

pytestmark = pytest.mark.rule("D6")


@pytest.fixture
async def mine(hub: Hub) -> Paying:
    return await paying(hub)


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
    assert (view["use"]["passes"], view["use"]["meals"], view["use"]["meals_counted"]) == (40, 20, False)
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


BAD_CHOICES: tuple[tuple[str, Any, dict[str, Any], int, str], ...] = (
    ("mobile", None, {}, 409, "price_changed"),
    ("mobile", 0, {}, 409, "price_changed"),
    ("mobile", 16_500, {}, 409, "price_changed"),
    ("sms_plus", 9_500, {}, 409, "price_changed"),
    ("mobile", 9_500, {"text_version": "tariff-1999"}, 409, "text_changed"),
    ("gold", 1, {}, 400, "malformed"),
    ("mobile", "95", {}, 400, "malformed"),
    ("mobile", -9_500, {}, 409, "price_changed"),
)


async def test_another_price_or_text_switches_nothing_on(mine: Paying) -> None:
    for tariff, price, more, status, kind in BAD_CHOICES:
        assert (await mine.choose(tariff, price, status=status, **more))["type"].endswith(f"/{kind}"), (tariff, price)
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

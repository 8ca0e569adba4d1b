"""What a till did offline, without a card or against a family's word is recorded once and told, never refused (RULES D7, E9; facts 2.3)."""

from __future__ import annotations

import pytest

from hub.flows.charge_tills import charge_tills
from hub.ledger.model import Purpose
from tests.flows.debit_kit import KLASS, Canteen
from tests.flows.kit import Hub
from tests.flows.meal_kit import SODA, cook, kitchen, say
from tests.flows.test_debit_pages import page
from tests.flows.till_ask_kit import card_of, kinds, receipt, till
from tests.flows.till_kit import sell


@pytest.fixture
async def place(hub: Hub) -> Canteen:
    made = await kitchen(hub)
    await card_of(made)
    return made


async def records(place: Canteen) -> list[tuple[str, bool]]:
    found = await place.ask("family", "GET", f"/children/{place.family.child}/meal-rules")
    return [(one["kind"], one["offline"]) for one in found["records"]]


async def test_a_forbidden_dish_is_debited_recorded_told_and_not_reversed(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    await cook(place, SODA)
    await say(place, categories=["soda"])
    event = receipt(one, hub, "Лимонад", offline=True)
    assert await sell(hub, one, event, event) == ["stored", "duplicate"]
    assert await sell(hub, one, event) == ["duplicate"]
    assert (await records(place), await place.left()) == ([("forbidden", True)], 45_000)
    assert (await kinds(place)).count("meal_forbidden") == 1
    text = await page(place.family.browser, f"/children/{place.family.child}/meal-rules")
    assert "касса продала то, что вы запретили" in text and "не было связи" in text
    seen = await place.ask("meals_officer", "GET", "/menu/records")
    assert [(row["kind"], row["first_name"], row["class_name"]) for row in seen["items"]] == [("forbidden", "Пётр", KLASS)]
    assert "Продано то, чего нельзя" in await page(await place.by("meals_officer"), "/office/menu/records")


async def test_what_was_eaten_offline_is_owed_up_to_the_familys_offline_limit(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    await place.ask("head", "PUT", "/prices/terms", policy="refuse")
    await say(place, offline_limit_kop=12_000)
    await place.ask("family", "PUT", f"/accounts/{place.family.id()}/limit", daily_kop=3_000)
    first, second = (receipt(one, hub, id_=f"o{number}", kop=7_000, offline=True) for number in (1, 2))
    await sell(hub, one, first, second)
    assert await place.left() == 43_000
    rows = (await place.family.statement(Purpose.MEAL))["items"]
    assert rows[-1]["cause"]["rule"] == "meal.offline_overdraft" and "без связи" in rows[-1]["why"]
    assert sorted(await records(place)) == [("overdraft", True), ("unpaid", True)]
    assert {"meal_overdraft", "meal_not_debited"} <= set(await kinds(place))


@pytest.mark.rule("D5")
async def test_a_refused_meal_with_a_connection_is_told_with_its_rule_and_moves_no_money(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    await say(place, week_limit_kop=1_000)
    assert await sell(hub, one, receipt(one, hub)) == ["stored"]
    assert (await place.left(), await records(place)) == (50_000, [("unpaid", False)])
    items = (await (await place.family.browser.get("/api/v1/me/notices")).get_json())["items"]
    assert "недельный предел" in next(row["text"] for row in items if row["kind"] == "meal_not_debited")


@pytest.mark.rule("E9")
async def test_a_child_served_by_name_is_paid_named_told_and_can_be_disputed(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    named = {"kind": "manual", "number": place.family.child}
    await sell(hub, one, receipt(one, hub, credential=named, operator="Иванова Т. П."))
    assert (await place.left(), await records(place)) == (45_000, [("by_name", False)])
    items = (await (await place.family.browser.get("/api/v1/me/notices")).get_json())["items"]
    assert "Иванова Т. П." in next(row["text"] for row in items if row["kind"] == "meal_by_name")
    last = (await place.family.statement(Purpose.MEAL))["items"][-1]
    made = await place.ask("family", "POST", f"/accounts/{place.family.id()}/disputes", 201, transaction_id=last["transaction_id"])
    assert made["state"] == "open"


@pytest.mark.rule("E9")
async def test_a_class_list_names_to_the_family_who_marked_the_child(place: Canteen) -> None:
    await place.lunch()
    items = (await (await place.family.browser.get("/api/v1/me/notices")).get_json())["items"]
    text = next(row["text"] for row in items if row["kind"] == "meal_debited")
    assert "Ким" in text and "воспитатель" in text


@pytest.mark.rule("D7")
async def test_a_receipt_of_several_lines_shows_them_in_the_statement(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    items = [{"title": "Обед", "price_kop": 4_000}, {"title": "Булочка", "price_kop": 500, "count": 2}]
    await sell(hub, one, receipt(one, hub, items=items, amount_kop=5_000))
    row = (await place.family.statement(Purpose.MEAL))["items"][-1]
    assert row["cause"]["item"] == "Обед, Булочка"
    assert "Обед 40,00" in row["why"] and "Булочка 2 × 5,00" in row["why"] and "цена из чека кассы" in row["why"]


async def test_a_usual_sale_leaves_no_record(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    await sell(hub, one, receipt(one, hub))
    assert (await records(place), await place.left()) == ([], 45_000)
    assert await charge_tills(hub.deps) is False

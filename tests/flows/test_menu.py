"""The meals officer says the menu; a family sees it by day with prices and what its child may not have (F131)."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from tests.flows.debit_kit import Canteen
from tests.flows.kit import Hub
from tests.flows.meal_kit import BORSCH, SODA, TODAY, cook, dishes_of, kitchen, say
from tests.flows.money_kit import ZONE, family, stranger
from tests.flows.test_debit_pages import page, send

TABLE = "Дата;Приём пищи;Блюдо;Порция;Аллергены;Вид;Цена\n19.11.2026;обед;Плов;200 г;нет;горячее;95\n19.11.2026;буфет;Сок;;;напитки;40\n"


async def menu(place: Canteen, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = await place.ask("family", "GET", f"/children/{place.family.child}/menu{query}")
    return found


@pytest.mark.feature("F131")
async def test_a_family_sees_the_week_with_prices_of_the_day_and_versions(hub: Hub) -> None:
    place = await kitchen(hub)
    await cook(place, BORSCH, SODA, {"title": "Обед"})
    view = await menu(place)
    assert (view["start"], view["end"], view["school"]) == ("2026-11-16", "2026-11-22", "Школа 5")
    found = dishes_of(view)
    assert (found["Борщ"]["portion"], found["Борщ"]["allergens"], found["Борщ"]["price_kop"]) == ("250 г", ["milk"], None)
    assert (found["Обед"]["item"], found["Обед"]["price_kop"]) == ("lunch", 9_000)
    assert found["Обед"]["price_list"].startswith("menu@")
    assert {one["may"] for one in found.values()} == {"allowed"}
    assert [one["title"] for one in view["sold"]] == ["Обед", "Завтрак"]


async def test_a_child_of_no_roster_eats_where_its_contract_is(hub: Hub) -> None:
    home = await family(hub)
    seen = await (await home.browser.get(f"/api/v1/children/{home.child}/menu")).get_json()
    assert (seen["zone"], seen["school"] is not None, len(seen["items"])) == (ZONE, True, 7)


async def test_a_weekend_and_a_day_without_a_menu_say_what_they_are(hub: Hub) -> None:
    place = await kitchen(hub)
    days = {one["date"]: one for one in (await menu(place))["items"]}
    assert (days["2026-11-22"]["school_day"], days["2026-11-22"]["rest"], days["2026-11-18"]["meals"]) == (False, "выходной", [])
    text = await page(place.family.browser, f"/children/{place.family.child}/menu")
    assert "пока не назвала" in text and "Цены столовой сегодня" in text
    holiday = (await menu(place, "?from=2026-11-04&to=2026-11-04"))["items"][0]
    assert (holiday["school_day"], bool(holiday["rest"])) == (False, True)


@pytest.mark.parametrize("query", ["?from=2026-11-20&to=2026-11-18", "?from=2026-01-01&to=2026-11-18", "?from=x"])
async def test_a_span_that_cannot_be_is_refused(hub: Hub, query: str) -> None:
    place = await kitchen(hub)
    await place.ask("family", "GET", f"/children/{place.family.child}/menu{query}", 400)


@pytest.mark.security("7")
async def test_a_foreign_childs_menu_and_rules_are_as_if_not_there(hub: Hub) -> None:
    place = await kitchen(hub)
    other = await stranger(hub)
    for path in (f"/api/v1/children/{place.family.child}/menu", f"/api/v1/children/{place.family.child}/meal-rules"):
        assert (await other.get(path)).status_code == (await other.get(path.replace(place.family.child, "none"))).status_code == 404
    path = f"/api/v1/children/{place.family.child}/meal-rules"
    assert (await other.send("PUT", path, json={})).status_code == 404
    assert (await place.family.browser.send("PUT", path, json={}, csrf="no")).status_code == 403
    assert (await place.family.browser.send("PUT", path, json={}, origin="https://evil.example")).status_code == 403


@pytest.mark.rule("B6")
@pytest.mark.parametrize(
    ("role", "status"), [("meals_officer", 200), ("school_admin", 200), ("tutor", 403), ("till", 403), ("teacher", 403)]
)
async def test_who_keeps_the_menu(hub: Hub, role: str, status: int) -> None:
    place = await kitchen(hub)
    await place.ask(role, "GET", "/menu", status)
    await place.ask(role, "POST", "/menu/lines", status, day=TODAY.isoformat(), meal="lunch", **BORSCH)


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "2026-11-17", "meal": "lunch", "title": "Суп"},
        {"day": "2026-11-18", "meal": "supper", "title": "Суп"},
        {"day": "2026-11-18", "meal": "lunch", "title": ""},
        {"day": "2026-11-18", "meal": "lunch", "title": "x" * 61},
        {"day": "2026-11-18", "meal": "lunch", "title": "Суп", "category": "poison"},
        {"day": "2026-11-18", "meal": "lunch", "title": "Суп", "allergens": ["love"]},
        {"day": "2038-11-18", "meal": "lunch", "title": "Суп"},
    ],
)
async def test_a_line_that_cannot_be_is_refused(hub: Hub, wrong: dict[str, Any]) -> None:
    place = await kitchen(hub)
    await place.ask("meals_officer", "POST", "/menu/lines", 400, **wrong)
    assert not any(day["meals"] for day in (await menu(place))["items"])


async def test_the_same_line_ten_times_in_parallel_is_one(hub: Hub) -> None:
    place = await kitchen(hub)
    await place.by("meals_officer")
    await asyncio.gather(*(cook(place, BORSCH) for _ in range(10)))
    (day,) = [one for one in (await menu(place))["items"] if one["meals"]]
    assert [len(one["dishes"]) for one in day["meals"]] == [1]


async def test_a_line_is_removed_and_a_dish_described_anew(hub: Hub) -> None:
    place = await kitchen(hub)
    seen = await cook(place, BORSCH)
    item = dishes_of(seen)["Борщ"]["item"]
    await place.ask("meals_officer", "PUT", f"/menu/dishes/{item}", day=TODAY.isoformat(), meal="lunch", category="hot", allergens=["fish"])
    assert dishes_of(await menu(place))["Борщ"]["allergens"] == ["fish"]
    await place.ask("meals_officer", "PUT", "/menu/dishes/none", 404, day=TODAY.isoformat(), meal="lunch", category="hot")
    await place.ask("meals_officer", "POST", "/menu/lines/remove", day=TODAY.isoformat(), meal="lunch", item=item)
    assert not any(day["meals"] for day in (await menu(place))["items"])


async def test_last_week_is_copied_into_empty_days_ahead(hub: Hub) -> None:
    place = await kitchen(hub)
    thursday, friday = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    for day in (TODAY, thursday, friday):
        await cook(place, BORSCH, day=day)
    week = (TODAY + timedelta(days=7)).isoformat()
    await cook(place, SODA, day=thursday + timedelta(days=7))
    for _ in range(2):
        seen = await place.ask("meals_officer", "POST", "/menu/copy", week=week)
    found = {one["date"]: [dish["title"] for meal in one["meals"] for dish in meal["dishes"]] for one in seen["items"] if one["meals"]}
    assert found == {"2026-11-25": ["Борщ"], "2026-11-26": ["Лимонад"], "2026-11-27": ["Борщ"]}
    for week in ("2027-03-01", "9999-12-31", "0001-01-01"):
        await place.ask("meals_officer", "POST", "/menu/copy", 400, week=week)


async def test_a_table_is_shown_first_and_written_on_a_second_word(hub: Hub) -> None:
    place = await kitchen(hub)
    seen = await place.ask("meals_officer", "POST", "/menu/import", text=TABLE)
    assert (seen["good"], seen["bad"], seen["written"]) == (2, 0, False)
    assert "администратор" in seen["rows"][0]["note"]
    assert not any(day["meals"] for day in (await menu(place))["items"])
    for _ in range(2):
        await place.ask("meals_officer", "POST", "/menu/import", text=TABLE, apply=True)
    found = dishes_of(await menu(place), date(2026, 11, 19))
    assert (found["Плов"]["allergens"], found["Сок"]["allergens"], found["Плов"]["price_kop"]) == ([], None, None)


@pytest.mark.rule("D7")
async def test_a_table_names_a_new_price_only_by_who_says_prices_and_changes_none(hub: Hub) -> None:
    place = await kitchen(hub)
    text = f"{TABLE}19.11.2026;обед;Обед;;;;50\n"
    seen = await place.ask("school_admin", "POST", "/menu/import", text=text, apply=True)
    assert "90,00" in seen["rows"][2]["note"]
    found = dishes_of(await menu(place), date(2026, 11, 19))
    assert (found["Плов"]["price_kop"], found["Обед"]["price_kop"]) == (9_500, 9_000)


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("17.11.2026;обед;Плов", "прошедших"),
        ("завтра;обед;Плов", "Дата"),
        ("19.11.2026;ужин;Плов", "Приём"),
        ("19.11.2026;обед;", "Название"),
        ('19.11.2026;обед;"=cmd()"', "формула"),
        ("19.11.2026;обед;Плов;;любовь", "любовь"),
        ("19.11.2026;обед;Плов;;;;минус", "Цена"),
    ],
)
async def test_a_bad_row_says_why_and_spoils_no_other(hub: Hub, row: str, why: str) -> None:
    place = await kitchen(hub)
    seen = await place.ask("meals_officer", "POST", "/menu/import", text=f"{TABLE}{row}\n")
    assert (seen["good"], seen["bad"]) == (2, 1) and why in seen["rows"][2]["trouble"]


@pytest.mark.parametrize("text", ["", "PK\x03\x04", "Дата;Блюдо\n1;2\n", "\x00"])
async def test_a_table_that_is_none_is_refused(hub: Hub, text: str) -> None:
    place = await kitchen(hub)
    await place.ask("meals_officer", "POST", "/menu/import", 400, text=text)


async def test_the_sample_can_be_tried_whatever_the_day_is(hub: Hub) -> None:
    place = await kitchen(hub)
    officer = await place.by("meals_officer")
    sample = (await (await officer.get("/office/menu/sample.csv")).get_data(as_text=True)).lstrip("\ufeff")
    seen = await place.ask("meals_officer", "POST", "/menu/import", text=sample)
    assert (seen["good"], seen["bad"], seen["rows"][0]["date"]) == (1, 0, "2026-11-23")


@pytest.mark.feature("F131")
async def test_the_pages_work_by_forms_alone(hub: Hub) -> None:
    place = await kitchen(hub)
    officer = await place.by("meals_officer")
    assert "Меню" in await page(officer, "/office/menu")
    body: dict[str, Any] = {
        "day": TODAY.isoformat(),
        "meal": "lunch",
        "item": "",
        "title": "Рагу",
        "category": "hot",
        "allergen": ["milk", "nuts"],
    }
    assert "done=line" in (await send(officer, "/office/menu/lines", **body)).headers["Location"]
    text = await page(officer, "/office/menu?week=2026-11-18&done=line")
    assert "Рагу" in text and "содержит: молоко, орехи" in text
    await send(officer, "/office/menu/lines", 400, **body | {"title": ""})
    item = dishes_of(await menu(place))["Рагу"]["item"]
    assert "Рагу" in await page(officer, f"/office/menu/dishes/{item}")
    await send(officer, f"/office/menu/dishes/{item}", title="Рагу", category="hot", inside="said")
    await send(officer, "/office/menu/import/apply", text=TABLE)
    await send(officer, "/office/menu/lines/remove", day=TODAY.isoformat(), meal="lunch", item=item)
    await send(officer, "/office/menu/copy", week="2026-11-25")
    assert "Отметок нет" in await page(officer, "/office/menu/records")
    await page(officer, "/office/menu/dishes/none", 404)
    await say(place, categories=["drink"])
    text = await page(place.family.browser, f"/children/{place.family.child}/menu")
    assert "нельзя" in text and "вы запретили такой вид еды" in text

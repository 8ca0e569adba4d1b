"""A school with a meals officer and a menu, and a family that may forbid things of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.debit_kit import Canteen, canteen_of
from tests.flows.desk_kit import snils
from tests.flows.kit import Hub, parent
from tests.flows.money_kit import SCHOOL

TODAY = date(2026, 11, 18)
BORSCH = {"title": "Борщ", "category": "hot", "portion": "250 г", "composition": "свёкла", "allergens": ["milk"]}
SODA = {"title": "Лимонад", "category": "soda", "allergens": []}


async def kitchen(hub: Hub, *, kop: int = 50_000) -> Canteen:
    place = await canteen_of(hub, kop=kop)
    number = snils(199000311)
    card = OfficerCard(school=SCHOOL, role="meals_officer", snils=number.digits, names=("Ким", "Вера", ""))
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, [card], now=hub.clock()))
    hub.esia.claims["meals_officer"] = parent("of meals_officer", last_name="Ким", first_name="Вера", snils=number, children=())
    return place


async def cook(place: Canteen, *dishes: dict[str, Any], day: date = TODAY, meal: str = "lunch", status: int = 200) -> Any:
    found = None
    for one in dishes:
        found = await place.ask("meals_officer", "POST", "/menu/lines", status, day=day.isoformat(), meal=meal, **one)
    return found


async def say(place: Canteen, status: int = 200, **word: Any) -> Any:
    """The family's whole word."""
    return await place.ask("family", "PUT", f"/children/{place.family.child}/meal-rules", status, **word)


async def agree(place: Canteen) -> None:
    """The family consents to the till's yes and no."""
    items = (await (await place.family.browser.get("/api/v1/consents")).get_json())["items"]
    one = next(one for one in items if one["purpose"] == "diet")
    body = {"subject": place.family.child, "purpose": "diet", "version": one["text"]["version"], "word": "given"}
    assert (await place.family.browser.send("POST", "/api/v1/consents", json=body)).status_code in (200, 201)


def dishes_of(view: dict[str, Any], day: date = TODAY) -> dict[str, dict[str, Any]]:
    """By title."""
    found = next(one for one in view["items"] if one["date"] == day.isoformat())
    return {dish["title"]: dish for meal in found["meals"] for dish in meal["dishes"]}

"""What the town's canteens cook in the weeks around the day on which the demo is opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.demo.control import TownSchool
from hub.store.school.meals import menu
from hub.store.school.meals.menu import Allergen, Category, DishCard, Line, Meal

BY = "demo"
WEEKS = 3
DISHES = (
    DishCard(item="breakfast", title="Завтрак", category=Category.HOT, portion="200 г", composition="каша на молоке, хлеб с маслом, чай",
             allergens=frozenset({Allergen.MILK, Allergen.GLUTEN})),
    DishCard(item="dinner", title="Обед", category=Category.HOT, portion="650 г", composition="борщ, котлета с гречкой, компот, хлеб",
             allergens=frozenset({Allergen.GLUTEN, Allergen.EGGS})),
    DishCard(item="bun", title="Булочка", category=Category.BAKERY, portion="60 г", composition="мука, молоко, яйцо",
             allergens=frozenset({Allergen.GLUTEN, Allergen.MILK, Allergen.EGGS})),
)  # fmt: skip
DAY = ((Meal.BREAKFAST, "breakfast"), (Meal.LUNCH, "dinner"), (Meal.BUFFET, "bun"))


def put_menus(schools: Sequence[TownSchool], *, now: datetime) -> None:
    """Inside the caller's unit; a school that said something of its menu keeps its own."""
    for school in schools:
        if menu.dishes(school.ogrn):
            continue
        for dish in DISHES:
            menu.put_dish(school.ogrn, dish, by=BY, now=now)
        today = now.astimezone(ZoneInfo(school.tz)).date()
        monday = today - timedelta(days=today.weekday())
        for day in (monday + timedelta(days=number) for number in range(7 * WEEKS)):
            for meal, item in DAY if day.weekday() < 5 else ():
                menu.add_line(school.ogrn, Line(day=day, meal=meal, item=item), by=BY, now=now)

"""What people read of dishes, and how a table's cells are understood; pure."""

from __future__ import annotations

from collections.abc import Mapping

from hub.flows.meals.forbids import Why
from hub.store.school.meals.menu import Allergen, Category, Meal
from hub.store.school.meals.till_records import RecordKind

MEALS: Mapping[Meal, str] = {Meal.BREAKFAST: "Завтрак", Meal.LUNCH: "Обед", Meal.SNACK: "Полдник", Meal.BUFFET: "Буфет"}
CATEGORIES: Mapping[Category, str] = {
    Category.HOT: "горячее",
    Category.SALAD: "салаты",
    Category.DRINK: "напитки",
    Category.BAKERY: "выпечка",
    Category.SWEETS: "сладкое",
    Category.SODA: "газировка",
    Category.SNACKS: "чипсы и сухарики",
    Category.FRUIT: "фрукты",
    Category.DAIRY: "молочное",
    Category.OTHER: "не сказано",
}
ALLERGENS: Mapping[Allergen, str] = {
    Allergen.GLUTEN: "глютен",
    Allergen.MILK: "молоко",
    Allergen.EGGS: "яйца",
    Allergen.FISH: "рыба",
    Allergen.NUTS: "орехи",
    Allergen.PEANUTS: "арахис",
    Allergen.SOY: "соя",
    Allergen.SESAME: "кунжут",
    Allergen.MUSTARD: "горчица",
    Allergen.CELERY: "сельдерей",
    Allergen.CRUSTACEANS: "ракообразные",
    Allergen.MOLLUSCS: "моллюски",
    Allergen.LUPIN: "люпин",
    Allergen.SULPHITES: "сульфиты",
    Allergen.ASPARTAME: "аспартам",
}
WHY: Mapping[Why, str] = {
    Why.DISH: "вы запретили это блюдо",
    Why.CATEGORY: "вы запретили такой вид еды",
    Why.ALLERGEN: "есть то, что вы запретили",
    Why.NOT_HOT: "вы разрешили только горячее",
    Why.DIET: "этого нет среди разрешённых блюд",
}
RECORDS: Mapping[RecordKind, str] = {
    RecordKind.FORBIDDEN: "касса продала то, что вы запретили",
    RecordKind.OVERDRAFT: "куплено, когда у кассы не было связи: денег или предела уже не хватало",
    RecordKind.UNPAID: "ученика накормили, деньги не списаны",
    RecordKind.BY_NAME: "без карты, по имени",
}
NONE_INSIDE = ("нет", "-", "—", "без аллергенов")


def category_of(cell: str) -> Category | None:
    """None for a word that is not ours."""
    text = _plain(cell)
    if not text:
        return Category.OTHER
    return next((kind for kind, title in CATEGORIES.items() if text in (title, kind.value)), None)


def meal_of(cell: str) -> Meal | None:
    text = _plain(cell)
    return next((meal for meal, title in MEALS.items() if text in (title.lower(), meal.value)), None)


def allergens_of(cell: str) -> tuple[frozenset[Allergen] | None, tuple[str, ...]]:
    """What is inside, and the words that are not ours. An empty cell says nothing, «нет» says that there is none."""
    text = _plain(cell)
    if not text:
        return None, ()
    if text in NONE_INSIDE:
        return frozenset(), ()
    parts = [part.strip() for part in text.split(",") if part.strip()]
    known = {title: one for one, title in ALLERGENS.items()} | {one.value: one for one in Allergen}
    return frozenset(known[part] for part in parts if part in known), tuple(part for part in parts if part not in known)


def _plain(cell: str) -> str:
    return " ".join(cell.lower().split())

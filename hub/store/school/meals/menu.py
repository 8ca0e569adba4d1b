"""The menu of a school by day and meal, and each dish with its portion, what it is made of and what it may contain."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
import peewee

from hub.store.fields import InstantField, delete, delete_ids, rows

KEPT = timedelta(days=730)


class Meal(StrEnum):
    """In the order of the day."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    SNACK = "snack"
    BUFFET = "buffet"


class Category(StrEnum):
    """By what a family may forbid; `OTHER` is what the school did not name."""

    HOT = "hot"
    SALAD = "salad"
    DRINK = "drink"
    BAKERY = "bakery"
    SWEETS = "sweets"
    SODA = "soda"
    SNACKS = "snacks"
    FRUIT = "fruit"
    DAIRY = "dairy"
    OTHER = "other"


class Allergen(StrEnum):
    """The components that labels of food must name (ТР ТС 022/2011, 4.4.14)."""

    GLUTEN = "gluten"
    MILK = "milk"
    EGGS = "eggs"
    FISH = "fish"
    NUTS = "nuts"
    PEANUTS = "peanuts"
    SOY = "soy"
    SESAME = "sesame"
    MUSTARD = "mustard"
    CELERY = "celery"
    CRUSTACEANS = "crustaceans"
    MOLLUSCS = "molluscs"
    LUPIN = "lupin"
    SULPHITES = "sulphites"
    ASPARTAME = "aspartame"


class MenuDish(peewee.Model):
    """The last word on a dish. `allergens` is JSON, null where the school did not name them: none named is not «none inside»."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField(index=True)
    item = peewee.TextField()
    title = peewee.TextField()
    category = peewee.TextField()
    portion = peewee.TextField()
    composition = peewee.TextField()
    allergens = peewee.TextField(null=True)
    said_by = peewee.TextField()
    said_at = InstantField()

    class Meta:
        table_name = "menu_dish"


class MenuLine(peewee.Model):
    id = peewee.TextField(primary_key=True)
    school = peewee.TextField()
    day = peewee.TextField()
    meal = peewee.TextField()
    item = peewee.TextField()
    said_by = peewee.TextField()
    said_at = InstantField()

    class Meta:
        table_name = "menu_line"
        indexes = ((("school", "day", "meal", "item"), True),)


TABLES = (MenuDish, MenuLine)
SEALED = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DishCard:
    """`allergens` none: nobody has said."""

    item: str
    title: str
    category: Category = Category.OTHER
    portion: str = ""
    composition: str = ""
    allergens: frozenset[Allergen] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    day: date
    meal: Meal
    item: str


def put_dish(school: str, dish: DishCard, *, by: str, now: datetime) -> None:
    known = {
        "title": dish.title,
        "category": dish.category.value,
        "portion": dish.portion,
        "composition": dish.composition,
        "allergens": None if dish.allergens is None else msgspec.json.encode(sorted(dish.allergens)).decode(),
        "said_by": by,
        "said_at": now,
    }
    made = MenuDish.insert(id=f"{school}:{dish.item}", school=school, item=dish.item, **known)
    made.on_conflict(conflict_target=[MenuDish.id], update=known).execute()


def dishes(school: str) -> Mapping[str, DishCard]:
    """Every dish that the school ever described, by its code."""
    sql = "SELECT item, title, category, portion, composition, allergens FROM menu_dish WHERE school = ? ORDER BY title, item"
    return {
        item: DishCard(
            item=item,
            title=title,
            category=Category(category),
            portion=portion,
            composition=composition,
            allergens=None if said is None else frozenset(map(Allergen, msgspec.json.decode(said))),
        )
        for item, title, category, portion, composition, said in rows(MenuDish, sql, (school,))
    }


def lines(school: str, first: date, last: date) -> Sequence[Line]:
    """By day, then by meal in the order of the day."""
    sql = "SELECT day, meal, item FROM menu_line WHERE school = ? AND day >= ? AND day <= ? ORDER BY day, said_at, item"
    found = [
        Line(day=date.fromisoformat(day), meal=Meal(meal), item=item)
        for day, meal, item in rows(MenuLine, sql, (school, first.isoformat(), last.isoformat()))
    ]
    order = [*Meal]
    return sorted(found, key=lambda one: (one.day, order.index(one.meal)))


def add_line(school: str, line: Line, *, by: str, now: datetime) -> bool:
    """False where it stands there already."""
    made = MenuLine.insert(
        id=uuid.uuid4().hex, school=school, day=line.day.isoformat(), meal=line.meal.value, item=line.item, said_by=by, said_at=now
    ).on_conflict_ignore()
    return bool(made.as_rowcount().execute())


def remove_line(school: str, line: Line) -> bool:
    mine = (MenuLine.school == school) & (MenuLine.day == line.day.isoformat()) & (MenuLine.meal == line.meal.value)
    return bool(delete(MenuLine, mine, MenuLine.item == line.item))


def clear_days(school: str, days: Collection[date]) -> int:
    """Before a whole day is said anew."""
    return delete(MenuLine, MenuLine.school == school, MenuLine.day.in_([day.isoformat() for day in days])) if days else 0


def remove_old(*, now: datetime, limit: int) -> int:
    sql = "SELECT id FROM menu_line WHERE day < ? LIMIT ?"
    return delete_ids(MenuLine, sql, ((now - KEPT).date().isoformat(), limit))

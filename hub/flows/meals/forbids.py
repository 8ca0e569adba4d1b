"""Whether a child may be served a dish by its family's word: yes, no, or nobody knows what is inside; pure (RULES E8)."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from hub.store.school.meals.menu import Allergen, Category, DishCard
from hub.store.school.meals.words import Bans


class May(StrEnum):
    """`UNKNOWN`: the school has not said what the dish is or contains, and the family's word depends on it."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """For the family alone: the till hears none of it."""

    DISH = "dish"
    CATEGORY = "category"
    ALLERGEN = "allergen"
    NOT_HOT = "not_hot"
    DIET = "diet"


HOT = frozenset({Category.HOT})


def effective(bans: Bans, *, diet: bool) -> Bans:
    """What the till goes by: without the consent it hears of no composition and of no diet."""
    return bans if diet else replace_diet(bans, allergens=(), only=None)


def replace_diet(bans: Bans, *, allergens: tuple[str, ...], only: tuple[str, ...] | None) -> Bans:
    return Bans(dishes=bans.dishes, categories=bans.categories, allergens=allergens, only_hot=bans.only_hot, only=only)


def may_eat(bans: Bans, item: str, dish: DishCard | None) -> tuple[May, tuple[Why, ...]]:
    """`dish` is what the school said of it; none where it said nothing."""
    found = {
        Why.DISH: item in bans.dishes,
        Why.CATEGORY: dish is not None and dish.category.value in bans.categories,
        Why.ALLERGEN: dish is not None and bool(set(bans.allergens) & set(dish.allergens or ())),
        Why.NOT_HOT: bans.only_hot and dish is not None and dish.category not in HOT | {Category.OTHER},
        Why.DIET: bans.only is not None and item not in bans.only,
    }
    why = tuple(one for one, holds in found.items() if holds)
    if why:
        return May.FORBIDDEN, why
    kind_unknown = (bool(bans.categories) or bans.only_hot) and (dish is None or dish.category is Category.OTHER)
    inside_unknown = bool(bans.allergens) and (dish is None or dish.allergens is None)
    return (May.UNKNOWN if kind_unknown or inside_unknown else May.ALLOWED), ()


def named(dish: DishCard | None, item: str, allergens: frozenset[str]) -> DishCard | None:
    """The school's word on a dish together with what the till itself says is inside: the more is named, the safer."""
    known = frozenset(Allergen(one) for one in allergens if one in set(Allergen))
    if not known:
        return dish
    before = dish or DishCard(item=item, title=item)
    return replace(before, allergens=(before.allergens or frozenset()) | known)

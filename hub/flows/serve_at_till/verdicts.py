"""What a till may hear of dishes: yes, no, or ask; in the words of the family's rules, without the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hub.deps import Deps
from hub.flows.meals.forbids import May, effective, may_eat, named
from hub.store.school import canteen
from hub.store.school.meals import menu, words
from hub.store.school.meals.menu import Allergen, DishCard
from hub.store.school.meals.words import Bans
from identity.consent import Purpose
from identity.model import PersonId
from identity.store import consent_holds

_ALLERGENS = frozenset(one.value for one in Allergen)
SAID: Mapping[May, bool | None] = {May.ALLOWED: True, May.FORBIDDEN: False, May.UNKNOWN: None}


def bans_of(deps: Deps, child: str, *, now: datetime) -> Bans:
    """In the caller's unit: what holds at the till. Composition and diet only while the consent holds (RULES A14, E8)."""
    said = next(iter(words.of_child(deps.keys, child)), None)
    if said is None:
        return Bans()
    diet = bool(said.bans.allergens) or said.bans.only is not None
    return effective(said.bans, diet=diet and consent_holds(deps.keys, PersonId(child), Purpose.DIET, now=now).holds)


def known_dishes(school: str, day: date) -> tuple[Mapping[str, DishCard], Mapping[str, str]]:
    """In the caller's unit: the described dishes by code, and the code of each title that is described or sold."""
    cards = menu.dishes(school)
    titles = {card.title.lower(): item for item, card in cards.items()}
    titles |= {one.title.lower(): one.item for one in canteen.priced(school, day)}
    return cards, titles


def judge(bans: Bans, cards: Mapping[str, DishCard], titles: Mapping[str, str], *, sku: str, title: str, allergens: Sequence[str]) -> May:
    """A till that has codes of its own is understood by the dish's name."""
    item = sku if sku in cards or sku in titles.values() else titles.get(" ".join(title.split()).lower(), sku)
    inside = frozenset(one.strip().lower() for one in allergens) & _ALLERGENS
    return may_eat(bans, item, named(cards.get(item), item, inside))[0]

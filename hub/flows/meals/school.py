"""What the stories of meals share: where a child eats, which days are free and why, and dishes as they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.flows.meals.forbids import may_eat
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.meals import MenuDay, MenuDish, MenuMeal
from hub.ledger.debits.calendar import school_day
from hub.ledger.school_days import Break, break_on
from hub.ledger.store import contracts
from hub.ledger.store.contracts import ContractState
from hub.regions.help_desks import help_desks
from hub.store.school import breaks, canteen, schools
from hub.store.school.canteen import Dish
from hub.store.school.meals import menu
from hub.store.school.meals.menu import DishCard, Line, Meal
from hub.store.school.meals.words import Bans
from identity.model import MOSCOW, PersonId
from identity.store.school.cards import classes_of

LONGEST = timedelta(days=62)
WEEKEND = "выходной"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`school` empty: no school's card names the child, and no contract does."""

    school: str
    klass: str
    zone: str
    today: date

    @property
    def monday(self) -> date:
        return monday_of(self.today)


def place_of(child: PersonId, *, now: datetime) -> Place:
    """In the caller's unit. A child of no roster here eats where its contract is."""
    school, klass = classes_of((child,)).get(child) or _of_contract(child)
    zone = (schools.zone_of(school) if school else None) or MOSCOW
    return Place(school=school, klass=klass, zone=zone, today=now.astimezone(ZoneInfo(zone)).date())


def _of_contract(child: PersonId) -> tuple[str, str]:
    found = {(one.school, one.class_name) for one in contracts.of_children([child]) if one.state is ContractState.ACTIVE}
    return found.pop() if len(found) == 1 else ("", "")


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def span(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """Both days count; without them the week of today."""
    start = first or (monday_of(last) if last else monday_of(today))
    end = last or start + timedelta(days=6)
    if start > end:
        raise Refused(Reason.MALFORMED, "Первый день позже последнего.")
    if end - start > LONGEST:
        raise Refused(Reason.MALFORMED, "За один раз — не больше двух месяцев.")
    return start, end


def days(school: str, start: date, end: date, bans: Bans | None) -> tuple[MenuDay, ...]:
    """In the caller's unit: every day of the span, with what is on its menu at the price of that day."""
    known, lines = menu.dishes(school), menu.lines(school, start, end)
    by_day: dict[date, list[Line]] = {}
    for line in lines:
        by_day.setdefault(line.day, []).append(line)
    found = []
    for number in range((end - start).days + 1):
        day = start + timedelta(days=number)
        prices = {one.item: one for one in canteen.priced(school, day)} if day in by_day else {}
        found.append(
            MenuDay(
                date=day,
                school_day=school_day(school, day),
                rest=rest_on(school, day),
                meals=_meals(by_day.get(day, []), known, prices, bans),
            )
        )
    return tuple(found)


def rest_on(school: str, day: date) -> str:
    """Why the school is closed that day; empty on a school day."""
    if school_day(school, day):
        return ""
    own = [Break(first=one.first, last=one.last, title=one.title) for one in breaks.of_school(school, since=day)]
    free = break_on(day, own)
    return help_desks().holiday(day) or (free.title if free else "") or WEEKEND


def _meals(lines: list[Line], known: Mapping[str, DishCard], prices: Mapping[str, Dish], bans: Bans | None) -> tuple[MenuMeal, ...]:
    return tuple(
        MenuMeal(
            meal=meal.value,
            dishes=tuple(dish_of(one.item, known.get(one.item), prices.get(one.item), bans) for one in lines if one.meal is meal),
        )
        for meal in Meal
        if any(one.meal is meal for one in lines)
    )


def dish_of(item: str, card: DishCard | None, price: Dish | None, bans: Bans | None) -> MenuDish:
    """Without `bans` it is the school that looks: whom it suits is not said."""
    may, why = may_eat(bans, item, card) if bans is not None else ("", ())
    return MenuDish(
        item=item,
        title=card.title if card else price.title if price else item,
        portion=card.portion if card else "",
        category=card.category.value if card else "other",
        composition=card.composition if card else "",
        allergens=None if card is None or card.allergens is None else tuple(sorted(card.allergens)),
        price_kop=price.kop if price else None,
        price_list=price.version if price else None,
        may=str(may),
        why=tuple(one.value for one in why),
    )

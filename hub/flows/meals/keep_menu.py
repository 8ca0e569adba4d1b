"""The meals officer says what is cooked: day by day, or last week once more; what was cooked stays as it was told (RULES B6, D7)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.meals.school import days, dish_of, monday_of
from hub.flows.office.officers import Officer, officer_of
from hub.flows.office.rights import Act, may
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.meals import OfficeMenu
from hub.store.school import canteen, schools
from hub.store.school.meals import menu
from hub.store.school.meals.menu import Allergen, Category, DishCard, Line, Meal
from hub.store.sessions import Visitor

LONGEST_TITLE, LONGEST_TEXT, LONGEST_PORTION = 60, 500, 40
AHEAD = timedelta(days=400)
PAST = "Меню прошедших дней не меняют: семьи его уже видели."
NOTHING_TO_COPY = "На той неделе меню нет: копировать нечего."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """`item` names a dish that is known; without it `title` makes one. `allergens` none: not said."""

    day: date
    meal: str
    item: str = ""
    title: str = ""
    category: str = Category.OTHER.value
    portion: str = ""
    composition: str = ""
    allergens: tuple[str, ...] | None = None


async def show_office_menu(deps: Deps, visitor: Visitor, *, week: date | None = None) -> OfficeMenu:
    """The week that holds the day, else this one."""
    return await deps.db.read(lambda: _view(officer_of(deps, visitor, act=Act.MENU), week, now=deps.now()))


async def add_to_menu(deps: Deps, visitor: Visitor, new: NewLine) -> OfficeMenu:
    """Twice is once. A new dish is described together with its line."""
    now, meal = deps.now(), _meal(new.meal)

    def unit() -> OfficeMenu:
        officer = officer_of(deps, visitor, act=Act.MENU)
        require_ahead(new.day, today_at(officer, now))
        if new.item:
            if new.item not in menu.dishes(officer.school) and canteen.price_of(officer.school, new.item, new.day) is None:
                raise Refused(Reason.NOT_FOUND, "Такого блюда нет.")
            item = new.item
        else:
            card = dish_card(new, item=item_named(officer.school, new.title, new.day))
            item = card.item
            if item not in menu.dishes(officer.school) or new.allergens is not None or new.composition:
                menu.put_dish(officer.school, card, by=officer.person, now=now)
        menu.add_line(officer.school, Line(day=new.day, meal=meal, item=item), by=officer.person, now=now)
        return _view(officer, new.day, now=now)

    return await deps.db.write(unit)


async def describe_dish(deps: Deps, visitor: Visitor, item: str, new: NewLine) -> OfficeMenu:
    """Another word on a dish holds from now on, on every menu that has it."""
    now = deps.now()

    def unit() -> OfficeMenu:
        officer = officer_of(deps, visitor, act=Act.MENU)
        today = today_at(officer, now)
        known = menu.dishes(officer.school).get(item)
        price = canteen.price_of(officer.school, item, today)
        if known is None and price is None:
            raise Refused(Reason.NOT_FOUND, "Такого блюда нет.")
        title = new.title or (known.title if known else price.title if price else "")
        menu.put_dish(officer.school, dish_card(new, item=item, title=title), by=officer.person, now=now)
        return _view(officer, new.day, now=now)

    return await deps.db.write(unit)


async def remove_from_menu(deps: Deps, visitor: Visitor, *, day: date, meal: str, item: str) -> OfficeMenu:
    now, found = deps.now(), _meal(meal)

    def unit() -> OfficeMenu:
        officer = officer_of(deps, visitor, act=Act.MENU)
        require_ahead(day, today_at(officer, now))
        menu.remove_line(officer.school, Line(day=day, meal=found, item=item))
        return _view(officer, day, now=now)

    return await deps.db.write(unit)


async def copy_week(deps: Deps, visitor: Visitor, *, week: date, weeks_back: int = 1) -> OfficeMenu:
    """The same weekdays of an earlier week, into days that are still ahead and empty."""
    now = deps.now()
    if not 1 <= weeks_back <= 8:
        raise Refused(Reason.MALFORMED, "Копируют неделю от одной до восьми назад.")

    def unit() -> OfficeMenu:
        officer = officer_of(deps, visitor, act=Act.MENU)
        monday, today, shift = monday_of(week), today_at(officer, now), timedelta(weeks=weeks_back)
        # The last week of the calendar has no end.
        require_ahead(max(week, today), today)
        require_ahead(monday + timedelta(days=6), today)
        taken = {one.day for one in menu.lines(officer.school, monday, monday + timedelta(days=6))}
        former = menu.lines(officer.school, monday - shift, monday - shift + timedelta(days=6))
        if not former:
            raise Refused(Reason.MALFORMED, NOTHING_TO_COPY)
        for one in former:
            day = one.day + shift
            if day >= today and day not in taken:
                menu.add_line(officer.school, Line(day=day, meal=one.meal, item=one.item), by=officer.person, now=now)
        return _view(officer, monday, now=now)

    return await deps.db.write(unit)


def dish_card(new: NewLine, *, item: str = "", title: str = "") -> DishCard:
    """Checked. The code is the one that the price list gives to the same title."""
    named = " ".join((title or new.title).split())
    texts = (new.portion, new.composition)
    if not 0 < len(named) <= LONGEST_TITLE or not named.isprintable():
        raise Refused(Reason.MALFORMED, f"Название блюда — до {LONGEST_TITLE} знаков.")
    if len(new.portion) > LONGEST_PORTION or len(new.composition) > LONGEST_TEXT or not all(one.isprintable() for one in texts):
        raise Refused(Reason.MALFORMED, f"Порция — до {LONGEST_PORTION} знаков, состав — до {LONGEST_TEXT}, в одну строку.")
    if new.category not in {one.value for one in Category}:
        raise Refused(Reason.MALFORMED, "Такого вида еды нет.")
    if not {*(new.allergens or ())} <= {one.value for one in Allergen}:
        raise Refused(Reason.MALFORMED, "Такой составляющей нет в списке.")
    return DishCard(
        item=item or code_of(named),
        title=named,
        category=Category(new.category),
        portion=" ".join(new.portion.split()),
        composition=" ".join(new.composition.split()),
        allergens=None if new.allergens is None else frozenset(map(Allergen, new.allergens)),
    )


def item_named(school: str, title: str, day: date) -> str:
    """In the caller's unit: a dish that is described or sold under this very name already; empty for a new one."""
    named = " ".join(title.split()).lower()
    known = {card.title.lower(): item for item, card in menu.dishes(school).items()}
    sold = {one.title.lower(): one.item for one in canteen.priced(school, day)}
    return sold.get(named) or known.get(named) or ""


def code_of(title: str) -> str:
    return f"d{hashlib.sha256(title.lower().encode()).hexdigest()[:12]}"


def today_at(officer: Officer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(officer.zone)).date()


def require_ahead(day: date, today: date) -> None:
    if day < today:
        raise Refused(Reason.MALFORMED, PAST)
    if day > today + AHEAD:
        raise Refused(Reason.MALFORMED, "День слишком далёкий.")


def _meal(text: str) -> Meal:
    if text not in {one.value for one in Meal}:
        raise Refused(Reason.MALFORMED, "Приём пищи — завтрак, обед, полдник или буфет.")
    return Meal(text)


def _view(officer: Officer, week: date | None, *, now: datetime) -> OfficeMenu:
    today = today_at(officer, now)
    monday = monday_of(week or today)
    if not date(2000, 1, 8) < monday < date(2100, 1, 1):
        raise Refused(Reason.MALFORMED, "День слишком далёкий.")
    card, known = schools.school(officer.school), menu.dishes(officer.school)
    prices = {one.item: one for one in canteen.priced(officer.school, today)}
    items = sorted({*known, *prices}, key=lambda item: (known[item].title if item in known else prices[item].title).lower())
    return OfficeMenu(
        school=card.short_name if card else "",
        zone=officer.zone,
        today=today,
        start=monday,
        end=monday + timedelta(days=6),
        items=days(officer.school, monday, monday + timedelta(days=6), None),
        dishes=tuple(dish_of(item, known.get(item), prices.get(item), None) for item in items),
        may_keep=True,
        may_price=may(officer.role, Act.PRICES),
    )

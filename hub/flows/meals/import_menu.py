"""A table with the menu: shown as it was understood first, written when the officer says so; whole days are said anew (RULES C8)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from hub.deps import Deps
from hub.flows.meals import words
from hub.flows.meals.keep_menu import LONGEST_PORTION, LONGEST_TEXT, LONGEST_TITLE, PAST, code_of, item_named, today_at
from hub.flows.office.officers import Officer, officer_of
from hub.flows.office.rights import Act, may
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.cells import Wrong, plain
from hub.flows.roster.sheet import read_sheet
from hub.flows.views.school.meals import MenuPreview, MenuRow
from hub.ledger.money import kopecks, shown
from hub.store.school import canteen
from hub.store.school.meals import menu
from hub.store.school.meals.menu import Category, DishCard, Line, Meal
from hub.store.sessions import Visitor

MOST_ROWS = 1000
MOST_BYTES = 300_000
MOST_KOP = 1_000_000
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("дата", "день"),
        "meal": ("приём пищи", "прием пищи", "приём", "прием"),
        "title": ("блюдо", "название"),
        "portion": ("порция", "выход"),
        "composition": ("состав",),
        "allergens": ("аллергены",),
        "category": ("вид", "категория"),
        "price": ("цена", "цена, ₽", "цена, руб", "цена, руб."),
    }
)
NEEDED = ("date", "meal", "title")
_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """`trouble`: this line is not written."""

    line: int
    day: date | None = None
    meal: Meal | None = None
    dish: DishCard | None = None
    kop: int | None = None
    trouble: str = ""
    note: str = ""
    title: str = ""


async def preview_menu(deps: Deps, visitor: Visitor, data: bytes) -> MenuPreview:
    """Nothing is written."""
    now = deps.now()
    return await deps.db.read(lambda: _preview(officer_of(deps, visitor, act=Act.MENU), data, now=now))


async def apply_menu(deps: Deps, visitor: Visitor, data: bytes) -> MenuPreview:
    """The days that the table names are said anew by its good lines; the same table twice changes nothing more."""
    now = deps.now()

    def unit() -> MenuPreview:
        officer = officer_of(deps, visitor, act=Act.MENU)
        found = _understood(officer, data, now=now)
        good = [one for one in found if not one.trouble]
        if not good:
            raise Refused(Reason.MALFORMED, "В таблице нет ни одной верной строки: меню осталось прежним.")
        menu.clear_days(officer.school, {one.day for one in good if one.day})
        for one in good:
            _write(officer, one, now=now)
        return _shown(data, found, written=True)

    return await deps.db.write(unit)


def _write(officer: Officer, one: Understood, *, now: datetime) -> None:
    assert one.day and one.meal and one.dish, "a good line is whole"
    before = menu.dishes(officer.school).get(one.dish.item)
    if before is None or before != one.dish:
        menu.put_dish(officer.school, _over(before, one.dish), by=officer.person, now=now)
    menu.add_line(officer.school, Line(day=one.day, meal=one.meal, item=one.dish.item), by=officer.person, now=now)
    unpriced = canteen.price_of(officer.school, one.dish.item, one.day) is None
    if one.kop is not None and unpriced and may(officer.role, Act.PRICES):
        since = today_at(officer, now)
        canteen.put_price(officer.school, one.dish.item, one.dish.title, since, one.kop, by=officer.person, now=now)


def _over(before: DishCard | None, dish: DishCard) -> DishCard:
    """An empty cell takes nothing away from what was said before."""
    if before is None:
        return dish
    return DishCard(
        item=dish.item,
        title=dish.title,
        category=before.category if dish.category is Category.OTHER else dish.category,
        portion=dish.portion or before.portion,
        composition=dish.composition or before.composition,
        allergens=before.allergens if dish.allergens is None else dish.allergens,
    )


def _preview(officer: Officer, data: bytes, *, now: datetime) -> MenuPreview:
    return _shown(data, _understood(officer, data, now=now), written=False)


def _shown(data: bytes, found: Sequence[Understood], *, written: bool) -> MenuPreview:
    good = [one for one in found if not one.trouble]
    return MenuPreview(
        rows=tuple(
            MenuRow(
                line=one.line, date=one.day, meal=one.meal.value if one.meal else "", title=one.title, price_kop=one.kop,
                trouble=one.trouble, note=one.note,
            )
            for one in found
        ),
        good=len(good),
        bad=len(found) - len(good),
        days=len({one.day for one in good}),
        text="" if written else _text(data),
        written=written,
    )  # fmt: skip


def _text(data: bytes) -> str:
    """As UTF-8, to be sent back by the form."""
    return "\n".join(";".join(_quoted(cell) for cell in cells) for _, cells in read_sheet(data).rows)


def _quoted(cell: str) -> str:
    flat = " ".join(cell.split()).replace('"', '""')
    return f'"{flat}"'


def _understood(officer: Officer, data: bytes, *, now: datetime) -> list[Understood]:
    if len(data) > MOST_BYTES:
        raise Refused(Reason.MALFORMED, "Файл больше 300 КБ: загрузите меню частями.")
    (_, head), *rest = read_sheet(data).rows
    places = _places(head)
    if len(rest) > MOST_ROWS:
        raise Refused(Reason.MALFORMED, f"За один раз — не больше {MOST_ROWS} строк.")
    today, seen = today_at(officer, now), set[tuple[date, Meal, str]]()
    found = []
    for number, cells in rest:
        one = _line(number, {name: cells[place] if place < len(cells) else "" for name, place in places.items()}, today)
        if one.dish and one.day and (item := item_named(officer.school, one.title, one.day)):
            one = replace(one, dish=replace(one.dish, item=item))
        if not one.trouble and one.day and one.meal and one.dish:
            key = (one.day, one.meal, one.dish.item)
            one = Understood(line=number, day=one.day, title=one.title, trouble="Эта строка уже была выше.") if key in seen else one
            seen.add(key)
        found.append(one if one.trouble else _priced(officer, one))
    return found


def _priced(officer: Officer, one: Understood) -> Understood:
    """A menu changes no price that holds."""
    assert one.day and one.dish, "a good line is whole"
    known = canteen.price_of(officer.school, one.dish.item, one.day)
    if one.kop is None or (known and known.kop == one.kop):
        return one
    if known:
        note = f"В ценах школы {shown(known.kop)}: меню цену не меняет, она на странице «Цены и долг»."
    elif may(officer.role, Act.PRICES):
        note = "Новая цена: будет записана с сегодняшнего дня."
    else:
        note = "Цены у блюда ещё нет: её назовёт администратор школы."
    return Understood(line=one.line, day=one.day, meal=one.meal, dish=one.dish, kop=one.kop, note=note, title=one.title)


def _places(head: Sequence[str]) -> Mapping[str, int]:
    cells = [" ".join(cell.lower().split()) for cell in head]
    places = {name: cells.index(title) for name, titles in COLUMNS.items() for title in titles if title in cells}
    missing = [COLUMNS[name][0] for name in NEEDED if name not in places]
    if missing:
        raise Refused(Reason.MALFORMED, f"В первой строке нет столбцов: {', '.join(missing)}.")
    return places


def _line(number: int, cells: Mapping[str, str], today: date) -> Understood:
    try:
        said = {name: plain(cell) for name, cell in cells.items()}
    except Wrong as error:
        return Understood(line=number, trouble=str(error))
    title, day = said["title"], _day(said["date"])
    meal, category = words.meal_of(said["meal"]), words.category_of(said.get("category", ""))
    # A lone dash is «nothing inside» here, and `plain` empties it.
    allergens, strange = words.allergens_of(cells.get("allergens", ""))
    kop = kopecks(said["price"].replace(" ", "").replace(",", ".")) if said.get("price") else None
    troubles = (
        (not 0 < len(title) <= LONGEST_TITLE, f"Название блюда — до {LONGEST_TITLE} знаков."),
        (day is None, "Дата — как 17.11.2026."),
        (day is not None and day < today, PAST),
        (meal is None, "Приём пищи — завтрак, обед, полдник или буфет."),
        (category is None, "Вид еды — из списка на странице меню."),
        (bool(strange), f"Не поняли в аллергенах: {', '.join(strange)[:80]}."),
        (len(said.get("portion", "")) > LONGEST_PORTION or len(said.get("composition", "")) > LONGEST_TEXT, "Порция или состав длинные."),
        (bool(said.get("price")) and (kop is None or not 0 < kop <= MOST_KOP), "Цена — в рублях, например 85 или 99,50."),
    )
    trouble = next((text for holds, text in troubles if holds), "")
    if trouble or category is None:
        return Understood(line=number, day=day, meal=meal, title=title[:LONGEST_TITLE], trouble=trouble)
    dish = DishCard(
        item=code_of(title), title=title, category=category, portion=said.get("portion", ""), composition=said.get("composition", ""),
        allergens=allergens,
    )  # fmt: skip
    return Understood(line=number, day=day, meal=meal, dish=dish, kop=kop, title=title)


def _day(text: str) -> date | None:
    found = _RUSSIAN.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        return None

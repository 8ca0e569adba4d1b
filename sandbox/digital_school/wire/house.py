"""The rest of the cabinet: meals, library, finance, announcements, whom to call."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, Final

from sandbox.derived.school_day import Row, meals, statement
from sandbox.digital_school.wire.texts import ZONE, day, known, moment, money
from sandbox.world.calendar import at_school
from sandbox.world.model import Person, School
from sandbox.world.town import Town

BOOKS: Final = (
    ("Дубровский", "А. С. Пушкин"), ("Тарас Бульба", "Н. В. Гоголь"), ("Дети капитана Гранта", "Ж. Верн"), ("Чук и Гек", "А. П. Гайдар"),
    ("Белый Клык", "Дж. Лондон"), ("Дерсу Узала", "В. К. Арсеньев"),
)  # fmt: skip
INFO: Final = (
    ("Потеряна карта", "администратор школы"), ("Не пришли деньги на лицевой счёт", "служба поддержки терминалов"),
    ("Неверная оценка", "учитель-предметник"), ("Питание и льготы", "тьютор класса"), ("Не получается войти", "администратор школы"),
)  # fmt: skip
NEWS: Final = (
    "Школьный этап олимпиады: списки у кабинета информатики",
    "Вакцинация против гриппа по согласиям родителей",
    "Изменился график столовой",
    "Приём макулатуры в пятницу",
    "Родительское собрание в актовом зале",
    "Выставка рисунков «Амур осенью»",
    "Проверка пропусков на входе",
    "Кружок робототехники набирает 5–7 классы",
)


def canteen(town: Town, pupil: Person, name: str, start: date, end: date) -> dict[str, Any]:
    found = meals(town, pupil, start, end)
    return {
        "month": name,
        "total": money(sum((it.price for it in found), Decimal())),
        "items": [
            {
                "id": it.id,
                "date": day(it.at.astimezone(ZONE).date()),
                "meal": it.title,
                "dishes": list(it.dishes),
                "price": money(it.price),
                "paid": "лицевой счёт",
            }
            for it in found
        ],
    }


def library(town: Town, pupil: Person) -> dict[str, Any]:
    """A book for each month that has begun; the last one is not returned yet."""
    rng, now = Random(f"{town.seed}:{pupil.id}:books"), town.now().astimezone(ZONE).date()  # noqa: S311 - a world, not a secret
    starts = [date(town.year[0].year, month, 5) for month in (9, 10, 11, 12)]
    starts += [date(town.year[1].year, month, 5) for month in (1, 2, 3, 4, 5)]
    taken = [start for start in starts if start <= now]
    items = []
    for place, start in enumerate(taken):
        title, author = rng.choice(BOOKS)
        back = start.replace(day=rng.randint(8, 20))
        returned = back if back <= now and place < len(taken) - 1 else None
        items.append(
            {
                "id": pupil.number * 100 + place,
                "title": title,
                "author": author,
                "taken": day(start),
                "until": day(start.replace(day=19)),
                "returned": known(day(returned) if returned else None),
            }
        )
    return {"items": items}


def money_rows(town: Town, pupil: Person) -> list[Row]:
    """The tutor debits the class's meals, a teacher the paid lesson of each month; only what the account has is debited."""
    debits = [(it.id, it.at, it.price, "Питание (тьютор)") for it in meals(town, pupil, *town.year)]
    school, now = town.schools[pupil.school or ""], town.now()
    for month in (9, 10, 11, 12, 1, 2, 3, 4, 5):
        at = at_school(school, date(town.year[0 if month >= 9 else 1].year, month, 12), 16)
        if at <= now:
            debits.append((pupil.number * 10_000 + 9_900 + month, at, Decimal("450.00"), "Платная услуга (педагог)"))
    debits.sort(key=lambda debit: (debit[1], debit[0]))
    return statement(debits, top_up=Decimal("1500.00"), text="Пополнение (терминал)")


def money_row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": moment(row.at),
        "amount": money(row.amount),
        "before": money(row.before),
        "after": money(row.after),
        "text": row.text,
    }


def news(town: Town, school: School) -> list[dict[str, Any]]:
    """Two announcements a month up to now, newest first."""
    now, found = town.now(), list[dict[str, Any]]()
    months = [(town.year[0].year, month) for month in (9, 10, 11, 12)] + [(town.year[1].year, month) for month in (1, 2, 3, 4, 5)]
    for place, (year, month, number) in enumerate((year, month, number) for year, month in months for number in (3, 16)):
        at = at_school(school, date(year, month, number), 10)
        if at <= now:
            found.append({"id": school.number * 1000 + place, "at": moment(at), "text": NEWS[place % len(NEWS)]})
    return found[::-1]


def info() -> dict[str, Any]:
    return {"items": [{"question": question, "contact": contact} for question, contact in INFO]}

"""Everything in the cabinet that is not the diary: gate, meals, the card, the SMS account, services, the wall."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from sandbox.derived.school_day import Row, meals, passes, statement
from sandbox.iv_edu.wire.times import ZONE, bounds, clock, moment, money
from sandbox.world.calendar import at_school
from sandbox.world.model import Person, School
from sandbox.world.town import Town

SERVICES: Final = {"sms_gate": ("СМС проходная", Decimal("0.50")), "sms_meals": ("СМС питание", Decimal("2.00"))}
SMS_TEXT: Final = {"sms_gate": "Оплата услуги (СМС проходная)", "sms_meals": "Оплата услуги (СМС питание)"}
WALL: Final = (
    (9, 2, "Горячее питание", "С понедельника действует новое меню. Оно висит у столовой."),
    (9, 18, "Родительское собрание", "Собрание в четверг в 18:00, кабинет сообщит классный руководитель."),
    (10, 12, "Сбор макулатуры", "Макулатуру принимаем у запасного выхода с 8:00 до 8:30."),
    (11, 16, "Фотографирование классов", "В пятницу фотографируем классы. Форма парадная, начало после второго урока."),
    (12, 14, "Новогодние праздники", "Расписание праздников висит у входа. Костюмы по желанию."),
    (2, 8, "Карантин снят", "С понедельника занятия идут по обычному расписанию."),
    (4, 12, "Субботник", "Субботник в пятницу после четвёртого урока, перчатки с собой."),
    (5, 17, "Сдача учебников", "Учебники сдаём в библиотеку до 27 мая."),
)


def me(town: Town, pupil: Person) -> dict[str, Any]:
    school, own = town.schools[pupil.school or ""], town.classes[pupil.class_id or ""]
    return {
        "snils": pupil.snils,
        "student_id": pupil.accounts["iv-edu"]["student_id"],
        "class": own.name,
        "parallel": own.parallel,
        "school": {**_school(school), "utc_offset": "+03:00"},
        "year": f"{town.year[0].year}/{town.year[1].year}",
        "today": town.now().astimezone(ZONE).date().isoformat(),
    }


def _school(it: School) -> dict[str, str]:
    return {"name": it.short_name, "legal_name": it.legal_name, "inn": it.inn, "ogrn": it.ogrn}


def gate(town: Town, pupil: Person, day: date) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "items": [{"id": it.id, "time": clock(it.at), "direction": it.direction} for it in passes(town, pupil, day, day)],
    }


def canteen(town: Town, pupil: Person, name: str, start: date, end: date) -> dict[str, Any]:
    found = meals(town, pupil, start, end)
    return {
        "month": name,
        "total": money(sum((it.price for it in found), Decimal())),
        "items": [
            {"id": it.id, "at": moment(it.at), "price": money(it.price), "content": f"{it.title.capitalize()}: {', '.join(it.dishes)}"}
            for it in found
        ],
    }


# The meal card
def card_rows(town: Town, pupil: Person) -> list[Row]:
    debits = [(it.id, it.at, it.price, "Питание") for it in meals(town, pupil, *bounds(town))]
    return statement(debits, top_up=Decimal("500.00"), text="Пополнение картой")


def card_detail(rows: list[Row], name: str, start: date, end: date) -> dict[str, Any]:
    own = _between(rows, start, end)
    before = [row for row in rows if _day(row) < start]
    opening = own[0].before if own else before[-1].after if before else Decimal()
    return {
        "month": name,
        "opening": money(opening),
        "closing": money(own[-1].after if own else opening),
        "items": [
            {
                "id": row.id,
                "at": moment(row.at),
                "kind": "credit" if row.amount > 0 else "debit",
                "amount": money(abs(row.amount)),
                "text": row.text,
            }
            for row in own
        ],
    }


# The SMS account
def sms_rows(town: Town, pupil: Person) -> list[Row]:
    """A message for each pass and each meal; another balance than the card's."""
    debits = [(it.id, it.at, SERVICES["sms_gate"][1], SMS_TEXT["sms_gate"]) for it in passes(town, pupil, *bounds(town))]
    debits += [(it.id, it.at, SERVICES["sms_meals"][1], SMS_TEXT["sms_meals"]) for it in meals(town, pupil, *bounds(town))]
    return statement(sorted(debits, key=lambda debit: (debit[1], debit[0])), top_up=Decimal("100.00"), text="Пополнение (МТС)")


def sms_ops(rows: list[Row], name: str, start: date, end: date) -> dict[str, Any]:
    return {
        "month": name,
        "items": [
            {
                "date": f"{_day(row):%d.%m.%y}",
                "amount": money(row.amount),
                "opening": money(row.before),
                "closing": money(row.after),
                "type": row.text,
            }
            for row in _between(rows, start, end)
        ],
    }


def _day(row: Row) -> date:
    return row.at.astimezone(ZONE).date()


def _between(rows: list[Row], start: date, end: date) -> list[Row]:
    return [row for row in rows if start <= _day(row) <= end]


def service(key: str, on: bool) -> dict[str, Any]:
    title, price = SERVICES[key]
    return {"id": key, "title": title, "price": money(price), "on": on}


def wall(town: Town, school: School) -> list[dict[str, Any]]:
    """The school's announcements up to now, newest first."""
    found = []
    for place, (month, number, title, text) in enumerate(WALL, 1):
        at = at_school(school, date(town.year[0 if month >= 9 else 1].year, month, number), 10)
        if at <= town.now():
            found.append({"id": school.number * 1000 + place, "published_at": moment(at), "title": title, "text": text})
    return found[::-1]

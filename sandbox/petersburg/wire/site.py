"""The turnstile, the meal accounts behind `/fps`, announcements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from sandbox.derived.school_day import meals, passes, statement
from sandbox.petersburg.wire.answers import moment
from sandbox.petersburg.wire.people import education_id
from sandbox.world.calendar import at_school
from sandbox.world.model import Person, School
from sandbox.world.town import Town

DIRECTIONS: Final = {"in": "input", "out": "output"}
NEWS: Final = (
    (9, 2, "Сменная обувь", "<p>С понедельника без сменной обуви в школу не пускают.</p>"),
    (10, 5, "День учителя", "<p>Концерт в пятницу, <b>уроки сокращённые</b>.</p>"),
    (11, 12, "Каток", "<p>Запись на каток у дежурного учителя.</p>"),
    (1, 27, "День снятия блокады", "<p>Торжественная линейка в 9:00.</p>"),
    (4, 20, "Пробный экзамен", "<p>Расписание пробных экзаменов в библиотеке.</p>"),
)


def gate(town: Town, pupil: Person) -> list[dict[str, Any]]:
    """Newest first."""
    found = passes(town, pupil, *town.year)[::-1]
    return [{"identity": {"id": it.id}, "direction": DIRECTIONS[it.direction], "datetime": moment(it.at)} for it in found]


def accounts(town: Town, pupil: Person) -> list[dict[str, str]]:
    debits = [(it.id, it.at, it.price, "Питание") for it in meals(town, pupil, *town.year)]
    rows = statement(debits, top_up=Decimal("1000.00"), text="Пополнение")
    balance = rows[-1].after if rows else Decimal()
    name = f"{pupil.last_name} {pupil.first_name[:1]}."
    return [
        {"id": f"{education_id(pupil)}1", "accounttypename": "Горячее питание", "sum": f"{balance:.2f}", "customer_name": name},
        {"id": f"{education_id(pupil)}2", "accounttypename": "Буфет", "sum": "0.00", "customer_name": name},
    ]


def announcements(town: Town, school: School) -> list[dict[str, Any]]:
    found = []
    for place, (month, number, title, text) in enumerate(NEWS, 1):
        at = at_school(school, date(town.year[0 if month >= 9 else 1].year, month, number), 11)
        if at <= town.now():
            found.append(
                {"identity": {"id": 5_000 + place}, "title": title, "content": text, "datetime": moment(at), "author": "Администрация"}
            )
    return found[::-1]

"""The rest of the app: events and news, library, links, achievements, the certificate of additional education."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sandbox.ruobr.wire.answers import moment
from sandbox.world.calendar import at_school
from sandbox.world.model import Person, School
from sandbox.world.town import Town

NEWS: Final = (
    (9, 1, "День знаний", "Линейка начнётся в 9:00 на школьном дворе."),
    (10, 5, "День учителя", "Концерт в актовом зале после четвёртого урока."),
    (11, 10, "Неделя математики", "Олимпиады и викторины всю неделю, призы у завуча."),
    (12, 8, "Мороз", "При температуре ниже −30 младшие классы учатся дома."),
    (2, 20, "Смотр строя", "Парадная форма, начало в 12:00."),
    (5, 12, "Последние контрольные", "График висит у входа."),
)


def _published(town: Town, school: School) -> list[tuple[int, datetime, str, str]]:
    """Newest first, up to now."""
    found = []
    for place, (month, number, title, text) in enumerate(NEWS, 1):
        at = at_school(school, date(town.year[0 if month >= 9 else 1].year, month, number), 15, 50)
        if at <= town.now():
            found.append((100_000 + school.number * 100 + place, at, title, text))
    return found[::-1]


def events(town: Town, pupil: Person) -> dict[str, Any]:
    found = _published(town, town.schools[pupil.school or ""])
    return {
        "success": True,
        "events": [
            {"id": number, "date": moment(at), "title": title, "text": f"<p>{text}</p>", "author": "Администрация школы"}
            for number, at, title, text in found
        ],
    }


def older_news(town: Town, schools: list[School]) -> list[dict[str, Any]]:
    return [
        {
            "id": number,
            "title": title,
            "clean_text": text,
            "author": "Администрация школы",
            "school_name": school.short_name,
            "school_id": school.number,
            "text": f"<p>{text}</p>",
            "date": moment(at)[:10],
            "pub_date": moment(at),
        }
        for school in schools
        for number, at, title, text in _published(town, school)
    ]


def books(town: Town, pupil: Person) -> list[dict[str, Any]]:
    taken = date(town.year[0].year, 9, 4)
    return [
        {"id": pupil.number * 10 + place, "title": title, "author": author, "date_issue": taken.isoformat(), "date_return": None}
        for place, (title, author) in enumerate((("Сказка о царе Салтане", "А. С. Пушкин"), ("Лесная газета", "В. В. Бианки")))
    ]


def links() -> list[dict[str, str]]:
    return [
        {"name": "Навигатор дополнительного образования", "url": "https://navigator.town.example"},
        {"name": "Телефон доверия", "url": "https://help.town.example"},
    ]


def achievements(pupil: Person) -> dict[str, Any]:
    return {
        "do_direction": [
            {"direction_str": "Художественное", "cnt": 1, "percent_int": 50, "do_list": [{"name": "Студия «Палитра»"}]},
            {"direction_str": "Спортивное", "cnt": 1, "percent_int": 50, "do_list": [{"name": "Секция лыж"}]},
        ],
        "project_list": [],
        "gto_id": f"26-42-{pupil.number:07d}",
    }


def certificate(pupil: Person) -> dict[str, Any]:
    return {
        "number_cert": f"42{pupil.number:08d}",
        "rmc_nominal": "12500,00",
        "balance": "8400,00",
        "balance_start": "12500,00",
        "cert_group_name": "Дети от 5 до 18 лет",
        "cert_territory": "Кемерово",
        "petition_good": [
            {
                "program_name_short": "Палитра",
                "program_school": "Дом творчества",
                "sum": "4100,00",
                "fund_str": "Сертификат ПФ",
                "status": 1,
            }
        ],
        "petition_bad": [],
    }

"""The schools of the town's country: twelve, one for each diary, from Kaliningrad to Khabarovsk."""

from __future__ import annotations

from datetime import time
from random import Random
from typing import Any

from sandbox.world.model import School
from sandbox.world.numbers import company_inn, ogrn, token

# key, diary, region, region code, city, zone, form of the legal name, type and number, street, head
ROWS: tuple[tuple[str, str, str, str, str, str, str, str, str, str], ...] = (
    ("orn", "dnevnik", "Оренбургская область", "56", "Оренбург", "Asia/Yekaterinburg", "МОАУ", "«Средняя общеобразовательная школа № 71»",
     "ул. Степная, д. 12", "Ерёмина Ольга Львовна"),
    ("msk", "mes", "Москва", "77", "Москва", "Europe/Moscow", "ГБОУ города Москвы", "«Школа № 1937 имени С. В. Ковалевской»",
     "Тихая ул., д. 4, корп. 2", "Лапшин Андрей Ильич"),
    ("mo", "mes-mo", "Московская область", "50", "Химки", "Europe/Moscow", "МБОУ", "«Лицей № 31 „Речной“»",
     "ул. Заречная, д. 7", "Юдина Марина Олеговна"),
    ("nn", "eljur", "Нижегородская область", "52", "Нижний Новгород", "Europe/Moscow", "МАОУ",
     "«Школа № 188 с углублённым изучением отдельных предметов»",
     "ул. Ярмарочная, д. 19", "Шубина Елена Павловна"),
    ("kry", "kiasuo", "Красноярский край", "24", "Красноярск", "Asia/Krasnoyarsk", "МБОУ", "«Средняя школа № 167»",
     "ул. Енисейская, д. 33", "Дёмин Олег Романович"),
    ("spb", "petersburg", "Санкт-Петербург", "78", "Санкт-Петербург", "Europe/Moscow", "ГБОУ",
     "гимназия № 649 Приморского района Санкт-Петербурга", "Лахтинский пр., д. 85, лит. А", "Абрамова Вера Карловна"),
    ("kem", "ruobr", "Кемеровская область — Кузбасс", "42", "Кемерово", "Asia/Novokuznetsk", "МБОУ",
     "«Основная общеобразовательная школа № 104»",
     "ул. Шахтёрская, д. 2", "Пахомов Сергей Ильич"),
    ("sam", "netschool", "Самарская область", "63", "Самара", "Europe/Samara", "МБОУ",
     "«Школа № 211 имени лётчика А. П. Смирнова» городского округа Самара",
     "ул. Волжская, д. 56", "Никитина Анна Юрьевна"),
    ("khv", "digital-school", "Хабаровский край", "27", "Хабаровск", "Asia/Vladivostok", "МБОУ",
     "гимназия № 15 имени адмирала Г. И. Невельского",
     "Амурский бульвар, д. 41", "Ли Виктория Сергеевна"),
    ("ivn", "iv-edu", "Ивановская область", "37", "Иваново", "Europe/Moscow", "МКОУ", "«Малиновская основная школа № 9»",
     "ул. Ткачей, д. 3", "Орехова Галина Ивановна"),
    ("yar", "epgu", "Ярославская область", "76", "Ярославль", "Europe/Moscow", "МОУ", "«Средняя школа № 96»",
     "Которосльная наб., д. 20", "Белкин Пётр Андреевич"),
    ("kgd", "fgis", "Калининградская область", "39", "Калининград", "Europe/Kaliningrad", "МАОУ", "города Калининграда лицей № 64",
     "ул. Янтарная, д. 8", "Крюкова Инна Борисовна"),
)  # fmt: skip

FORMS = {
    "МОАУ": "Муниципальное общеобразовательное автономное учреждение",
    "МБОУ": "Муниципальное бюджетное общеобразовательное учреждение",
    "МАОУ": "Муниципальное автономное общеобразовательное учреждение",
    "МКОУ": "Муниципальное казённое общеобразовательное учреждение",
    "МОУ": "Муниципальное общеобразовательное учреждение",
    "ГБОУ": "Государственное бюджетное общеобразовательное учреждение",
    "ГБОУ города Москвы": "Государственное бюджетное общеобразовательное учреждение города Москвы",
}
SPECIAL: dict[str, dict[str, Any]] = {
    "mo": {"period_kind": "trimester"},
    "spb": {"days_a_week": 6, "first_bell": time(9, 0)},
    "sam": {"whole_marks": True, "first_bell": time(8, 0)},
    "ivn": {"lesson_minutes": 40},
    "kem": {"lesson_minutes": 40, "first_bell": time(8, 0)},
    "kry": {"first_bell": time(8, 0)},
}
WITH_CHATS = ("orn", "kry")


def schools(rng: Random) -> dict[str, School]:
    """All schools by id, in the order of their diaries."""
    found = {}
    for number, row in enumerate(ROWS, 1):
        key, diary, region, code, city, zone, form, name, street, head = row
        found[key] = School(
            id=key,
            legal_name=f"{FORMS[form]} {name}".upper() if key == "kem" else f"{FORMS[form]} {name}",
            short_name=f"{form.partition(' ')[0]} {name}",
            inn=company_inn(f"{code}99{number:05d}"),
            ogrn=ogrn(f"102{code}99{number:05d}"),
            tz=zone,
            region=region,
            region_code=code,
            city=city,
            address=f"{region if region == city else f'{region}, г. {city}'}, {street}",
            phone=f"+7495000{number:04d}",
            email=f"school-{key}@town.example",
            head=head,
            diaries=(diary,),
            number=number,
            **SPECIAL.get(key, {}),
        )
        found[key].accounts = _chat_accounts(rng, number) if key in WITH_CHATS else {}
    return found


def _chat_accounts(rng: Random, number: int) -> dict[str, dict[str, Any]]:
    return {
        "vkapi": {"group_id": 220_000_000 + number, "token": f"vk1.g.{token(rng, 48)}"},
        "max": {"bot_id": 50_000_000 + number, "token": token(rng, 48), "chat_id": -70_000_000_000 - number},
    }

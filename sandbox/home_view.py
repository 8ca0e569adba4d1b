"""What the home page shows, gathered from the sandbox's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from sandbox.recorder import Record
from sandbox.system import Sandbox, System
from sandbox.world.model import Person, School
from sandbox.world.town import Town

TITLES = {
    "dnevnik": "Дневник.ру", "mes": "МЭШ (Москва)", "mes-mo": "Школьный портал Подмосковья", "eljur": "ЭлЖур", "kiasuo": "КИАСУО",
    "petersburg": "Петербургское образование", "ruobr": "Электронная школа (Кузбасс)", "netschool": "Сетевой город",
    "epgu": "Госуслуги: успеваемость", "fgis": "Федеральное расписание", "digital-school": "Цифровая школа", "iv-edu": "Кабинет iv-edu.ru",
    "vkapi": "VK API", "max": "MAX", "op": "Единый вход (OpenID)",
}  # fmt: skip
LEVELS = {"simplified": "упрощённая", "standard": "стандартная", "confirmed": "подтверждённая"}
ROLES = {"parent": "родитель", "pupil": "ученик", "teacher": "учитель", "school_admin": "администратор школы"}
FAULT_NAMES = {
    "latency": "отвечает медленно, с", "status": "отвечает статусом", "drop": "обрывает связь", "html": "отдаёт HTML вместо данных",
    "garbage": "отдаёт мусор", "rate_limit": "просит подождать, с", "auth_expired": "просит войти заново", "drift": "меняет формат",
    "late_answer": "делает сразу, отвечает потом, с", "error": "своя ошибка системы, код",
}  # fmt: skip
QUICK_FAULTS = (("drop", "", "Обрыв"), ("status", "503", "503"), ("latency", "3", "Медленно"), ("auth_expired", "", "Войти заново"),
                ("rate_limit", "30", "Лимит"), ("drift", "", "Новый формат"))  # fmt: skip
SECRET_ORDER = ("login", "snils", "account", "auth_code", "password", "school", "vendor", "devkey", "token", "refresh_token")
REQUESTS_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way to sign in: where, how it stands, and what to type."""

    system: str
    hint: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    person: Person
    role: str
    born: str
    school: str
    doors: tuple[Door, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One household: adults first."""

    title: str
    note: str
    faces: tuple[Face, ...]
    colour: int
    plain: bool


def doors(person: Person) -> tuple[Door, ...]:
    """Gosuslugi first, then VK, then the diaries; pupils' bare ids are no doors."""
    found = []
    if person.esia is not None:
        hint = "детская" if person.esia.is_child else LEVELS[person.esia.level]
        found.append(Door(system="Госуслуги", hint=hint, fields=(("логин", person.esia.login), ("пароль", person.esia.password))))
    if person.vkid is not None:
        found.append(Door(system="VK ID", hint="", fields=(("логин", str(person.vkid["login"])), ("пароль", str(person.vkid["password"])))))
    for system, account in person.accounts.items():
        fields = tuple((FIELD_NAMES.get(name, name), str(account[name])) for name in SECRET_ORDER if account.get(name))
        if fields:
            found.append(Door(system=TITLES.get(system, system), hint="", fields=fields))
    return tuple(found)


FIELD_NAMES = {
    "login": "логин",
    "password": "пароль",
    "snils": "СНИЛС",
    "account": "счёт",
    "auth_code": "код",
    "school": "школа",
    "token": "токен",
}


def face(town: Town, person: Person) -> Face:
    school_class = town.class_of(person.id)
    place = ""
    if person.school is not None:
        place = town.schools[person.school].city + (f", {school_class.name}" if school_class else "")
    return Face(
        person=person,
        role=ROLES[person.role],
        born=format_date(person.birth_date, "d MMMM y", locale="ru"),
        school=place,
        doors=doors(person),
    )


def homes(town: Town) -> list[Home]:
    """Households by their children; people without children and school staff are not here."""
    seen: set[str] = set()
    found: list[Home] = []
    for person in town.people.values():
        if person.id in seen or person.role == "pupil" or not (person.children or person.cares_for):
            continue
        children = person.children or person.cares_for
        adults = list({adult.id: adult for child in children for adult in town.guardians_of(child)}.values())
        faces = [*adults, *(town.people[child] for child in children)]
        seen.update(item.id for item in faces)
        found.append(
            Home(
                title=adults[0].last_name,
                note="; ".join(dict.fromkeys(item.note for item in faces if item.note)),
                faces=tuple(face(town, item) for item in faces),
                colour=len(found) % 6,
                plain=all(item.esia is None and not item.note for item in faces),
            )
        )
    return found


def school_rows(town: Town, now: datetime) -> list[dict[str, Any]]:
    def row(school: School) -> dict[str, Any]:
        classes = [item for item in town.classes.values() if item.school == school.id]
        return {
            "school": school,
            "time": now.astimezone(ZoneInfo(school.tz)).strftime("%H:%M"),
            "diary": ", ".join(TITLES.get(system, system) for system in school.diaries),
            "classes": [(item.name, len(item.pupils)) for item in classes],
            "height": 34 + 6 * min(3, len(classes)) + school.number % 3,
        }

    return [row(school) for school in town.schools.values()]


def staff(town: Town) -> list[Face]:
    """Teachers and administrators who can sign in somewhere."""
    return [
        face(town, item) for item in town.people.values() if item.role in ("teacher", "school_admin") and doors(item) and not item.children
    ]


def tone(name: str, verdict: Any) -> str:
    """Good, bad, or a plain remark."""
    if verdict in ("ok", True):
        return "ok"
    return "no" if name == "error" or verdict in ("bad", "absent", "wrong", "expired", False) else "plain"


def request_rows(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The latest first."""

    def row(record: Record) -> dict[str, Any]:
        bad = record.status is None or record.status >= 400
        return {
            "time": record.time.strftime("%H:%M:%S"),
            "system": record.system,
            "method": record.method,
            "path": record.path,
            "status": record.status if record.status is not None else "нет ответа",
            "state": "bad" if bad else "good",
            "verdicts": [(name, verdict, tone(name, verdict)) for name, verdict in sorted(record.verdicts.items())],
            "faults": [FAULT_NAMES[kind].partition(",")[0] for kind in record.faults],
            "ms": record.duration_ms,
        }

    return [row(record) for record in sandbox.recorder.all()[: -REQUESTS_SHOWN - 1 : -1]]


def system_rows(sandbox: Sandbox, systems: Mapping[str, System]) -> list[dict[str, Any]]:
    """Each system by its main prefix, with the faults in force."""
    names = [prefix for prefix in systems if not prefix.endswith(("-login", "-auth")) or prefix.rpartition("-")[0] not in systems]
    owners = [systems[prefix].id for prefix in names]

    def title(prefix: str) -> str:
        """One folder may play two systems, as МЭШ does: then each by its own name."""
        found = systems[prefix]
        return TITLES.get(prefix, found.title) if owners.count(found.id) > 1 else found.title

    return [
        {"prefix": prefix, "title": title(prefix), "faults": [fault for fault in sandbox.faults.all() if prefix in fault.systems]}
        for prefix in names
    ]


def page(sandbox: Sandbox, systems: Mapping[str, System]) -> dict[str, Any]:
    """Everything that the template asks for."""
    town, now = sandbox.town, sandbox.clock.now()
    moscow = now.astimezone(ZoneInfo("Europe/Moscow"))
    households = homes(town)
    monday, saturday = town.week()
    return {
        "homes": [item for item in households if not item.plain],
        "plain_count": sum(item.plain for item in households),
        "schools": school_rows(town, now),
        "staff": staff(town),
        "systems": system_rows(sandbox, systems),
        "requests": request_rows(sandbox),
        "now": format_datetime(moscow, "EEEE, d MMMM y, HH:mm:ss", locale="ru"),
        "now_field": moscow.strftime("%Y-%m-%dT%H:%M"),
        "is_real": abs(sandbox.clock.offset_s) < 1,
        "year": f"{town.year[0].year}/{town.year[1].year}",
        "first_september": f"{town.year[0].year}-09-01T09:00",
        "week": f"{format_date(monday, 'd MMMM', locale='ru')} — {format_date(saturday, 'd MMMM', locale='ru')}",
        "seed": town.seed,
        "fault_names": FAULT_NAMES,
        "quick_faults": QUICK_FAULTS,
    }

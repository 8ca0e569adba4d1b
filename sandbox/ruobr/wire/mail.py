"""Mail: letters of the class teacher, and HTML letters of the system that cannot be opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sandbox.ruobr.state import State
from sandbox.ruobr.wire.answers import moment
from sandbox.ruobr.wire.people import full_name, staff_id, user_id
from sandbox.world.calendar import at_school
from sandbox.world.model import Person
from sandbox.world.town import Town

TEXT_LETTER, HTML_LETTER, SYSTEM_AUTHOR = 1, 2, -1
LETTERS: Final = (
    (9, 3, TEXT_LETTER, "Начало года", "Уважаемые родители! Проверьте, пожалуйста, телефоны для связи и сменную обувь."),
    (9, 21, HTML_LETTER, "Новое в приложении", "<p>В приложении появилось <b>меню столовой</b>.</p>"),
    (10, 14, TEXT_LETTER, "Собрание", "Собрание в четверг в 18:30, кабинет 101. Вопросы можно прислать заранее."),
    (11, 12, TEXT_LETTER, "Экскурсия", "В субботу едем в музей «Красная горка». Сбор у школы в 9:40, возвращение к 14 часам."),
    (11, 18, HTML_LETTER, "Технические работы", "<p>В ночь на субботу приложение <i>может не отвечать</i>.</p>"),
    (12, 20, TEXT_LETTER, "Ёлка", "Праздник в классе 28 декабря после третьего урока."),
    (2, 10, TEXT_LETTER, "Лыжи", "На физкультуру со среды приносим лыжи."),
    (4, 15, TEXT_LETTER, "Итоговые работы", "Итоговые работы пишем по графику, он в дневнике."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    id: int
    type_id: int
    subject: str
    text: str
    at: datetime
    author: str
    author_id: int


def letters(town: Town, who: Person, children: list[Person]) -> list[Letter]:
    """What came up to now, newest first; an account without children has only the system's letters."""
    teacher = town.people.get(town.classes[children[0].class_id or ""].teacher) if children else None
    school = town.schools["kem"] if not children else town.schools[children[0].school or ""]
    found = []
    for place, (month, number, type_id, subject, text) in enumerate(LETTERS):
        at = at_school(school, date(town.year[0 if month >= 9 else 1].year, month, number), 12, 40)
        is_system = type_id == HTML_LETTER
        if at > town.now() or (teacher is None and not is_system):
            continue
        author = "Электронная школа 2.0" if is_system or teacher is None else full_name(teacher)
        author_id = SYSTEM_AUTHOR if is_system or teacher is None else user_id(teacher)
        found.append(
            Letter(id=who.number * 100 + place, type_id=type_id, subject=subject, text=text, at=at, author=author, author_id=author_id)
        )
    return found[::-1]


def plain(text: str) -> str:
    """The text without its tags."""
    out, inside = "", False
    for letter in text:
        if letter in "<>":
            inside = letter == "<"
        elif not inside:
            out += letter
    return out


def row(state: State, who: Person, it: Letter) -> dict[str, Any]:
    return {
        "id": it.id,
        "type_id": it.type_id,
        "subject": it.subject,
        "author": it.author,
        "author_id": it.author_id,
        "post_date": moment(it.at),
        "last_msg_text": it.text,
        "clean_text": plain(it.text),
        "read": int(state.is_read(who.id, it.id)),
    }


def older_row(state: State, who: Person, it: Letter) -> dict[str, Any]:
    found = row(state, who, it)
    kept = {key: found[key] for key in ("id", "post_date", "author", "clean_text", "subject")}
    return kept | {"read": bool(found["read"]), "text": it.text}


def opened(it: Letter) -> dict[str, Any]:
    one = {
        "id": it.id * 10,
        "author": it.author,
        "author_id": it.author_id,
        "post_date": moment(it.at),
        "text": it.text,
        "clean_text": it.text,
    }
    return {"id": it.id, "type_id": it.type_id, "subject": it.subject, "author": it.author, "author_id": it.author_id, "messages": [one]}


def recipients(town: Town, children: list[Person]) -> list[dict[str, Any]]:
    schools = {pupil.school for pupil in children}
    staff = [who for who in town.people.values() if who.role == "teacher" and who.school in schools]
    return [{"id": user_id(who), "staff_id": staff_id(who), "name": full_name(who), "post": "Учитель"} for who in staff]

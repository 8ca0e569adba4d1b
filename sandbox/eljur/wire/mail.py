"""Messages, of which reading one marks it read, and the school's board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sandbox.eljur.state import State
from sandbox.eljur.wire.answers import moment
from sandbox.eljur.wire.people import short
from sandbox.world.calendar import at_school
from sandbox.world.model import Person, School
from sandbox.world.town import Town

LETTERS: Final = (
    (9, 7, "Документы", "Принесите, пожалуйста, копию полиса."),
    (10, 12, "Экскурсия", "Едем 17 октября, сбор у школы в 9:00."),
    (11, 16, "Собрание", "Собрание в четверг в 18:30."),
    (2, 8, "Медосмотр", "Медосмотр во вторник, форма у медсестры."),
)
BOARD: Final = (
    (9, 1, "День знаний", "Линейка в 9:00."),
    (11, 10, "Неделя физики", "Расписание у кабинета 215."),
    (3, 1, "Масленица", "Ярмарка во дворе."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    id: int
    subject: str
    text: str
    author: Person
    to: tuple[Person, ...]
    at: datetime


def _when(town: Town, school: School, month: int, number: int) -> datetime:
    return at_school(school, date(town.year[0 if month >= 9 else 1].year, month, number), 13, 20)


def inbox(town: Town, who: Person, child: Person | None) -> list[Letter]:
    """Newest first, up to now."""
    if child is None:
        return []
    school, teacher = town.schools[child.school or ""], town.people[town.classes[child.class_id or ""].teacher]
    found = [
        Letter(id=who.number * 100 + place, subject=subject, text=text, author=teacher, to=(who,), at=_when(town, school, month, number))
        for place, (month, number, subject, text) in enumerate(LETTERS, 1)
    ]
    return [it for it in found if it.at <= town.now()][::-1]


def outbox(town: Town, state: State, who: Person) -> list[Letter]:
    own = [it for it in state.sent if it.author == who.id]
    return [
        Letter(id=it.id, subject=it.subject, text=it.text, author=who, to=tuple(town.people[key] for key in it.to), at=it.at)
        for it in own[::-1]
    ]


def _people(town: Town, keys: tuple[str, ...]) -> tuple[Person, ...]:
    return tuple(town.people[key] for key in keys)


def preview(state: State, who: Person, it: Letter) -> dict[str, Any]:
    return {
        "id": str(it.id),
        "date": moment(it.at),
        "subject": it.subject,
        "short_text": it.text[:80],
        "unread": it.author.id != who.id and not state.is_read(who.id, it.id),
        "user_from": short(it.author),
        "with_files": False,
        "with_resources": False,
    }


def opened(it: Letter) -> dict[str, Any]:
    return {
        "id": str(it.id),
        "date": moment(it.at),
        "subject": it.subject,
        "short_text": it.text[:80],
        "text": it.text,
        "user_from": short(it.author),
        "user_to": [short(who) for who in it.to],
        "files": [],
    }


def board(town: Town, school: School) -> list[dict[str, Any]]:
    author = next(who for who in town.people.values() if who.school == school.id and who.role == "teacher")
    found = []
    for place, (month, number, subject, text) in enumerate(BOARD, 1):
        at = _when(town, school, month, number)
        if at <= town.now():
            found.append(
                {
                    "id": str(7_000 + place),
                    "date": at.date().isoformat(),
                    "date_actual_before": town.year[1].isoformat(),
                    "subject": subject,
                    "short_text": text,
                    "text": text,
                    "unread": False,
                    "user_from": short(author),
                    "user_from_string": author.last_name,
                    "users_to": "",
                    "with_files": False,
                    "with_resources": False,
                    "files": [],
                }
            )
    return found[::-1]

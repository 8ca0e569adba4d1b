"""Mail boxes: letters of the class teacher, what the family sent, and what was moved to another folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sandbox.world.calendar import at_school
from sandbox.world.model import Person
from sandbox.world.town import Town

LETTERS: Final = (
    (9, 4, "Начало года", "<p>Проверьте, пожалуйста, телефоны для связи.</p>"),
    (9, 25, "Собрание", "<p>Собрание <b>30 сентября</b> в 18:00, кабинет 211.</p>"),
    (10, 19, "Итоги четверти", "<p>Оценки за четверть выставим 23 октября.</p>"),
    (11, 13, "Поездка", "<p>В субботу едем в музей. Ответьте, пожалуйста, кто едет.</p>"),
    (12, 18, "Каникулы", "<p>Расписание каникул в объявлениях.</p>"),
    (3, 12, "Олимпиада", "<p>Поздравляем призёров!</p>"),
)


@dataclass(slots=True, kw_only=True)
class Letter:
    id: int
    subject: str
    text: str
    author: Person
    to_names: str
    sent: datetime
    folder: str = "Inbox"
    was_in: str = "Inbox"
    is_read: bool = False


@dataclass(slots=True, kw_only=True)
class Mailbox:
    letters: dict[int, Letter] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)


class Mailboxes:
    """One a person; letters of the school appear as their time comes."""

    def __init__(self) -> None:
        self._boxes: dict[str, Mailbox] = {}
        self._last = 900_000

    def reset(self) -> None:
        self._boxes.clear()
        self._last = 900_000

    def of(self, town: Town, who: Person, child: Person | None) -> dict[int, Letter]:
        box = self._boxes.setdefault(who.id, Mailbox())
        if child is not None and child.class_id is not None:
            teacher, school = town.people[town.classes[child.class_id].teacher], town.schools[child.school or ""]
            for place, (month, number, subject, text) in enumerate(LETTERS):
                key = who.number * 100 + place
                sent = at_school(school, date(town.year[0 if month >= 9 else 1].year, month, number), 14, 51).replace(second=34)
                if key not in box.seen and sent <= town.now():
                    box.seen.add(key)
                    name = f"{who.last_name} {who.first_name[:1]}. {who.middle_name[:1]}."
                    box.letters[key] = Letter(id=key, subject=subject, text=text, author=teacher, to_names=name, sent=sent)
        return box.letters

    def send(self, letters: dict[int, Letter], author: Person, subject: str, text: str, to_names: str, now: datetime) -> Letter:
        self._last += 1
        made = Letter(
            id=self._last,
            subject=subject,
            text=text,
            author=author,
            to_names=to_names,
            sent=now,
            folder="Sent",
            was_in="Sent",
            is_read=True,
        )
        letters[made.id] = made
        return made

"""What a signed-in family reads: every call names the child in `id`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from quart import request

from sandbox.kiasuo.wire import diary, people
from sandbox.kiasuo.wire.answers import ZONE, DiaryError
from sandbox.world.model import Person
from sandbox.world.town import Town


@dataclass(slots=True, kw_only=True)
class Call:
    town: Town
    who: Person
    now: datetime

    def pupil(self) -> Person:
        """An unknown child and another family's are refused alike."""
        asked = request.args.get("id", "")
        if not asked:
            raise DiaryError(400, "Не указан ученик")
        found = next((it for it in people.children(self.town, self.who) if str(people.child_id(it)) == asked), None)
        if found is None:
            raise DiaryError(403, "Нет доступа к ученику")
        return found


def _number(name: str) -> int:
    text = request.args.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise DiaryError(400, f"Неверный параметр {name}")
    return int(text)


def _user(call: Call) -> Any:
    """Before a child is chosen `id` is 0; some clients leave it out."""
    asked = request.args.get("id", "0")
    if asked != "0":
        call.pupil()
    return people.user(call.town, call.who, call.now.astimezone(ZONE).date(), 0)


def _schedule(call: Call) -> Any:
    """An ISO week of an ISO year; a calendar year beside week 1 or 53 is another week, as clients found out."""
    pupil, year, week = call.pupil(), _number("year"), _number("week")
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise DiaryError(400, "Неверная неделя") from error
    return diary.week(call.town, pupil, monday)


def _marks(call: Call, number: str) -> Any:
    pupil = call.pupil()
    found = next((it for it in call.town.periods_of(pupil.class_id or "") if str(it.number_id) == number and it.kind != "year"), None)
    if found is None:
        raise DiaryError(404, "Период не найден")
    return diary.period_marks(call.town, pupil, found)


def _finals(call: Call, number: str) -> Any:
    pupil = call.pupil()
    known = [str(it["id"]) for it in people.classes(call.town, pupil)]
    if number not in known:
        raise DiaryError(404, "Класс не найден")
    return diary.finals(call.town, pupil, current=number == known[-1])


def _empty(call: Call) -> Any:
    """The paths are known, what they show is not."""
    call.pupil()
    return []


READING: Final[dict[str, Callable[..., Any]]] = {
    r"user": _user,
    r"school_classes": lambda call: people.classes(call.town, call.pupil()),
    r"study_periods": lambda call: people.periods(call.town, call.pupil()),
    r"schedule": _schedule,
    r"lesson_marks/(\d{1,9})": _marks,
    r"student_marks/(\d{1,18})": _finals,
    r"recipients": lambda call: people.recipients(call.town, call.pupil()),
    r"notices": _empty,
    r"conversations": _empty,
}
"""Below `/diary/api/`."""

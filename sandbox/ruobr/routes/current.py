"""The paths of api3d.ruobr.ru; each answers in the envelope that clients expect there."""

from __future__ import annotations

from typing import Any, Final

from quart import request

from sandbox.ruobr.routes.table import Call, Handler
from sandbox.ruobr.wire import diary, food, mail, people, school
from sandbox.ruobr.wire.answers import PageError, RuobrError


def data(found: Any) -> dict[str, Any]:
    return {"success": True, "data": found}


def user(call: Call) -> Any:
    if call.who.role == "pupil":
        return people.child(call.town, call.who)
    return people.applicant(call.town, call.who, call.children())


def timetable(call: Call) -> Any:
    pupil = call.pupil()
    return {"success": True, "lessons": diary.lessons(call.town, pupil, *call.span())}


def all_marks(call: Call, period: str, subject: str) -> Any:
    return data(diary.all_marks(call.town, call.pupil(), int(period), int(subject)))


def letters(call: Call) -> Any:
    found = mail.letters(call.town, call.who, call.children())
    return {"success": True, "messages": [mail.row(call.state, call.who, it) for it in found]}


def letter(call: Call, number: str) -> Any:
    """Opening marks it read. A letter with HTML breaks the platform."""
    if request.args.get("child"):
        call.pupil()
    found = next((it for it in mail.letters(call.town, call.who, call.children()) if it.id == int(number)), None)
    if found is None:
        raise RuobrError("Сообщение не найдено")
    if found.type_id == mail.HTML_LETTER:
        raise PageError(502)
    call.state.read(call.who.id, found.id)
    return data(mail.opened(found))


def calendary(call: Call) -> Any:
    """Empty for another kind of food than the school's."""
    pupil, day = call.pupil(), call.day("selected_date", call.today())
    kind = request.args.get("food_type", "")
    return data(food.month(call.town, pupil, day) if kind in ("", str(people.FOOD_TYPE)) else {})


CURRENT: Final[dict[str, Handler]] = {
    r"user": user,
    r"timetable2": timetable,
    r"controlmark": lambda call: diary.controlmarks(call.town, call.pupil()),
    r"all_marks/(\d{1,9})/(\d{1,9})": all_marks,
    r"mail": letters,
    r"mail/new": lambda call: data(mail.recipients(call.town, call.children())),
    r"mail/(\d{1,9})": letter,
    r"btm": lambda call: school.events(call.town, call.pupil()),
    r"guide": lambda call: data(people.guide(call.town, call.pupil())),
    r"odnoklassniki": lambda call: data(people.classmates(call.town, call.pupil())),
    r"birthday": lambda call: data(people.birthdays(call.town, call.pupil())),
    r"book": lambda call: data(school.books(call.town, call.pupil())),
    r"ios": lambda call: data(school.links()),
    r"achievements": lambda call: data(school.achievements(call.pupil())),
    r"do/cert": lambda call: data(school.certificate(call.pupil())),
    r"food/calendary": calendary,
}

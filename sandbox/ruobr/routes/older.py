"""The paths of ruobr.ru/api, the API of 2021: what the current one lost is only here (absences, standing, class averages)."""

from __future__ import annotations

import html
from datetime import date
from typing import Any, Final

from quart import Response, request

from sandbox.ruobr.routes.table import Call, Handler
from sandbox.ruobr.wire import food, mail, older, people, school
from sandbox.ruobr.wire.answers import RuobrError
from sandbox.world.model import Period


def _subjects(found: Any) -> dict[str, Any]:
    return {"success": True, "subjects": found}


def _period(call: Call, day: date, class_id: str) -> Period:
    """The period of that day; in holidays the one before it."""
    periods = [it for it in call.town.periods_of(class_id) if it.kind != "year"]
    begun = [it for it in periods if it.start <= day]
    return begun[-1] if begun else periods[0]


def progress(call: Call) -> Any:
    pupil = call.pupil()
    over = _period(call, call.day("date", call.today()), pupil.class_id or "")
    return {"success": True, **older.progress(call.town, pupil, over)}


def timetable(call: Call) -> Any:
    pupil = call.pupil()
    return {"success": True, "lessons": older.timetable(call.town, pupil, *call.span())}


def letters(call: Call) -> Any:
    found = mail.letters(call.town, call.who, call.children())
    return {"success": True, "messages": [mail.older_row(call.state, call.who, it) for it in found]}


def mark_read(call: Call) -> Any:
    """The only change that any client makes, by GET."""
    asked = request.args.get("message", "")
    found = next((it for it in mail.letters(call.town, call.who, call.children()) if str(it.id) == asked), None)
    if found is None:
        raise RuobrError("Сообщение не найдено")
    call.state.read(call.who.id, found.id)
    return {"success": True}


def attendance(call: Call) -> Any:
    pupil = call.pupil()
    return _subjects(older.attendance(call.town, pupil, *call.span()))


def marks(call: Call) -> Any:
    pupil = call.pupil()
    return _subjects(older.marks(call.town, pupil, *call.span()))


def history(call: Call) -> Any:
    pupil = call.pupil()
    return {"success": True, "events": food.older_history(call.town, pupil, *call.span())}


def news(call: Call) -> Any:
    schools = {pupil.school: call.town.schools[pupil.school or ""] for pupil in call.children()}
    return school.older_news(call.town, list(schools.values()))


def homework_page(number: str, text: str) -> Response:
    """A page for the browser, open to anybody who has the address."""
    head = f'<head><meta charset="utf-8"><title>Задание {number}</title></head>'
    body = f'<!DOCTYPE html><html lang="ru">{head}<body><p>{html.escape(text)}</p></body></html>'
    return Response(body, content_type="text/html; charset=utf-8")


OLDER: Final[dict[str, Handler]] = {
    r"user": lambda call: people.older_user(call.town, call.who, call.children()),
    r"mail": letters,
    r"mail/read": mark_read,
    r"controlmark": lambda call: older.controlmarks(call.town, call.pupil()),
    r"timetable": timetable,
    r"progress": progress,
    r"mark": marks,
    r"attendance": attendance,
    r"food": lambda call: {"success": True, "account": food.older_account(call.town, call.pupil())},
    r"food/history": history,
    r"news": news,
}

"""What the cabinet shows of a child, and of the school."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from quart import request

from sandbox.digital_school.routes.table import Call, Handler, Page
from sandbox.digital_school.wire import diary, house, texts


def _children(call: Call) -> Any:
    return [diary.child(call.town, pupil, idn) for idn, pupil in call.children().items()]


def _diary(call: Call) -> Any:
    pupil = call.pupil()
    return {"days": diary.diary_days(call.town, pupil, *call.span())}


def _timetable(call: Call) -> Any:
    pupil, asked = call.pupil(), request.args.get("week")
    day = texts.today(call.now) if asked is None else texts.read_date("week", asked)
    monday = day - timedelta(days=day.weekday())
    return {"week": texts.day(monday), "days": diary.timetable_days(call.town, pupil, monday, monday + timedelta(days=6))}


def _attendance(call: Call) -> Page:
    pupil = call.pupil()
    return call.paged(diary.absences(call.town, pupil, *call.span()))


def _meals(call: Call) -> Any:
    pupil = call.pupil()
    return house.canteen(call.town, pupil, *call.month())


def _finance(call: Call) -> Page:
    pupil = call.pupil()
    _, start, end = call.month()
    rows = house.money_rows(call.town, pupil)
    balance = texts.money(rows[-1].after) if rows else "0,00"
    own = [row for row in rows if start <= row.at.astimezone(texts.ZONE).date() <= end]
    return call.paged(own, lambda part: {"balance": balance, "items": [house.money_row(row) for row in part]})


def _announcements(call: Call) -> Page:
    return call.paged(house.news(call.town, call.town.schools[call.pupil().school or ""]))


READING: Final[dict[str, Handler]] = {
    "children": _children,
    "stats": lambda call: diary.stats(call.town, call.pupil()),
    "diary": _diary,
    "timetable": _timetable,
    "attendance": _attendance,
    "finals": lambda call: diary.finals(call.town, call.pupil()),
    "meals": _meals,
    "library": lambda call: house.library(call.town, call.pupil()),
    "finance": _finance,
    "announcements": _announcements,
    "info": lambda call: house.info(),
}

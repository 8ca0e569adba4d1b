"""The classic pages beside `/webapi` that clients still ask: the schedule of a day and of a week, the settings' cookie."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from quart import Response, request

from sandbox.netschool.routes.table import Call, Handler
from sandbox.netschool.wire import ids, reports
from sandbox.netschool.wire.answers import NetSchoolError, page
from sandbox.world.model import Person


async def _asked(call: Call) -> tuple[Person, date]:
    """`date` is `16.11.26`, `PCLID_IUP` a class of the report forms; one client sends `[object Object]_0`: the first child then."""
    form = await request.form
    wanted = form.get("PCLID_IUP", "").partition("_")[0]
    own = {str(ids.klass(call.town.classes[it.class_id or ""])): it for it in call.children()}
    pupil = own.get(wanted) if wanted.isdigit() else call.first()
    if pupil is None:
        raise NetSchoolError(403, "Нет доступа к классу")
    try:
        return pupil, datetime.strptime(form.get("date", ""), "%d.%m.%y").date()  # noqa: DTZ007 - a date of the school, without a zone
    except ValueError as error:
        raise NetSchoolError(400, "Неверная дата") from error


async def _day(call: Call) -> Response:
    pupil, on = await _asked(call)
    return page(reports.day_page(call.town, pupil, on))


async def _week(call: Call) -> Response:
    pupil, on = await _asked(call)
    return page(reports.week_page(call.town, pupil, on))


async def _settings(_call: Call) -> Response:
    return page("<html><body><h1>Настройки</h1></body></html>")


CLASSIC: Final[dict[str, Handler]] = {
    "asp/calendar/dayviews.asp": _day,
    "asp/calendar/weekviewtimes.asp": _week,
    "asp/mysettings/mysettings.asp": _settings,
    "asp/securitywarning.asp": _settings,
}

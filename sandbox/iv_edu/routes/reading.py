"""What the cabinet shows: the diary, and the rest of its menu."""

from __future__ import annotations

from typing import Any, Final

from quart import request

from sandbox.iv_edu.routes.table import Call, Handler
from sandbox.iv_edu.wire import day, diary, times
from sandbox.iv_edu.wire.errors import bad
from sandbox.world.model import Period


def _diary(call: Call) -> Any:
    name, start, end = call.week()
    return {"week": name, "start": start.isoformat(), "end": end.isoformat(), "days": diary.week_days(call.town, call.pupil, start, end)}


def _monitoring(call: Call) -> Any:
    return diary.monitoring(call.town, call.pupil, _period(call))


def _period(call: Call) -> Period:
    """The asked period, the one that holds today, or in holidays the last that began."""
    periods, asked = call.town.periods_of(call.pupil.class_id or ""), request.args.get("period")
    if asked is not None:
        found = next((it for it in periods if str(it.number_id) == asked), None)
        if found is None:
            raise bad("period")
        return found
    now = times.today(call.town)
    begun = [it for it in periods if it.kind != "year" and it.start <= now]
    return begun[-1] if begun else periods[0]


def _meals(call: Call) -> Any:
    return day.canteen(call.town, call.pupil, *call.month())


def _card_balance(call: Call) -> Any:
    rows = day.card_rows(call.town, call.pupil)
    return {"balance": times.money(rows[-1].after) if rows else "0.00", "at": times.moment(call.now)}


def _card_detail(call: Call) -> Any:
    return day.card_detail(day.card_rows(call.town, call.pupil), *call.month())


def _sms_balance(call: Call) -> Any:
    rows = day.sms_rows(call.town, call.pupil)
    return {"balance": times.money(rows[-1].after) if rows else "0.00"}


def _sms_ops(call: Call) -> Any:
    return day.sms_ops(day.sms_rows(call.town, call.pupil), *call.month())


def services(call: Call) -> Any:
    return {"items": [day.service(key, on) for key, on in call.desk.services.items()]}


def settings(call: Call) -> Any:
    guardian = next((it for it in call.town.guardians_of(call.pupil.id) if it.phone), None)
    phone = None if guardian is None or guardian.phone is None else f"+7 *** ***-{guardian.phone[-4:-2]}-{guardian.phone[-2:]}"
    return {"phone": phone, "date_format": call.desk.date_format, "time_format": call.desk.time_format}


READING: Final[dict[str, Handler]] = {
    "me": lambda call: day.me(call.town, call.pupil),
    "diary": _diary,
    "diary/finals": lambda call: diary.finals(call.town, call.pupil),
    "diary/year": lambda call: diary.year(call.town, call.pupil),
    "diary/monitoring": _monitoring,
    "diary/calendar": lambda call: diary.calendar(call.town, call.pupil),
    "gate": lambda call: day.gate(call.town, call.pupil, call.day()),
    "meals": _meals,
    "card/balance": _card_balance,
    "card/detail": _card_detail,
    "sms/balance": _sms_balance,
    "sms/ops": _sms_ops,
    "services": services,
    "announcements": lambda call: {"items": day.wall(call.town, call.town.schools[call.pupil.school or ""])},
    "settings": settings,
}

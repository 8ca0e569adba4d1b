"""Meals: the calendar of a month with the account's balance, and the older account in kopecks."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.derived.school_day import Meal, Row, meals, statement
from sandbox.ruobr.wire.answers import ZONE, clock, today
from sandbox.world.model import Person
from sandbox.world.town import Town

CONFIRMED, ORDERED = 30, 20
STATES = {CONFIRMED: "Заказ подтверждён", ORDERED: "Заказ сделан"}


def rows(town: Town, pupil: Person) -> list[Row]:
    debits = [(it.id, it.at, it.price, "Питание") for it in meals(town, pupil, *town.year)]
    return statement(debits, top_up=Decimal("1000.00"), text="Пополнение")


def money(value: Decimal) -> str:
    """A string with a comma."""
    return f"{value:.2f}".replace(".", ",")


def month(town: Town, pupil: Person, day: date) -> dict[str, Any]:
    """The month of that day: what was eaten, and what is ordered for the days to come."""
    start, end = day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    account, now = rows(town, pupil), today(town.now())
    visits = [_visit(it.at.astimezone(ZONE).date(), it) for it in meals(town, pupil, start, end)]
    done = {visit["date"] for visit in visits}
    coming = {it.date for it in town.lessons_of(pupil.id, max(start, now), end) if it.status != "cancelled"}
    visits += [_visit(day, None) for day in sorted(coming) if day.isoformat() not in done]
    return {"balance": money(account[-1].after if account else Decimal()), "vizit": visits}


def _visit(day: date, it: Meal | None) -> dict[str, Any]:
    state = ORDERED if it is None else CONFIRMED
    return {
        "date": day.isoformat(),
        "ordered": 1,
        "state": state,
        "state_str": STATES[state],
        "complex": "Завтрак",
        "line": 1,
        "line_name": "Линия 1",
        "type_name": "Завтрак",
        "time_start": "10:00:00" if it is None else clock(it.at),
        "price_sum": "" if it is None else money(it.price),
        "dishes": [] if it is None else [{"text": dish.capitalize()} for dish in it.dishes],
        "qs_unit": [] if it is None else [{"name": dish.capitalize(), "about": ""} for dish in it.dishes],
    }


def older_account(town: Town, pupil: Person) -> dict[str, Any]:
    """Whole kopecks."""
    found = rows(town, pupil)
    return {
        "subsidy": 0,
        "account": 420_000_000 + pupil.number,
        "total_take_off": int(100 * sum((-row.amount for row in found if row.amount < 0), Decimal())),
        "total_add": int(100 * sum((row.amount for row in found if row.amount > 0), Decimal())),
        "balance_on_start_year": 0,
        "balance": int(100 * (found[-1].after if found else Decimal())),
        "default_complex": "Завтрак",
    }


def older_history(town: Town, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    return [
        {
            "id": it.id,
            "date": it.at.astimezone(ZONE).date().isoformat(),
            "state": CONFIRMED,
            "state_str": STATES[CONFIRMED],
            "complex__code": "З",
            "complex__uid": "dacd83e5-2dd6-11e8-a63a-00155d039800",
            "complex__name": "Завтрак",
        }
        for it in meals(town, pupil, start, end)
    ]

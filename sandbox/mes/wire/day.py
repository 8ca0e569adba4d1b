"""What a school day leaves besides lessons: the turnstile, the meal account in kopecks, the calendar of the year."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sandbox.derived.school_day import Meal, Pass, Row, meals, passes, statement
from sandbox.mes.state.state import Notice
from sandbox.mes.wire import ids, times
from sandbox.world.model import Period, Person, School
from sandbox.world.town import Town

TOP_UP: Final = Decimal(1500)
ABSENCES: Final = {2: "семейные обстоятельства", 6: "болезнь", 8: "соревнования"}
"""Reasons that a family may give for a day."""


def kopecks(amount: Decimal) -> int:
    return int(amount * 100)


# The turnstile
def _duration(first: Pass, last: Pass) -> str:
    minutes = int((last.at - first.at).total_seconds()) // 60
    return f"{minutes // 60} ч. {minutes % 60} мин."


def visits(town: Town, school: School, pupil: Person, start: date, end: date) -> dict[str, Any]:
    days: dict[date, list[Pass]] = {}
    for found in passes(town, pupil, start, end):
        days.setdefault(times.local(school, found.at).date(), []).append(found)
    return {"payload": [_visit(school, day, found) for day, found in sorted(days.items())]}


def _visit(school: School, day: date, found: list[Pass]) -> dict[str, Any]:
    came, left = found[0], found[-1] if len(found) > 1 else None
    visit = {
        "in": times.clock(school, came.at),
        "out": "-" if left is None else times.clock(school, left.at),
        "duration": "" if left is None else _duration(came, left),
        "address": school.address,
        "type": "UNDEFINED",
        "is_warning": left is None,
        "short_name": school.short_name,
    }
    return {"date": day.isoformat(), "visits": [visit]}


def at_school(town: Town, school: School, pupil: Person) -> bool:
    today = times.today(town, school)
    found = passes(town, pupil, today, today)
    return bool(found) and found[-1].direction == "in"


# Meals
def _eaten(town: Town, pupil: Person) -> list[Meal]:
    return meals(town, pupil, *town.year)


def account(town: Town, pupil: Person) -> list[Row]:
    debits = [(meal.id, meal.at, meal.price, meal.title) for meal in _eaten(town, pupil)]
    return statement(debits, top_up=TOP_UP, text="Пополнение")


def balance(town: Town, pupil: Person) -> int:
    rows = account(town, pupil)
    return kopecks(rows[-1].after) if rows else 0


def client(town: Town, school: School, pupil: Person) -> dict[str, Any]:
    return {
        "clientId": {"contractId": ids.contract_id(pupil), "staffId": None, "personId": ids.guid(pupil)},
        "organization": {"name": school.short_name, "type": "SCHOOL", "address": school.address},
        "preorderAllowed": True,
        "balance": balance(town, pupil),
        "foodboxAllowed": False,
        "foodboxAvailable": False,
    }


def balance_days(town: Town, school: School, pupil: Person, first: int, after: date | None) -> dict[str, Any]:
    """Newest first; `after` are the days before it."""
    eaten = {meal.id: meal for meal in _eaten(town, pupil)}
    days: dict[date, list[Row]] = {}
    for row in account(town, pupil):
        days.setdefault(times.local(school, row.at).date(), []).append(row)
    chosen = [day for day in sorted(days, reverse=True) if after is None or day < after]
    return {
        "balance": balance(town, pupil),
        "hasNextPage": len(chosen) > first,
        "days": [
            {
                "date": day.isoformat(),
                "expense": -sum(kopecks(row.amount) for row in days[day] if row.amount < 0),
                "transactions": [_transaction(school, row, eaten.get(row.id // 10)) for row in reversed(days[day])],
            }
            for day in chosen[:first]
        ],
    }


def _transaction(school: School, row: Row, meal: Meal | None) -> dict[str, Any]:
    spent = row.amount < 0
    items = []
    if spent and meal is not None:
        items = [{"count": 1, "title": meal.title.capitalize(), "price": kopecks(meal.price), "consist": list(meal.dishes)}]
    return {
        "type": "expense" if spent else "income",
        "time": times.clock(school, row.at),
        "amount": abs(kopecks(row.amount)),
        "items": items,
    }


# The calendar of the year
def calendar(town: Town, school: School, pupil: Person, start: date, end: date) -> list[dict[str, Any]]:
    periods = [period for period in town.periods_of(pupil.class_id or "") if period.kind != "year"]
    return [_day(town, school, periods, start + timedelta(days=shift)) for shift in range((end - start).days + 1)]


def _day(town: Town, school: School, periods: list[Period], day: date) -> dict[str, Any]:
    holiday = next((it for it in town.holidays(school.id) if it.start <= day <= it.end), None)
    period = next((it for it in periods if it.start <= day <= it.end), None)
    if holiday is not None:
        kind, title = ("vacation" if holiday.end > holiday.start else "holiday"), holiday.name
    elif not town.year[0] <= day <= town.year[1]:
        kind, title = "vacation", "Летние каникулы"
    elif day.weekday() >= school.days_a_week:
        kind, title = "dayoff", "Выходной день"
    else:
        kind, title = "workday", "Учебный день"
    described = period.name if kind == "workday" and period is not None else None
    return {"date": day.isoformat(), "type": kind, "title": title, "description": described, "events": None}


# Days missed, and days told before
def missed_days(town: Town, pupil: Person, notices: dict[date, Notice]) -> dict[str, Any]:
    """One list for both: lessons missed by the journal, and the family's word for a day."""
    missed: dict[date, list[str]] = {}
    for absence in town.absences(pupil.id, *times.whole_year(town)):
        if absence.code != "оп":
            missed.setdefault(absence.date, []).append(town.subjects[absence.subject].name)
    first = town.year[0].year
    rows = [_missed(at, missed.get(at, []), notices.get(at)) for at in sorted({*missed, *notices})]
    return {"days_count": len(missed), "year_description": f"{first}/{first + 1}", "attendance": rows}


def _missed(at: date, lessons: list[str], notice: Notice | None) -> dict[str, Any]:
    return {
        "date": at.isoformat(),
        "summary": f"Пропущено уроков: {len(lessons)}" if lessons else "Сообщено об отсутствии",
        "notified": notice is not None,
        "lessons": [{"subject_name": name} for name in lessons],
        "description": None if notice is None else notice.description,
        "reason_id": None if notice is None else notice.reason,
        "is_system": False,
        "parent_profile_id": None if notice is None else notice.author,
    }

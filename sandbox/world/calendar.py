"""The school year: its bounds, periods, holidays, bells and full weeks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.world.model import Holiday, Period, School

BREAKS_MIN = (10, 15, 20, 20, 10, 10, 10, 10, 10, 10, 10, 10)
KIND_NUMBERS = {"quarter": 1, "trimester": 2, "semester": 3, "year": 4}
KIND_NAMES = {"quarter": "четверть", "trimester": "триместр", "semester": "полугодие"}


def school_year(day: date) -> tuple[date, date]:
    """1 September to 31 May of the year that holds this day; from June to August the one just ended."""
    first = day.year if day.month >= 9 else day.year - 1
    return date(first, 9, 1), date(first + 1, 5, 31)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _week_off(name: str, monday: date) -> Holiday:
    return Holiday(name=name, start=monday, end=monday + timedelta(days=6))


def holidays(school: School, year: tuple[date, date]) -> list[Holiday]:
    """The school's holidays and the days off of the whole country, by date."""
    first, last = year[0].year, year[1].year
    back = date(last, 1, 8) + timedelta(days=(6 - date(last, 1, 8).weekday()) % 7)
    found = [Holiday(name="Зимние каникулы", start=date(first, 12, 30), end=back)]
    if school.period_kind == "trimester":
        found += [
            _week_off("Октябрьские каникулы", _monday_from(date(first, 10, 4))),
            _week_off("Ноябрьские каникулы", _monday_from(date(first, 11, 15))),
            _week_off("Февральские каникулы", _monday_from(date(last, 2, 15))),
            _week_off("Апрельские каникулы", _monday_from(date(last, 4, 5))),
        ]
    else:
        found += [
            _week_off("Осенние каникулы", _monday_from(date(first, 10, 25))),
            _week_off("Весенние каникулы", _monday_from(date(last, 3, 22))),
        ]
    for name, day in (
        ("День народного единства", date(first, 11, 4)),
        ("День защитника Отечества", date(last, 2, 23)),
        ("Международный женский день", date(last, 3, 8)),
        ("Праздник Весны и Труда", date(last, 5, 1)),
        ("День Победы", date(last, 5, 9)),
    ):
        if not any(item.start <= day <= item.end for item in found):
            found.append(Holiday(name=name, start=day, end=day))
    return sorted(found, key=lambda item: item.start)


def _period(school: School, kind: str, number: int, start: date, end: date) -> Period:
    name = "Год" if kind == "year" else f"{number} {KIND_NAMES[kind]}"
    code = KIND_NUMBERS[kind] * 10 + number
    return Period(
        id=f"{school.id}-{kind}-{number}", number_id=school.number * 100 + code, kind=kind, number=number, name=name, start=start, end=end
    )


def periods(school: School, year: tuple[date, date], kind: str) -> list[Period]:
    """The periods of one kind, without the year."""
    start, end = year
    off = {item.name.partition(" ")[0]: item for item in holidays(school, year)}
    cuts = {
        "quarter": ("Осенние", "Зимние", "Весенние"),
        "trimester": ("Ноябрьские", "Февральские"),
        "semester": ("Зимние",),
    }[kind]
    day = timedelta(days=1)
    starts = [start, *(off[name].end + day for name in cuts)]
    ends = [*(off[name].start - day for name in cuts), end]
    return [_period(school, kind, number, *bounds) for number, bounds in enumerate(zip(starts, ends, strict=True), 1)]


def year_period(school: School, year: tuple[date, date]) -> Period:
    return _period(school, "year", 1, *year)


def days_off(found: Iterable[Holiday]) -> set[date]:
    return {item.start + timedelta(days=shift) for item in found for shift in range((item.end - item.start).days + 1)}


def bell(school: School, day: date, number: int) -> tuple[datetime, datetime]:
    """When lesson `number` of that day begins and ends, in UTC; lesson 0 is before the first bell."""
    first = datetime.combine(day, school.first_bell, ZoneInfo(school.tz))
    if number <= 0:
        start = first - timedelta(minutes=school.lesson_minutes + 10)
    else:
        start = first + timedelta(minutes=school.lesson_minutes * (number - 1) + sum(BREAKS_MIN[: number - 1]))
    return start.astimezone(UTC), (start + timedelta(minutes=school.lesson_minutes)).astimezone(UTC)


def at_school(school: School, day: date, hour: int, minute: int = 0) -> datetime:
    """A local time of the school as UTC."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(school.tz)).astimezone(UTC)


def last_full_week(year: tuple[date, date], day: date, off: set[date]) -> tuple[date, date]:
    """Monday and Saturday of the last week up to `day` without a day off; early in September the first such week of the year."""
    monday = _monday_from(year[0])
    weeks = []
    while monday + timedelta(days=5) <= year[1]:
        if not any(monday + timedelta(days=shift) in off for shift in range(6)):
            weeks.append(monday)
        monday += timedelta(days=7)
    past = [week for week in weeks if week + timedelta(days=5) < day]
    chosen = past[-1] if past else weeks[0]
    return chosen, chosen + timedelta(days=5)


def all_periods(school: School, year: tuple[date, date], seniors: bool) -> list[Period]:
    """The school's own kind, semesters where it has classes 10-11, the year last."""
    kinds = [school.period_kind] + (["semester"] if seniors and school.period_kind != "semester" else [])
    return [period for kind in kinds for period in periods(school, year, kind)] + [year_period(school, year)]

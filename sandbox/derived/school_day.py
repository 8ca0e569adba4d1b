"""What a pupil's school day leaves behind besides lessons: the turnstile, the canteen, and the accounts that pay for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sandbox.world.calendar import at_school
from sandbox.world.model import Lesson, Person
from sandbox.world.town import Town

MENUS = (
    ("каша рисовая", "бутерброд с сыром", "чай"),
    ("омлет", "хлеб", "какао"),
    ("запеканка творожная", "сгущённое молоко", "чай с лимоном"),
    ("котлета куриная", "гречка", "компот"),
    ("тефтели", "картофельное пюре", "кисель"),
)
PRICE = Decimal("70.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    id: int
    at: datetime
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meal:
    id: int
    at: datetime
    title: str
    dishes: tuple[str, ...]
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of an account's statement; `amount` is below zero for a debit."""

    id: int
    at: datetime
    amount: Decimal
    before: Decimal
    after: Decimal
    text: str


def days_at_school(town: Town, pupil: Person, start: date, end: date) -> dict[date, list[Lesson]]:
    """The days on which the pupil came, with their lessons, up to the clock's now."""
    now = town.now()
    lessons: dict[date, list[Lesson]] = {}
    for lesson in town.lessons_of(pupil.id, max(start, town.year[0]), min(end, town.year[1])):
        if lesson.status != "cancelled" and lesson.starts_at <= now:
            lessons.setdefault(lesson.date, []).append(lesson)
    away = {absence.lesson for absence in town.absences(pupil.id, start, end) if absence.code != "оп"}
    return {day: found for day, found in lessons.items() if any(lesson.id not in away for lesson in found)}


def passes(town: Town, pupil: Person, start: date, end: date) -> list[Pass]:
    """In before the first lesson, out after the last."""
    now, found = town.now(), list[Pass]()
    for day, lessons in days_at_school(town, pupil, start, end).items():
        came, left = times(town, pupil, day, lessons)
        number = _number(town, pupil, day)
        found += [
            Pass(id=number + place, at=at, direction=direction)
            for place, (at, direction) in enumerate(((came, "in"), (left, "out")))
            if at <= now
        ]
    return found


def times(town: Town, pupil: Person, day: date, lessons: Sequence[Lesson]) -> tuple[datetime, datetime]:
    """When the pupil came and left: before the first of these lessons, after the day's last."""
    rng = _rng(town, pupil, day)
    came = min(lesson.starts_at for lesson in lessons) - timedelta(minutes=rng.randint(4, 25))
    left = max(lesson.ends_at for lesson in town.lessons_of(pupil.id, day, day) if lesson.status != "cancelled")
    return came, left + timedelta(minutes=rng.randint(5, 20))


def meals(town: Town, pupil: Person, start: date, end: date) -> list[Meal]:
    """A breakfast on most days, after the second lesson."""
    school, now, found = town.schools[pupil.school or ""], town.now(), list[Meal]()
    for day in days_at_school(town, pupil, start, end):
        rng = _rng(town, pupil, day, "meal")
        at = at_school(school, day, 10, rng.randint(0, 20))
        if rng.random() < 0.9 and at <= now:
            price = PRICE + rng.choice((0, 5, 25))
            found.append(Meal(id=_number(town, pupil, day) + 5, at=at, title="завтрак", dishes=rng.choice(MENUS), price=price))
    return found


def statement(debits: Iterable[tuple[int, datetime, Decimal, str]], *, top_up: Decimal, text: str) -> list[Row]:
    """The rows of an account that is topped up whenever it would run dry; `debits` are (id, at, amount, text) by time."""
    balance, rows = Decimal("0.00"), list[Row]()
    for number, at, amount, why in debits:
        if balance < amount:
            paid_at = at - timedelta(minutes=1)
            rows.append(Row(id=number * 10 + 1, at=paid_at, amount=top_up, before=balance, after=balance + top_up, text=text))
            balance += top_up
        rows.append(Row(id=number * 10, at=at, amount=-amount, before=balance, after=balance - amount, text=why))
        balance -= amount
    return rows


def _rng(town: Town, pupil: Person, day: date, *words: str) -> Random:
    return Random(f"{town.seed}:{pupil.id}:{day}:{words}")  # noqa: S311 - a world, not a secret


def _number(town: Town, pupil: Person, day: date) -> int:
    return pupil.number * 10_000 + (day - town.year[0]).days * 10

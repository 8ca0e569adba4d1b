"""A school day as it happens at the doors and at the till: the same for one seed, school and date, however often it is played."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from sandbox.derived.school_day import days_at_school, times
from sandbox.devices.state.carried import ACTIVE, BANK_CARD, BRACELET, CARD, LOST, PIN, Carried, carried, pupils
from sandbox.devices.state.equipment import GATE, GYM, TILL, YARD
from sandbox.world.model import Lesson, Person, School
from sandbox.world.town import Town

PASS, MEAL = "pass", "meal"
DISHES: Final = {"breakfast": ("Завтрак", 6_000), "dinner": ("Обед", 8_500), "bun": ("Булочка", 2_500)}
"""As the demo's menu has them, in kopecks."""
UNKNOWN_CARD: Final = "9900000001"
ENDED: Final = timedelta(minutes=40)
"""After the last lesson everybody has left."""
MOST_A_DAY: Final = 32
"""Happenings of one pupil."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One read of a carrier. `number` is its own within the day at this school; `dishes` are (sku, title, kopecks)."""

    device: str
    number: int
    at: datetime
    kind: str
    credential: tuple[str, str]
    direction: str = ""
    granted: bool = True
    reason: str = ""
    dishes: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pupil:
    person: Person
    own: Sequence[Carried]
    lessons: Sequence[Lesson]
    door: str
    rng: Random

    def shown(self, *kinds: str) -> tuple[str, str]:
        """The first of these that the pupil has."""
        usable = {one.kind: one.number for one in self.own if one.state == ACTIVE}
        kind = next(kind for kind in (*kinds, CARD) if kind in usable)
        return kind, usable[kind]


def last_day(town: Town, school: School) -> date | None:
    """The latest day of lessons that is over."""
    now = town.now()
    for back in range(60):
        day = now.date() - timedelta(days=back)
        lessons = _lessons(town, school, day)
        if lessons and max(one.ends_at for one in lessons) + ENDED <= now:
            return day
    return None


def school_day(town: Town, school: School, day: date) -> list[Happening]:
    """By time; empty on a day without lessons."""
    return sorted(_all(town, school, day), key=lambda one: (one.at, one.number)) if _lessons(town, school, day) else []


def _lessons(town: Town, school: School, day: date) -> list[Lesson]:
    classes = [one.id for one in town.classes.values() if one.school == school.id]
    return [lesson for one in classes for lesson in town.lessons(one, day, day) if lesson.status != "cancelled"]


def _all(town: Town, school: School, day: date) -> Iterator[Happening]:
    things = carried(town, school)
    every = _lessons(town, school, day)
    for place, person in enumerate(pupils(town, school)):
        own = [one for one in town.lessons_of(person.id, day, day) if one.status != "cancelled"]
        if not own or _away(town, person, day):
            continue
        rng = Random(f"{town.seed}:{person.id}:{day}:doors")  # noqa: S311 - a world, not a secret
        door = YARD if place % 7 == 5 else GYM if place % 7 == 6 else GATE
        pupil = _Pupil(person=person, own=things[person.id], lessons=own, door=door, rng=rng)
        yield from _counted(_of_pupil(town, pupil, day), person.number)
    first, last = min(one.starts_at for one in every), max(one.ends_at for one in every)
    yield from _counted(_others(school, things, first, last), 0)


def _counted(found: Iterator[Happening], owner: int) -> Iterator[Happening]:
    return (replace(one, number=owner * MOST_A_DAY + place) for place, one in enumerate(found))


def _away(town: Town, person: Person, day: date) -> bool:
    """Whom the journal has as absent; a day that has not begun has nobody absent yet."""
    away = {one.lesson for one in town.absences(person.id, day, day) if one.code != "оп"}
    return bool(away) and not days_at_school(town, person, day, day)


def _of_pupil(town: Town, pupil: _Pupil, day: date) -> Iterator[Happening]:
    came, left = times(town, pupil.person, day, pupil.lessons)
    rng = pupil.rng
    kinds = (PIN,) if pupil.door == YARD else (CARD,) if pupil.door == GYM else (BRACELET,)

    def passed(at: datetime, direction: str) -> Happening:
        return Happening(device=pupil.door, number=0, at=at, kind=PASS, credential=pupil.shown(*kinds), direction=direction)

    came = came.replace(second=rng.randrange(60))
    left = left.replace(second=rng.randrange(60))
    if rng.random() >= 0.04:  # now and then somebody comes in without a card, with a friend
        yield passed(came, "in")
        if rng.random() < 0.05:
            yield passed(came + timedelta(seconds=3), "in")  # the reader heard the card twice
    if rng.random() < 0.1 and len(pupil.lessons) > 4:
        out = _break(pupil.lessons, 3) + timedelta(minutes=2)
        yield passed(out, "out")
        yield passed(out + timedelta(minutes=9), "in")
    yield passed(left, "out")
    for after, sku, chance in ((1, "breakfast", 0.5), (2, "bun", 0.2), (3, "dinner", 0.8)):
        if rng.random() < chance and len(pupil.lessons) > after:
            at = _break(pupil.lessons, after) + timedelta(seconds=rng.randint(60, 480))
            dish = (sku, *DISHES[sku])
            yield Happening(device=TILL, number=0, at=at, kind=MEAL, credential=pupil.shown(BANK_CARD), dishes=(dish,))


def _break(lessons: Sequence[Lesson], after: int) -> datetime:
    """When the lesson ends after which the break is."""
    return sorted(lessons, key=lambda one: one.starts_at)[min(after, len(lessons) - 1)].ends_at


def _others(school: School, things: dict[str, Sequence[Carried]], first: datetime, last: datetime) -> Iterator[Happening]:
    """A card that nobody knows, a lost one that somebody found, and an employee whom the register of pupils does not have."""

    def at_gate(at: datetime, number: str, direction: str, reason: str = "") -> Happening:
        return Happening(
            device=GATE, number=0, at=at, kind=PASS, credential=(CARD, number), direction=direction, granted=not reason, reason=reason
        )

    yield at_gate(first - timedelta(minutes=7, seconds=11), UNKNOWN_CARD, "in", "unknown_card")
    lost = next((one.number for own in things.values() for one in own if one.state == LOST), None)
    if lost:
        yield at_gate(first + timedelta(minutes=95), lost, "in", "lost_card")
    employee = f"77{school.number:08}"
    yield at_gate(first - timedelta(minutes=41), employee, "in")
    yield at_gate(last + timedelta(minutes=31), employee, "out")

"""A class of made-up pupils at each school whose office can be entered: class lists, meals and tills have somebody to show.

The town's own children stay out: which school has them in its register is for who tries the demo to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from hub.demo.control import Town, TownPerson, TownSchool
from identity.model import PersonId
from identity.sealing import Keys
from identity.snils import Snils
from identity.store import PupilCard, put_pupil
from identity.store.persons import by_snils

BY = PersonId("demo")
KLASS = "5Д"
FAMILIES = ("Абрамов", "Богданова", "Виноградов", "Громова", "Дорофеев", "Ершова", "Журавлёв", "Зуева")
GIVEN = ("Матвей", "Варвара", "Тимур", "Ксения", "Савелий", "Полина", "Ярослав", "Злата")
FIRST_SNILS = 197_000_000
"""Nobody of the town has a number of this range."""


def classmates(town: Town) -> list[TownPerson]:
    """The same pupils for the same school, whatever the town's seed."""
    entered = sorted({one.school for one in town.people if one.role == "school_admin" and one.school})
    places = {one.id: one.ogrn for one in town.schools}
    return [_pupil(school, places[school], number) for school in entered if school in places for number in range(len(FAMILIES))]


def put_roster(keys: Keys, schools: Sequence[TownSchool], pupils: Sequence[TownPerson], *, now: datetime) -> None:
    """Inside the caller's unit; who is there already stays as the office left him."""
    places = {one.id: one for one in schools}
    for pupil in pupils:
        snils = Snils(pupil.snils or "")
        if by_snils(keys, snils) is not None:
            continue
        school = places[pupil.school or ""]
        card = PupilCard(
            last_name=pupil.last_name,
            first_name=pupil.first_name,
            birth_date=date(now.year - 11, 3, 1 + FAMILIES.index(pupil.last_name)),
            snils=snils,
            klass=pupil.class_name or KLASS,
        )
        put_pupil(keys, school=school.ogrn, card=card, officer=BY, zone=school.tz, now=now)


def _pupil(school: str, ogrn: str, number: int) -> TownPerson:
    place = int.from_bytes(hashlib.sha256(ogrn.encode()).digest()[:2], "big") % 9_000
    return TownPerson(
        id=f"{school}-{KLASS}-{number}",
        role="pupil",
        last_name=FAMILIES[number],
        first_name=GIVEN[number],
        snils=_digits(FIRST_SNILS + place * 100 + number),
        school=school,
        class_name=KLASS,
    )


def _digits(number: int) -> str:
    """With the checksum of a SNILS."""
    text = f"{number:09}"
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(text)) % 101
    return f"{text}{total % 100:02}"

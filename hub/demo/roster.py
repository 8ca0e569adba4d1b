"""The town's pupils in the registers of its schools, so that class lists, cards and tills have somebody to show."""

from __future__ import annotations

from datetime import datetime

from hub.demo.control import Town, TownPerson
from identity.model import PersonId, same_name
from identity.sealing import Keys
from identity.snils import InvalidSnils, Snils
from identity.store import PupilCard, put_pupil
from identity.store.persons import by_snils
from identity.store.school.cards import pupils_of, school_of

BY = PersonId("demo")


def put_roster(keys: Keys, town: Town, *, now: datetime) -> None:
    """Inside the caller's unit; a pupil whom any school has in its register stays where it is."""
    schools = {one.id: one for one in town.schools}
    known = {one.ogrn: len(pupils_of(one.ogrn)) for one in town.schools}
    for pupil in town.people:
        school = schools.get(pupil.school or "")
        if pupil.role != "pupil" or school is None or not pupil.class_name or known[school.ogrn]:
            continue
        snils = _snils(pupil)
        holder = by_snils(keys, snils) if snils else None
        if holder is not None and (school_of(holder.id) or not _same(holder.last_name, holder.first_name, pupil)):
            continue
        card = PupilCard(
            last_name=pupil.last_name,
            first_name=pupil.first_name,
            middle_name=pupil.middle_name or "",
            birth_date=pupil.birth_date,
            snils=snils,
            klass=pupil.class_name,
            number=pupil.id,
        )
        put_pupil(keys, school=school.ogrn, card=card, officer=BY, zone=school.tz, now=now)


def _same(last_name: str, first_name: str, pupil: TownPerson) -> bool:
    return same_name(last_name, first_name, pupil.last_name, pupil.first_name)


def _snils(pupil: TownPerson) -> Snils | None:
    try:
        return Snils(pupil.snils) if pupil.snils else None
    except InvalidSnils:
        return None

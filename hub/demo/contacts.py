"""Whom to ask at the town's schools: their own phone and mail, with hours that the demo makes up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hub.demo.control import TownSchool
from hub.flows.phones import shown
from hub.store.school import contacts
from hub.store.school.contacts import Reached, Shift
from identity.sealing import Keys

DESKS = (
    ("general", "Канцелярия", (Shift(days=(1, 2, 3, 4, 5), start="08:00", end="17:00"), Shift(days=(6,), start="09:00", end="13:00"))),
    ("meals_officer", "Ответственный за питание", (Shift(days=(1, 2, 3, 4, 5), start="09:00", end="15:00"),)),
)


def put_contacts(keys: Keys, schools: Iterable[TownSchool], *, now: datetime) -> None:
    """Again and again the same entries; what the office changed of them by hand is put back, for a demo is as the town is."""
    for school in schools:
        for position, (topic, person, hours) in enumerate(DESKS if school.phone else ()):
            reached = Reached(person=person, phones=(shown(school.phone),), email=school.email, hours=hours)
            id_ = f"demo-{school.ogrn}-{topic}"
            contacts.add(keys, school=school.ogrn, topic=topic, position=position, reached=reached, by="demo", now=now, id_=id_)

"""A desk or a school as a line of the directory; schools are read in the caller's unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.deps import Deps
from hub.flows.directory.opening import Line, opening, worded
from hub.flows.office.rights import Act, may
from hub.flows.views.school.contacts import ContactView, DirectoryItem, HoursView, OpenView
from hub.regions import System, registry
from hub.regions.help_desks import TOPICS, DeskContact, HelpDesk, help_desks
from hub.store.school import contacts, schools
from hub.store.school.contacts import Contact
from hub.store.school.schools import SchoolCard

SCHOOL, SYSTEM = "school", "system"


def of_system(system: System, now: datetime) -> DirectoryItem:
    """A desk knows the hours; a system without one shows the phones of the registry."""
    desk = help_desks().of_system(system.system)
    if desk is not None:
        return of_desk(desk, now, system)
    return DirectoryItem(
        id=system.system,
        kind=SYSTEM,
        title=system.title,
        about="",
        site=system.site,
        zone="",
        recovery=system.recovery,
        given_by=system.given_by or system.without,
        contacts=tuple(
            _contact(f"{system.system}-{n}", DeskContact(topic="general", phones=(one.number,), note=f"{one.about}."), "", now)
            for n, one in enumerate(system.phones)
        ),
    )


def of_desk(desk: HelpDesk, now: datetime, system: System | None = None) -> DirectoryItem:
    return DirectoryItem(
        id=desk.system or desk.id,
        kind=SYSTEM,
        title=desk.title,
        about=desk.about,
        site=desk.site,
        zone=desk.zone,
        zone_guess=desk.zone_guess,
        as_of=desk.as_of,
        recovery=system.recovery if system else desk.recovery,
        given_by=system.given_by if system else "",
        contacts=tuple(_contact(f"{desk.id}-{n}", one, desk.zone, now) for n, one in enumerate(desk.contact)),
    )


def of_schools(deps: Deps, found: Sequence[SchoolCard]) -> list[DirectoryItem]:
    """In the caller's unit."""
    now = deps.now()
    known: dict[str, list[Contact]] = {}
    for one in contacts.of_schools(deps.keys, [card.ogrn for card in found]):
        known.setdefault(one.school, []).append(one)
    return [
        DirectoryItem(
            id=card.ogrn,
            kind=SCHOOL,
            title=card.short_name,
            legal_name=card.legal_name,
            about="",
            site="",
            zone=card.zone,
            contacts=tuple(of_contact(one, card.zone, now) for one in known.get(card.ogrn, ())),
            takes_questions=takes_questions(card.ogrn),
        )
        for card in found
    ]


def takes_questions(ogrn: str) -> bool:
    """In the caller's unit: somebody keeps this school's office here."""
    return any(may(role, Act.STAFF) for role in schools.roles_at(ogrn))


def of_contact(one: Contact, zone: str, now: datetime) -> ContactView:
    reached = one.reached
    return ContactView(
        id=one.id,
        topic=one.topic,
        topic_title=TOPICS.get(one.topic, one.topic),
        person=reached.person,
        phones=reached.phones,
        email=reached.email,
        form="",
        note=reached.note,
        hours=_hours(reached.hours),
        hours_text=worded(reached.hours),
        open=_open(reached.hours, zone, now),
    )


def _contact(id_: str, one: DeskContact, zone: str, now: datetime) -> ContactView:
    return ContactView(
        id=id_,
        topic=one.topic,
        topic_title=TOPICS[one.topic],
        person="",
        phones=one.phones,
        email=one.email,
        form=one.form,
        note=one.note,
        hours=_hours(one.hours),
        hours_text=worded(one.hours),
        open=_open(one.hours, zone, now),
    )


def _hours(lines: Sequence[Line]) -> tuple[HoursView, ...]:
    return tuple(HoursView(days=one.days, start=one.start, end=one.end) for one in lines)


def _open(lines: Sequence[Line], zone: str, now: datetime) -> OpenView:
    found = opening(lines, zone, now, help_desks().holiday)
    return OpenView(state=found.state.value, until=found.until, opens_at=found.opens_at, holiday=found.holiday)


def every_system(now: datetime) -> list[DirectoryItem]:
    """Desks that are no diary first: they are asked for most."""
    alone = [of_desk(one, now) for one in help_desks().desks.values() if not one.system]
    return alone + [of_system(one, now) for one in registry().systems.values()]

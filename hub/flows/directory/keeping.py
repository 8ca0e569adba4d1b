"""A school's office says whom to ask there, about what, by which phone and when; it is shown to everybody at once (F110)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.deps import Deps
from hub.flows.directory.shape import of_contact
from hub.flows.office.officers import officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.contacts import ContactView, OwnContacts
from hub.regions.help_desks import TOPICS, Hours, check_hours
from hub.store.school import contacts, schools
from hub.store.school.contacts import Reached, Shift
from hub.store.sessions import Visitor

MOST, MOST_PHONES, MOST_LINES = 30, 4, 7
LONGEST_PERSON, LONGEST_NOTE, LONGEST_EMAIL = 100, 200, 254
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()-]{4,24}(,? ?доб\.? ?[0-9]{1,6})?")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedContact:
    """As the office typed it; `hours` are on the school's clock."""

    topic: str
    person: str = ""
    phones: Sequence[str] = ()
    email: str = ""
    hours: Sequence[Shift] = ()
    note: str = ""

    def reached(self) -> Reached:
        """Refused in words that say what to change."""
        person, email, note = (" ".join(text.split()) for text in (self.person, self.email, self.note))
        phones = tuple(dict.fromkeys(" ".join(one.split()) for one in self.phones if one.strip()))
        _require(self.topic in TOPICS, "Выберите из списка, по какому вопросу спрашивать.")
        _require(len(person) <= LONGEST_PERSON and len(note) <= LONGEST_NOTE, "Имя не длиннее 100 знаков, пояснение не длиннее 200.")
        _require(len(phones) <= MOST_PHONES and all(_PHONE.fullmatch(one) for one in phones), "Телефон записан неверно.")
        _require(not email or (len(email) <= LONGEST_EMAIL and bool(EMAIL.fullmatch(email))), "Почта записана неверно.")
        _require(bool(phones or email), "Укажите телефон или почту: иначе спросить не получится.")
        _require(len(self.hours) <= MOST_LINES, "Не больше семи строк с часами.")
        try:
            check_hours(tuple(Hours(days=one.days, start=one.start, end=one.end) for one in self.hours))
        except ValueError as error:
            raise Refused(Reason.MALFORMED, "Часы записаны неверно: конец позже начала, строки не накладываются.") from error
        return Reached(person=person, phones=phones, email=email, hours=tuple(self.hours), note=note)


async def own_contacts(deps: Deps, visitor: Visitor, *, school: str | None = None) -> OwnContacts:
    def unit() -> OwnContacts:
        officer = officer_of(deps, visitor, school=school, act=Act.STAFF)
        card, now = schools.school(officer.school), deps.now()
        kept = contacts.of_schools(deps.keys, [officer.school])
        return OwnContacts(
            items=tuple(of_contact(one, officer.zone, now) for one in kept),
            school=officer.school,
            title=card.short_name if card else "",
            zone=officer.zone,
            topics=dict(TOPICS),
        )

    return await deps.db.read(unit)


async def add_contact(deps: Deps, visitor: Visitor, typed: TypedContact, *, school: str | None = None) -> ContactView:
    def unit() -> ContactView:
        officer = officer_of(deps, visitor, school=school, act=Act.STAFF)
        reached, count = typed.reached(), contacts.count(officer.school)
        if count >= MOST:
            raise Refused(Reason.MALFORMED, f"Записей уже {MOST}: удалите лишнее.")
        made = contacts.add(
            deps.keys, school=officer.school, topic=typed.topic, position=count, reached=reached, by=officer.person, now=deps.now()
        )
        return _shown(deps, officer.school, officer.zone, made)

    return await deps.db.write(unit)


async def change_contact(deps: Deps, visitor: Visitor, contact: str, typed: TypedContact, *, school: str | None = None) -> ContactView:
    """Another school's entry and none at all look the same."""

    def unit() -> ContactView:
        officer = officer_of(deps, visitor, school=school, act=Act.STAFF)
        mine = [one.id for one in contacts.of_schools(deps.keys, [officer.school])]
        if contact not in mine:
            raise Refused(Reason.NOT_FOUND)
        reached = typed.reached()
        contacts.change(deps.keys, contact, school=officer.school, topic=typed.topic, reached=reached, by=officer.person, now=deps.now())
        return _shown(deps, officer.school, officer.zone, contact)

    return await deps.db.write(unit)


async def remove_contact(deps: Deps, visitor: Visitor, contact: str, *, school: str | None = None) -> None:
    def unit() -> None:
        officer = officer_of(deps, visitor, school=school, act=Act.STAFF)
        if not contacts.remove(contact, school=officer.school):
            raise Refused(Reason.NOT_FOUND)

    await deps.db.write(unit)


def _shown(deps: Deps, school: str, zone: str, contact: str) -> ContactView:
    found = next(one for one in contacts.of_schools(deps.keys, [school]) if one.id == contact)
    return of_contact(found, zone, deps.now())


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Refused(Reason.MALFORMED, otherwise)

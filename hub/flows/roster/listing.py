"""The roster as the office looks at it: classes with counts, the pupils of one, a search by name, one pupil's card (RULES A8, A13)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from hub.deps import Deps
from hub.flows.cursors import from_cursor, to_cursor
from hub.flows.office.officers import Officer, note_reading, officer_for
from hub.flows.office.rights import Act, may
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import officer_here
from hub.flows.views.school.roster import CardGuardianView, ClassList, ClassView, CodeView, PupilList, PupilView, RosterCard
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.model import Person, PersonId, normalised
from identity.store import Place, card_guardians, classes_in, codes_of, persons_by_id, places_in, places_of
from identity.store.edges import ever_between

A_PAGE = 50
LINKED: Mapping[str, Callable[[Place], bool]] = {
    "linked": lambda one: one.linked,
    "coded": lambda one: not one.linked and one.code_until is not None,
    "without": lambda one: not one.linked and one.code_until is None,
}
"""Who is linked and who is not, as the numbers of the classes' table open it."""
LONGEST_QUERY = 100


async def show_classes(deps: Deps, visitor: Visitor, *, school: str | None = None, act: Act = Act.ROSTER) -> ClassList:
    """Counts only: no child's data is read. A class teacher gets the own class."""
    now = deps.now()

    def unit() -> ClassList:
        officer = officer_here(deps, visitor, school, act=act)
        card = schools.school(officer.school)
        every = (one for one in classes_in(officer.school, now=now) if officer.covers(one.name))
        found = sorted(every, key=lambda one: in_order(one.name))
        return ClassList(
            school_ogrn=officer.school,
            school=card.short_name if card else "",
            pupils=sum(one.pupils for one in found),
            linked=sum(one.linked for one in found),
            items=tuple(ClassView(name=one.name, pupils=one.pupils, linked=one.linked, coded=one.coded) for one in found),
        )

    return await deps.db.read(unit)


async def list_pupils(
    deps: Deps,
    visitor: Visitor,
    *,
    klass: str | None = None,
    query: str = "",
    only: str | None = None,
    cursor: str | None = None,
    school: str | None = None,
) -> PupilList:
    """Of a class or of the school, by surname; `query` is the beginning of a surname or a first name, `only` one of `LINKED`."""
    now, wanted = deps.now(), LINKED.get(only or "", _anybody)

    def unit() -> tuple[Officer, list[tuple[Place, Person]]]:
        officer = officer_here(deps, visitor, school, act=Act.ROSTER)
        if klass is not None and not officer.covers(klass):
            raise Refused(Reason.NOT_FOUND)
        places = [one for one in places_in(officer.school, klass=klass, now=now) if officer.covers(one.klass) and wanted(one)]
        people = persons_by_id(deps.keys, [one.child for one in places])
        return officer, [(one, people[one.child]) for one in places if one.child in people]

    officer, rows = await deps.db.read(unit)
    found = sorted((row for row in rows if _fits(row[1], query)), key=lambda row: _by_name(row[1]))
    start = _place_after(found, cursor)
    shown = found[start : start + A_PAGE]
    await deps.db.write(lambda: note_reading(deps, officer, [place.child for place, _ in shown], page="office.pupils", now=now))
    more = start + A_PAGE < len(found)
    return PupilList(
        items=tuple(pupil_view(place, one) for place, one in shown),
        total=len(found),
        next=to_cursor(shown[-1][0].child) if more else None,
    )


async def show_pupil(deps: Deps, visitor: Visitor, pupil: str) -> RosterCard:
    """What the school itself wrote of the child, and the codes without the codes."""
    now, child = deps.now(), PersonId(pupil)

    def unit() -> RosterCard:
        officer = own_pupils_officer(deps, visitor, child, act=Act.ROSTER)
        note_reading(deps, officer, [child], page="office.pupil", now=now)
        place, known = places_of(officer.school, [child], now=now)[child], persons_by_id(deps.keys, [child])[child]
        return RosterCard(
            pupil=pupil_view(place, known),
            zone=officer.zone,
            own=officer.person == child or bool(ever_between(officer.person, child)),
            keeps=may(officer.role, Act.CARDS),
            guardians=tuple(
                CardGuardianView(
                    id=entry.id, last_name=last, first_name=first, snils=snils.masked, state=entry.state.value, valid_from=entry.valid_from
                )
                for entry, snils, last, first in card_guardians(deps.keys, child)
            ),
            codes=tuple(
                CodeView(id=one.id, state=one.state.value, created_at=one.created_at, expires_at=one.expires_at)
                for one in codes_of(child, now=now)
            ),
        )

    return await deps.db.write(unit)


def own_pupils_officer(deps: Deps, visitor: Visitor, child: PersonId, *, act: Act = Act.CARDS) -> Officer:
    """The officer of this pupil's school and class; a foreign pupil and none at all look the same."""
    try:
        return officer_for(deps, visitor, child, act=act)
    except Refused as error:
        if error.reason is Reason.NOT_OFFICE:
            raise Refused(Reason.NOT_FOUND) from error
        raise


def pupil_view(place: Place, known: Person) -> PupilView:
    return PupilView(
        id=known.id,
        last_name=known.last_name,
        first_name=known.first_name,
        middle_name=known.middle_name,
        birth_date=known.birth_date,
        class_name=place.klass,
        linked=place.linked,
        code_until=None if place.linked else place.code_until,
    )


def in_order(name: str) -> tuple[int, str]:
    """2А before 10А."""
    number = re.match(r"\s*(\d{1,4})", name)
    return (int(number.group(1)) if number else 10_000, normalised(name))


def _anybody(_: Place) -> bool:
    return True


def _by_name(one: Person) -> tuple[str, str, str]:
    return (normalised(one.last_name), normalised(one.first_name), one.id)


def _fits(one: Person, query: str) -> bool:
    """Each word begins one of the names; nothing asked fits everybody."""
    names = [part for name in (one.last_name, one.first_name, one.middle_name) for part in normalised(name).split()]
    return all(any(name.startswith(word) for name in names) for word in normalised(query[:LONGEST_QUERY]).split())


def _place_after(found: Iterable[tuple[Place, Person]], cursor: str | None) -> int:
    if not cursor:
        return 0
    last = from_cursor(cursor)
    place = next((number for number, (one, _) in enumerate(found, start=1) if one.child == last), None)
    if place is None:
        raise Refused(Reason.MALFORMED, "Этот «cursor» не наш: возьмите его из поля next.")
    return place

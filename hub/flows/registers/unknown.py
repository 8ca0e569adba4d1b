"""Carriers that the school's devices read and nobody has: the office says whose one is, and its past comes along (RULES E5)."""

from __future__ import annotations

from datetime import timedelta

from hub.deps import Deps
from hub.flows.guardianship.telling import guardians_of
from hub.flows.office.officers import Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.doors.carriers import Found, UnknownList, UnknownOwner, UnknownView
from hub.flows.words import names_of
from hub.store import notices
from hub.store.passes import unknown_carriers
from hub.store.passes.unknown_carriers import Unknown
from hub.store.school import carriers, devices
from hub.store.school.carriers import CarrierKind
from hub.store.sessions import Visitor
from identity.model import PersonId, normalised
from identity.store import person, persons_by_id, places_in
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

FURTHEST = timedelta(days=60)
"""So far back the past of a card may become a child's."""
MOST_SHOWN, SHORTEST = 20, 2


async def list_unknown(deps: Deps, visitor: Visitor) -> UnknownList:
    """The latest first: the ends of their numbers, where, how often. No child is named, so nobody's record is read."""

    def unit() -> UnknownList:
        officer = officer_of(deps, visitor, act=Act.CARRIERS)
        return UnknownList(zone=officer.zone, items=tuple(_view(one) for one in unknown_carriers.of_school(officer.school)))

    return await deps.db.read(unit)


async def find_owner(deps: Deps, visitor: Visitor, unknown: str, *, q: str = "") -> UnknownOwner:
    """Pupils of the school by the beginning of a name, to pick whose it is."""
    now, wanted = deps.now(), normalised(q)

    def unit() -> UnknownOwner:
        officer, one = _asked(deps, visitor, unknown)
        items: list[Found] = []
        if len(wanted) >= SHORTEST:
            places = {place.child: place.klass for place in places_in(officer.school, klass=None, now=now)}
            known = persons_by_id(deps.keys, places)
            fits = [who for who in known.values() if any(normalised(part).startswith(wanted) for part in (who.last_name, who.first_name))]
            fits.sort(key=lambda who: (normalised(who.last_name), normalised(who.first_name)))
            items = [
                Found(child=who.id, name=names_of(who), class_name=places[who.id], own=bool(own_family(officer.person, who.id)))
                for who in fits[:MOST_SHOWN]
            ]
            note_reading(deps, officer, [PersonId(found.child) for found in items], page="office.carriers", now=now)
        return UnknownOwner(zone=officer.zone, carrier=_view(one), q=q, items=tuple(items))

    return await deps.db.write(unit)


async def attach_unknown(deps: Deps, visitor: Visitor, unknown: str, *, child: str) -> UnknownList:
    """«Это карта …»: from its first use on, what passed and what was bought with it is the child's."""
    now, whom = deps.now(), PersonId(child)

    def unit() -> None:
        officer, one = _asked(deps, visitor, unknown)
        if classes_of((whom,)).get(whom, ("", ""))[0] != officer.school:
            raise Refused(Reason.NOT_FOUND)
        if own_family(officer.person, whom):
            raise Refused(Reason.OWN_FAMILY)
        made = carriers.add_shown(
            deps.keys,
            child=whom,
            school=officer.school,
            kind=CarrierKind(one.carrier),
            token=one.token,
            tail=one.tail,
            since=max(one.first_at, now - FURTHEST),
            by=officer.person,
            now=now,
        )
        if made is None:
            raise Refused(Reason.ALREADY_DECIDED, "Эту карту уже записали за кем-то: обновите страницу.")
        note_change(deps, officer, whom, action="carrier.added", now=now)
        _tell(deps, whom, one)

    await deps.db.write(unit)
    return await list_unknown(deps, visitor)


async def put_aside(deps: Deps, visitor: Visitor, unknown: str) -> UnknownList:
    """A guest's pass, a teacher's bank card at the canteen: it leaves the list."""

    def unit() -> None:
        _, one = _asked(deps, visitor, unknown)
        unknown_carriers.put_aside(one.id)

    await deps.db.write(unit)
    return await list_unknown(deps, visitor)


def _asked(deps: Deps, visitor: Visitor, unknown: str) -> tuple[Officer, Unknown]:
    """In the caller's unit. Another school's and none at all look the same."""
    one = unknown_carriers.find(unknown)
    officer = officer_of(deps, visitor, school=one.school if one else "none", act=Act.CARRIERS)
    if one is None:
        raise Refused(Reason.NOT_FOUND)
    return officer, one


def _tell(deps: Deps, child: PersonId, one: Unknown) -> None:
    known = person(deps.keys, child)
    name = known.first_name if known else "ребёнок"
    text = f"{name}: школа записала карту {one.tail}. Проходы и покупки по ней теперь видны; покупки спишутся со счёта питания."
    for guardian in guardians_of(child):
        notices.tell(deps.keys, person=guardian, kind="carrier_added", text=text, href=f"/children/{child}/cards", now=deps.now())


def _view(one: Unknown) -> UnknownView:
    device = devices.find(one.device)
    return UnknownView(
        id=one.id,
        kind=one.carrier,
        number=one.tail,
        uses=one.uses,
        first_at=one.first_at,
        last_at=one.last_at,
        place=(device.place if device else "") or one.door,
    )

"""Who sees a pupil, as the office shows it, with the officer's look noted in the pupil's own log (RULES A13, B4)."""

from __future__ import annotations

from collections.abc import Iterable

from hub.deps import Deps
from hub.flows.office.officers import Officer, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.views.school.desk import CardGuardianView, Proof, PupilCardView, PupilDesk, RestrictionView, SchoolBan, SchoolBans, SeenBy
from hub.flows.words import names_of
from hub.store.sessions import Visitor
from identity.family.restriction import Restriction, RestrictionState
from identity.model import PersonId
from identity.store import card_guardians, edges, person, persons_by_id, restrictions_of, school_of
from identity.store.family.restrictions import restrictions_of_school
from identity.store.school.cards import classes_of
from identity.store.school.desk import document_of
from identity.store.school.reviews import own_family


def pupil_cards(deps: Deps, children: Iterable[PersonId]) -> dict[PersonId, PupilCardView]:
    wanted = tuple(children)
    known, classes = persons_by_id(deps.keys, wanted), classes_of(wanted)
    return {
        id_: PupilCardView(
            id=id_,
            last_name=one.last_name,
            first_name=one.first_name,
            birth_date=one.birth_date,
            class_name=classes.get(id_, ("", ""))[1],
        )
        for id_, one in known.items()
    }


async def show_pupil(deps: Deps, visitor: Visitor, pupil: str) -> PupilDesk:
    """For the own school's pupil: guardians, the card's entries, restrictions; an own child's page shows no levers."""
    child = PersonId(pupil)

    def unit() -> tuple[Officer, PupilDesk]:
        officer = officer_of(deps, visitor, school=school_of(child) or "none", act=Act.REVIEWS)
        return officer, PupilDesk(
            zone=officer.zone,
            pupil=pupil_cards(deps, (child,))[child],
            seen_by=_seen_by(deps, child),
            card=tuple(
                CardGuardianView(id=entry.id, name=f"{first} {last}", snils=snils.masked, state=entry.state.value)
                for entry, snils, last, first in card_guardians(deps.keys, child)
            ),
            restrictions=tuple(_restriction(deps, one) for one in restrictions_of(child)),
            own_family=own_family(officer.person, child),
        )

    officer, view = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, (child,), page="office.guardians", now=deps.now()))
    return view


async def list_restrictions(deps: Deps, visitor: Visitor, *, school: str | None = None) -> SchoolBans:
    """The school's restrictions: waiting, in force, and what was."""

    def unit() -> tuple[Officer, SchoolBans, Iterable[PersonId]]:
        officer = officer_of(deps, visitor, school=school, act=Act.RESTRICTIONS)
        found = restrictions_of_school(officer.school)
        cards = pupil_cards(deps, {one.child for one in found})
        shown = [SchoolBan(pupil=cards.get(one.child), ban=_restriction(deps, one)) for one in found]
        live = ("proposed", "lift_proposed", "active")
        order = sorted(shown, key=lambda one: live.index(one.ban.state) if one.ban.state in live else len(live))
        return officer, SchoolBans(zone=officer.zone, items=tuple(order)), tuple(cards)

    officer, view, children = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, children, page="office.restrictions", now=deps.now()))
    return view


def _seen_by(deps: Deps, child: PersonId) -> tuple[SeenBy, ...]:
    every = edges.of_child(child)
    known = persons_by_id(deps.keys, {edge.guardian for edge in every})
    found = []
    for guardian in dict.fromkeys(edge.guardian for edge in every):
        mine = [edge for edge in every if edge.guardian == guardian]
        strongest = min(mine, key=lambda edge: ("frozen", "active", "to_confirm", "waiting").index(edge.state.value))
        found.append(
            SeenBy(
                person=guardian,
                name=names_of(known.get(guardian)),
                state=strongest.state.value,
                evidence=tuple(Proof(kind=edge.evidence.kind.value, at=edge.evidence.at) for edge in mine),
            )
        )
    return tuple(found)


def _restriction(deps: Deps, one: Restriction) -> RestrictionView:
    over = one.until is not None and one.until <= deps.now()
    state = one.state.value
    if one.state is RestrictionState.ACTIVE:
        state = "over" if over else "lift_proposed" if one.lift_by else "active"
    return RestrictionView(
        id=one.id,
        name=names_of(person(deps.keys, one.guardian)) if one.guardian else "Назван по СНИЛС",
        state=state,
        document=document_of(deps.keys, "restriction", one.id),
        since=one.active_at or one.created_at,
        until=one.until,
    )

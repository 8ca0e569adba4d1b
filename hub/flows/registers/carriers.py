"""What a pupil passes with: entered, blocked, lost, ended; its history stays, so that a late event finds its owner (RULES E5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from hub.deps import Deps
from hub.flows.cursors import from_cursor, to_cursor
from hub.flows.office.deciding.word import guardians_of
from hub.flows.office.officers import Officer, note_change, note_reading, officer_for, officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.registers.numbers import masked, number_of
from hub.flows.views.school.registers import CarrierList, CarrierRow, CarrierView, PupilCarriers
from hub.flows.words import names_of
from hub.store import notices
from hub.store.school import carriers
from hub.store.school.carriers import CarrierCard, CarrierKind, CarrierState
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import person, persons_by_id
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

A_PAGE = 50


class Step(StrEnum):
    BLOCK = "block"
    UNBLOCK = "unblock"
    LOSE = "lose"
    FOUND = "found"
    END = "end"


STEPS: Mapping[Step, tuple[tuple[CarrierState, ...], CarrierState]] = {
    Step.BLOCK: ((CarrierState.ACTIVE,), CarrierState.BLOCKED),
    Step.UNBLOCK: ((CarrierState.BLOCKED,), CarrierState.ACTIVE),
    Step.LOSE: ((CarrierState.ACTIVE, CarrierState.BLOCKED), CarrierState.LOST),
    Step.FOUND: ((CarrierState.LOST,), CarrierState.ACTIVE),
    Step.END: ((CarrierState.ACTIVE, CarrierState.BLOCKED, CarrierState.LOST), CarrierState.ENDED),
}
_TOLD: Mapping[Step, str] = {
    Step.BLOCK: "заблокировала карту или браслет",
    Step.UNBLOCK: "снова открыла карту или браслет",
    Step.LOSE: "отметила, что карта или браслет потеряны: пройти по ним больше нельзя",
    Step.FOUND: "отметила, что карта или браслет нашлись: по ним снова можно пройти",
    Step.END: "сняла с учёта карту или браслет",
}


async def carriers_of(deps: Deps, visitor: Visitor, pupil: str) -> PupilCarriers:
    child = PersonId(pupil)

    def unit() -> PupilCarriers:
        officer = officer_for(deps, visitor, child, act=Act.CARRIERS)
        note_reading(deps, officer, (child,), page="office.carriers", now=deps.now())
        return _of_pupil(deps, officer, child)

    return await deps.db.write(unit)


async def list_carriers(deps: Deps, visitor: Visitor, *, cursor: str | None = None) -> CarrierList:
    """The school's living ones in pages."""

    def unit() -> CarrierList:
        officer = officer_of(deps, visitor, act=Act.CARRIERS)
        found = carriers.of_school(deps.keys, officer.school, after=from_cursor(cursor) if cursor else "", limit=A_PAGE + 1)
        shown = found[:A_PAGE]
        children = {PersonId(one.child) for one in shown}
        known, where = persons_by_id(deps.keys, children), classes_of(tuple(children))
        note_reading(deps, officer, children, page="office.carriers", now=deps.now())
        rows = [
            CarrierRow(
                carrier=view_of(one),
                child=one.child,
                name=names_of(known.get(PersonId(one.child))),
                class_name=where.get(PersonId(one.child), ("", ""))[1],
            )
            for one in shown
        ]
        following = to_cursor(shown[-1].id) if len(found) > A_PAGE else None
        return CarrierList(zone=officer.zone, items=tuple(rows), active=carriers.count(officer.school), next=following)

    return await deps.db.write(unit)


async def add_carrier(deps: Deps, visitor: Visitor, pupil: str, *, kind: str, number: str, since: datetime | None = None) -> PupilCarriers:
    """Never for the own family; a number that somebody of the school holds stays with its holder."""
    child = PersonId(pupil)
    which, plain = kind_of(kind), number_of(kind_of(kind), number)

    def unit() -> PupilCarriers:
        officer = officer_for(deps, visitor, child, act=Act.CARRIERS)
        _not_own(officer, child)
        now = deps.now()
        if since is not None and since > now:
            raise Refused(Reason.MALFORMED, "День, с которого карта действует, ещё не наступил.")
        put(deps, child=child, school=officer.school, kind=which, number=plain, since=since or now, by=officer.person)
        note_change(deps, officer, child, action="carrier.added", now=now)
        return _of_pupil(deps, officer, child)

    return await deps.db.write(unit)


def put(deps: Deps, *, child: str, school: str, kind: CarrierKind, number: str, since: datetime, by: str) -> str:
    """Inside the caller's unit: the new carrier's id."""
    made = carriers.add(deps.keys, child=child, school=school, kind=kind, number=number, since=since, by=by, now=deps.now())
    if made is None:
        raise Refused(Reason.MALFORMED, "Такой номер в школе уже выдан. Снимите его с прежнего ученика и внесите снова.")
    return made


async def turn_carrier(deps: Deps, visitor: Visitor, carrier: str, step: Step) -> PupilCarriers:
    """Works at once; the family hears of it. Twice is harmless."""

    def unit() -> PupilCarriers:
        found = carriers.find(deps.keys, carrier)
        if found is None:
            officer_of(deps, visitor, act=Act.CARRIERS)
            raise Refused(Reason.NOT_FOUND)
        child, now = PersonId(found.child), deps.now()
        officer = officer_of(deps, visitor, school=found.school, act=Act.CARRIERS)
        _not_own(officer, child)
        before, after = STEPS[step]
        if carriers.turn(deps.keys, found.id, before=before, after=after, by=officer.person, now=now):
            note_change(deps, officer, child, action=f"carrier.{step.value}", now=now)
            _tell(deps, child, step, now)
        elif found.state is not after:
            raise Refused(Reason.ALREADY_DECIDED, "Состояние карты уже другое: обновите страницу.")
        return _of_pupil(deps, officer, child)

    return await deps.db.write(unit)


def kind_of(text: str) -> CarrierKind:
    try:
        return CarrierKind(text)
    except ValueError as error:
        words = ", ".join(one.value for one in CarrierKind)
        raise Refused(Reason.MALFORMED, f"Вид может быть: {words}.") from error


def view_of(one: CarrierCard) -> CarrierView:
    may = tuple(step.value for step, (before, _) in STEPS.items() if one.state in before)
    return CarrierView(
        id=one.id, kind=one.kind.value, number=masked(one.number), state=one.state.value, since=one.since, until=one.until, may=may
    )


def _of_pupil(deps: Deps, officer: Officer, child: PersonId) -> PupilCarriers:
    known, where = person(deps.keys, child), classes_of((child,))
    return PupilCarriers(
        child=child,
        name=names_of(known),
        class_name=where.get(child, ("", ""))[1],
        zone=officer.zone,
        own=bool(own_family(officer.person, child)),
        items=tuple(view_of(one) for one in without_past(carriers.of_child(deps.keys, child)) if one.school == officer.school),
    )


def without_past(found: Sequence[CarrierCard]) -> list[CarrierCard]:
    """One row a carrier: the times before it was closed and opened again are its history, not another card."""
    living = {(one.school, one.kind, one.number) for one in found if one.state is not CarrierState.ENDED}
    return [one for one in found if one.state is not CarrierState.ENDED or (one.school, one.kind, one.number) not in living]


def _not_own(officer: Officer, child: PersonId) -> None:
    if own_family(officer.person, child):
        raise Refused(Reason.OWN_FAMILY)


def _tell(deps: Deps, child: PersonId, step: Step, now: datetime) -> None:
    known = person(deps.keys, child)
    text = f"Школа {_TOLD[step]} ({known.first_name if known else 'ребёнок'}). Обед по списку ребёнок получит и без карты."
    for one in guardians_of(child):
        notices.tell(deps.keys, person=one, kind="carrier_changed", text=text, href="/notices", now=now)

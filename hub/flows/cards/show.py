"""The page of a child's cards: each with its state, where it was last shown, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from device_ingest.model import EventType
from device_ingest.store import Held, Kept, looking
from hub.deps import Deps
from hub.flows.cards.rules import found_until, of_family, seen, why_not_close, why_not_open
from hub.flows.registers.carriers import without_past
from hub.flows.registers.numbers import masked
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.doors.cards import CardUse, CardView, ChildCards
from hub.ledger.model import Purpose
from hub.ledger.store import contracts
from hub.ledger.store.contracts import ContractState
from hub.store.school import carriers, devices, schools
from hub.store.school.carriers import CarrierCard, CarrierState
from hub.store.sessions import Visitor
from identity.guardianship import Right
from identity.model import MOSCOW, Person, PersonId
from identity.store.school.cards import classes_of

PAGE = "cards"
_USES = (EventType.PASS, EventType.MEAL, EventType.CARD)
_WORDS = {EventType.PASS: "pass", EventType.MEAL: "meal", EventType.CARD: "card"}


async def show_cards(deps: Deps, visitor: Visitor, child: str) -> ChildCards:
    def unit() -> ChildCards:
        whom, right = seen(deps, visitor, child)
        return view_of(deps, visitor, whom, right)

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


def view_of(deps: Deps, visitor: Visitor, whom: Person, right: Right) -> ChildCards:
    """In the caller's unit."""
    ogrn = classes_of((whom.id,)).get(whom.id, ("", ""))[0]
    school = schools.school(ogrn) if ogrn else None
    found, why_not = carriers.of_child(deps.keys, whom.id), why_not_close(deps, visitor, whom, right)
    why_not_add = why_not_open(deps, visitor, whom, right) or (
        "" if school else "Ребёнка ещё нет в списках школы: карту сначала выдаёт она."
    )
    given = next((one.school for one in found if one.state is CarrierState.ACTIVE), "")
    shown = [_card(deps, one, found, closes=not why_not, opens=not why_not_add, now=deps.now()) for one in without_past(found)]
    return ChildCards(
        child=whom.id,
        first_name=whom.first_name,
        zone=school.zone if school else schools.zone_of(given) or MOSCOW,
        school=school.short_name if school else "",
        items=tuple(shown),
        why_not=why_not,
        why_not_add=why_not_add,
        services=None if right.is_self else _services(whom.id),
    )


def _card(deps: Deps, one: CarrierCard, all_: Sequence[CarrierCard], *, closes: bool, opens: bool, now: datetime) -> CardView:
    same = [past for past in all_ if (past.school, past.kind, past.number) == (one.school, one.kind, one.number)]
    after = used_after(deps, one)
    until = found_until(one)
    may = []
    if closes and one.state is CarrierState.ACTIVE:
        may += ["block", "lose"]
    elif closes and one.state is CarrierState.BLOCKED:
        may += ["lose"]
    elif opens and until is not None and now < until and after is None:
        may += ["found"]
    return CardView(
        id=one.id,
        kind=one.kind.value,
        number=masked(one.number),
        state=one.state.value,
        since=min(past.since for past in same),
        until=one.until,
        by_family=of_family(PersonId(one.child), one.added_by),
        last_used=_use(looking.last_of([held for past in same for held in held_of(deps, past)], types=_USES)),
        used_after=after,
        found_until=until,
        may=tuple(may),
    )


def held_of(deps: Deps, one: CarrierCard) -> list[Held]:
    """The time in which it was the child's."""
    return [Held(one.school, one.kind.value, token, one.since, one.until) for token in carriers.tokens_of(deps.keys, one)]


def used_after(deps: Deps, one: CarrierCard) -> CardUse | None:
    """In the caller's unit: who showed it after it was closed was hardly the child."""
    if one.state not in (CarrierState.BLOCKED, CarrierState.LOST) or one.until is None:
        return None
    held = [Held(one.school, one.kind.value, token, one.until, None) for token in carriers.tokens_of(deps.keys, one)]
    return _use(looking.last_of(held, types=_USES))


def _use(row: Kept | None) -> CardUse | None:
    if row is None:
        return None
    device = devices.find(row.device)
    place = (device.place if device else "") or row.door or str(row.data.get("place") or "")
    return CardUse(at=row.at, kind=_WORDS[row.type], place=place, direction=row.direction)


def _services(child: str) -> str | None:
    """The account that a duplicate is paid from."""
    for card in contracts.of_children([child]):
        if card.state is ContractState.ACTIVE:
            return next((one.id for one in card.accounts if one.purpose is Purpose.SERVICES and not one.closed), None)
    return None

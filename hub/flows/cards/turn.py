"""Who guards the child closes a card with one tap, alone and at once; a lost one that was found opens again (RULES A5b, E5; F143)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.cards.rules import found_until, seen, why_not_close, why_not_open
from hub.flows.cards.show import used_after, view_of
from hub.flows.guardianship.telling import tell_family
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.registers.carriers import STEPS, Step
from hub.flows.registers.numbers import masked
from hub.flows.views.doors.cards import ChildCards
from hub.store.school import carriers
from hub.store.school.carriers import CarrierCard
from hub.store.sessions import Visitor
from identity.model import ActorKind, Person, PersonId
from identity.store import record_change

OPEN_TO_FAMILY = {Step.BLOCK, Step.LOSE, Step.FOUND}
SCHOOL_OPENS = "Эту карту открывает школа: покажите её в канцелярии."
TOO_LATE = "Со дня потери прошло больше двух недель: карту открывает школа."
WAS_USED = "После потери этой картой пользовались. Покажите её в канцелярии: открыть снова сможет школа."
_TOLD = {
    Step.BLOCK: "карта {tail} закрыта: пройти и платить по ней больше нельзя. Обед дадут по списку, пройти поможет охрана.",
    Step.LOSE: "карта {tail} отмечена потерянной: пройти и платить по ней больше нельзя. Обед дадут по списку, пройти поможет охрана.",
    Step.FOUND: "карта {tail} нашлась и снова открыта.",
}


async def turn_card(deps: Deps, visitor: Visitor, child: str, card: str, step: str) -> ChildCards:
    """`block` and `lose` need no fresh sign-in: they must be quick. Twice is harmless; the other guardians hear of it."""
    now = deps.now()
    if step not in OPEN_TO_FAMILY:
        raise Refused(Reason.NOT_FOUND)

    def unit() -> ChildCards:
        whom, right = seen(deps, visitor, child)
        found = carriers.find(deps.keys, card)
        if found is None or found.child != whom.id:
            raise Refused(Reason.NOT_FOUND)
        word = Step(step)
        before, after = STEPS[word]
        if found.state is not after:
            why = (why_not_open if word is Step.FOUND else why_not_close)(deps, visitor, whom, right)
            if why:
                raise Refused(Reason.FORBIDDEN, why)
            if word is Step.FOUND:
                _require_openable(deps, visitor, found, now=now)
            if not carriers.turn(deps.keys, found.id, before=before, after=after, by=visitor.person, now=now):
                raise Refused(Reason.ALREADY_DECIDED, "Состояние карты уже другое: обновите страницу.")
            _note(deps, visitor, whom, found, word, now=now)
        return view_of(deps, visitor, whom, right)

    return await deps.db.write(unit)


def _require_openable(deps: Deps, visitor: Visitor, found: CarrierCard, *, now: datetime) -> None:
    until = found_until(found)
    if until is None:
        raise Refused(Reason.FORBIDDEN, SCHOOL_OPENS)
    if now >= until:
        raise Refused(Reason.FORBIDDEN, TOO_LATE)
    if used_after(deps, found) is not None:
        raise Refused(Reason.FORBIDDEN, WAS_USED)
    require_fresh(deps, visitor.auth_time)


def _note(deps: Deps, visitor: Visitor, whom: Person, found: CarrierCard, step: Step, *, now: datetime) -> None:
    kind = ActorKind.PUPIL if visitor.person == whom.id else ActorKind.GUARDIAN
    action = f"carrier.{step.value}"
    record_change(actor=PersonId(visitor.person), actor_kind=kind, subject=whom.id, action=action, object=found.id, now=now)
    text = f"{whom.first_name}: {_TOLD[step].format(tail=masked(found.number))}"
    href = f"/children/{whom.id}/cards"
    tell_family(deps, whom.id, but={visitor.person}, kind="carrier_changed", text=text, href=href)

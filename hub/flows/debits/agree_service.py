"""A family says its own word to a paid service, its group and its price; without one nothing is taken; it may be taken back (A14, D8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.debits.agreed import price_on, version_of, word_on
from hub.flows.debits.words import tell_parents
from hub.flows.holds import require_no_hold
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading, refusal
from hub.flows.views.paying.debits import OfferedService, OfferedServices
from hub.ledger.money import shown
from hub.store.school import schools, services
from hub.store.school.canteen import Dish
from hub.store.school.services import GIVEN, OPEN, REFUSED, Said, ServiceCard
from hub.store.sessions import Visitor
from identity.ages import phase
from identity.consent import giver_fault
from identity.guardianship import Right
from identity.model import MOSCOW, ActorKind, EdgeRight, Person, PersonId
from identity.store import act_right, person, record_change, view_right
from identity.store.school.cards import classes_of

PAGE = "money.services"
NOT_YOUR_TURN = "Это согласие даёте не вы: до 14 лет решает родитель, с 14 — родитель и ученик, с 18 — сам ученик."


async def show_services(deps: Deps, visitor: Visitor, child: str) -> OfferedServices:
    """The paid services that the child's school offers to the child's class, and how each stands."""

    def unit() -> OfferedServices:
        whom, right = _seen(deps, visitor, child)
        return _view(deps, visitor, whom, right, now=deps.now())

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


async def say_on_service(deps: Deps, visitor: Visitor, child: str, service: str, *, word: str, version: str = "") -> OfferedServices:
    """`given`, `refused` or `withdrawn`; a yes is to the very price that was shown. The other guardians are told."""
    now = deps.now()
    if word not in (GIVEN, REFUSED, "withdrawn"):
        raise Refused(Reason.MALFORMED, "Ответ — «согласен», «не согласен» или «отозвать».")

    def unit() -> OfferedServices:
        whom, right = _seen(deps, visitor, child)
        offered = _view(deps, visitor, whom, right, now=now)
        asked = next((one for one in offered.items if one.id == service), None)
        card = services.get(service)
        if asked is None or card is None:
            raise Refused(Reason.NOT_FOUND)
        if not asked.may_say:
            raise Refused(Reason.FORBIDDEN, NOT_YOUR_TURN)
        if word == GIVEN:
            _require_pay(deps, visitor, whom, now=now)
            if version != asked.version:
                raise Refused(Reason.PRICE_CHANGED, more={"price_kop": asked.price_kop, "version": asked.version})
        if word == "withdrawn":
            changed = services.withdraw(service, whom.id, visitor.person, now=now)
        else:
            services.say(service, whom.id, visitor.person, version=asked.version, price_kop=asked.price_kop, word=word, now=now)
            changed = True
        if changed:
            _note(deps, visitor, whom, card, asked, word, now=now)
        return _view(deps, visitor, whom, right, now=now)

    return await deps.db.write(unit)


def _note(deps: Deps, visitor: Visitor, whom: Person, card: ServiceCard, asked: OfferedService, word: str, *, now: datetime) -> None:
    kind = ActorKind.GUARDIAN
    action = f"service.{word}"
    record_change(actor=PersonId(visitor.person), actor_kind=kind, subject=whom.id, action=action, object=card.id, now=now)
    said = {GIVEN: "согласие дано", REFUSED: "согласия нет", "withdrawn": "согласие отозвано"}[word]
    text = f"{whom.first_name}: платное занятие «{card.title}», {shown(asked.price_kop)} — {said}."
    tell_parents(deps, whom.id, but=visitor.person, pupil=True, kind="service_word", text=text, href=f"/children/{whom.id}/money/services")


def _seen(deps: Deps, visitor: Visitor, child: str) -> tuple[Person, Right]:
    """In the caller's unit; a lent view and a diary's child are not there."""
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=deps.now())
    if not right.allowed:
        raise refusal(right)
    whom = person(deps.keys, PersonId(child))
    if whom is None or right.delegated or right.diary_only:
        raise Refused(Reason.NOT_FOUND)
    return whom, right


def _require_pay(deps: Deps, visitor: Visitor, whom: Person, *, now: datetime) -> None:
    """A yes costs money: it wants the right to pay; the pupil's own word from 14 on is one of two, or from 18 the only one."""
    if visitor.person == whom.id:
        require_no_hold(deps, visitor.person)
        return
    right = act_right(deps.keys, PersonId(visitor.person), whom.id, EdgeRight.PAY, now=now)
    if not right.allowed:
        raise refusal(right) if right.missing else Refused(Reason.NOT_ALLOWED_YET)


def _view(deps: Deps, visitor: Visitor, whom: Person, right: Right, *, now: datetime) -> OfferedServices:
    school, klass = classes_of((whom.id,)).get(whom.id, ("", ""))
    today = now.astimezone(ZoneInfo(schools.zone_of(school) or MOSCOW)).date()
    words = services.words_of_child(whom.id)
    said = {one.service for one in words if one.withdrawn_at is None}
    items = []
    for card in services.of_school(school) if school else ():
        price = price_on(card, today)
        if card.state == OPEN and price is not None and (card.for_class(klass) or card.id in said):
            items.append(_offered(deps, visitor, whom, right, card, price, [one for one in words if one.service == card.id], now=now))
    return OfferedServices(child=whom.id, first_name=whom.first_name, items=tuple(items))


def _offered(
    deps: Deps, visitor: Visitor, whom: Person, right: Right, card: ServiceCard, price: Dish, words: Sequence[Said], *, now: datetime
) -> OfferedService:
    version, where = version_of(card, price), phase(whom.birth_date, now, whom.zone)
    holds = word_on(deps, whom, words, version, now=now)
    mine = next((one for one in reversed(words) if one.person == visitor.person and one.withdrawn_at is None), None)
    current = mine.word if mine and (mine.version == version or mine.word == REFUSED) else None
    school = schools.school(card.school)
    state = "agreed" if holds.holds else "refused" if current == REFUSED else "waits" if current == GIVEN else "wanted"
    return OfferedService(
        id=card.id,
        title=card.title,
        group=card.group,
        school=school.short_name if school else "",
        price_kop=price.kop,
        version=version,
        state=state,
        mine=current,
        missing=tuple(one.value for one in holds.missing),
        may_say=giver_fault(PersonId(visitor.person), whom.id, guardian=not right.is_self, where=where) is None,
    )

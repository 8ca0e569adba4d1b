"""Who answers: the operator what was asked of the service, a school's office what was asked of that school; nobody his own (RULES B5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.directory.shape import takes_questions
from hub.flows.office.officers import officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.support.asking import LONGEST_TEXT
from hub.flows.support.shape import desk_view, head_of
from hub.flows.views.written.support import DeskQueue, DeskTicket
from hub.store import notices
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.written import tickets
from hub.store.written.tickets import Side, Ticket, TicketState
from identity.model import PersonId
from identity.store.school.reviews import own_family

OPEN = (TicketState.WAITING, TicketState.ANSWERED)
LONGEST_FORM = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who sits there: `school` is null at the operator's; `zone` is the clock by which its times are shown."""

    person: PersonId
    school: str | None
    title: str
    zone: str


At = Callable[[], Desk]
"""Found inside the unit of work, so that an officer who was just dismissed answers nobody."""


async def operator_desk(deps: Deps, visitor: Visitor) -> At:
    await enter(deps, visitor)
    desk = Desk(person=PersonId(visitor.person), school=None, title="Оператор сервиса", zone="Europe/Moscow")
    return lambda: desk


async def school_desk(deps: Deps, visitor: Visitor) -> At:
    def found() -> Desk:
        officer = officer_of(deps, visitor, act=Act.STAFF)
        card = schools.school(officer.school)
        return Desk(person=officer.person, school=officer.school, title=card.short_name if card else "", zone=officer.zone)

    return found


async def show_queue(deps: Deps, at: At, *, state: str | None = None) -> DeskQueue:
    """Who waits longest stands first; `state` may be closed, too."""
    wanted = [one for one in TicketState if one.value == state] or list(OPEN)

    def unit() -> DeskQueue:
        desk = at()
        found = sorted(tickets.queue(deps.keys, desk.school, states=wanted), key=lambda one: one.state is not TicketState.WAITING)
        return DeskQueue(items=tuple(head_of(one) for one in found), title=desk.title, zone=desk.zone)

    return await deps.db.read(unit)


async def show_at_desk(deps: Deps, at: At, number: str) -> DeskTicket:
    def unit() -> DeskTicket:
        desk = at()
        return _view(deps, desk, _there(deps, desk, number))

    return await deps.db.read(unit)


async def answer(deps: Deps, at: At, number: str, text: str, *, form: str) -> DeskTicket:
    """The asker reads it by the link; who asked while signed in is told. The same form twice is said once."""
    said = text.strip()
    if not 0 < len(said) <= LONGEST_TEXT or not 0 < len(form) <= LONGEST_FORM:
        raise Refused(Reason.MALFORMED, "Напишите ответ: до 4000 знаков.")

    def unit() -> DeskTicket:
        desk = at()
        found = _mine(deps, desk, number)
        if found.state is TicketState.CLOSED:
            raise Refused(Reason.ALREADY_DECIDED, "Вопрос уже закрыт.")
        new = tickets.say(deps.keys, found, side=Side.DESK, by=desk.person, text=said, form=form, now=deps.now())
        if new and found.person:
            told = f"На ваш вопрос {found.number} ответили: {desk.title}."
            href = f"/support/tickets/{found.number}"
            notices.tell(deps.keys, person=found.person, kind="support_answered", text=told, href=href, now=deps.now())
        return _view(deps, desk, _there(deps, desk, number))

    return await deps.db.write(unit)


async def close_at_desk(deps: Deps, at: At, number: str) -> DeskTicket:
    def unit() -> DeskTicket:
        desk = at()
        tickets.turn(_mine(deps, desk, number).id, TicketState.CLOSED, before=OPEN, now=deps.now())
        return _view(deps, desk, _there(deps, desk, number))

    return await deps.db.write(unit)


async def hand_on(deps: Deps, at: At, number: str, school: str) -> DeskQueue:
    """The operator to a school by its OGRN, a school to the operator; what is left at this desk is shown."""

    def unit() -> DeskQueue:
        desk = at()
        found = _mine(deps, desk, number)
        to = None if desk.school else school.strip()
        if to is not None and not takes_questions(to):
            raise Refused(Reason.NOT_FOUND, "Эта школа здесь вопросов не принимает: проверьте ОГРН.")
        tickets.hand_on(found.id, to)
        rest = tickets.queue(deps.keys, desk.school, states=OPEN)
        return DeskQueue(items=tuple(head_of(one) for one in rest), title=desk.title, zone=desk.zone)

    return await deps.db.write(unit)


def _there(deps: Deps, desk: Desk, number: str) -> Ticket:
    """Inside the caller's unit; what lies at another desk and what is not there look the same."""
    found = tickets.by_number(deps.keys, number)
    if found is None or found.school != desk.school:
        raise Refused(Reason.NOT_FOUND)
    return found


def _mine(deps: Deps, desk: Desk, number: str) -> Ticket:
    found = _there(deps, desk, number)
    if _own(desk, found):
        raise Refused(Reason.OWN_FAMILY)
    return found


def _own(desk: Desk, one: Ticket) -> bool:
    return one.person is not None and own_family(desk.person, PersonId(one.person))


def _view(deps: Deps, desk: Desk, one: Ticket) -> DeskTicket:
    return desk_view(deps, one, blocked="own_family" if _own(desk, one) else None)

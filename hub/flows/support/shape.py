"""A question as its asker and as the desk sees it; read in the caller's unit."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.phones import shown
from hub.flows.views.written.support import DeskTicket, SaidView, TicketHead, TicketView
from hub.store.school import schools
from hub.store.written import tickets
from hub.store.written.tickets import Ticket, TicketState

OPERATOR = "Оператор сервиса"


def head_of(one: Ticket) -> TicketHead:
    return TicketHead(number=one.number, topic=one.asker.topic, state=one.state.value, created_at=one.created_at, updated_at=one.updated_at)


def view_of(deps: Deps, one: Ticket) -> TicketView:
    card = schools.school(one.school) if one.school else None
    return TicketView(
        number=one.number,
        topic=one.asker.topic,
        state=one.state.value,
        created_at=one.created_at,
        updated_at=one.updated_at,
        answers=card.short_name if card else OPERATOR,
        zone=card.zone if card else "Europe/Moscow",
        masked=one.asker.masked,
        messages=_said(deps, one),
        may_reply=one.state is not TicketState.CLOSED,
    )


def desk_view(deps: Deps, one: Ticket, *, blocked: str | None = None) -> DeskTicket:
    """With who asks and how to reach them; `blocked` where this officer may not answer."""
    return DeskTicket(
        number=one.number,
        topic=one.asker.topic,
        state=one.state.value,
        created_at=one.created_at,
        updated_at=one.updated_at,
        name=one.asker.name,
        email=one.asker.email,
        phone=shown(one.asker.phone) if one.asker.phone else "",
        signed_in=one.person is not None,
        messages=_said(deps, one),
        blocked=blocked,
    )


def _said(deps: Deps, one: Ticket) -> tuple[SaidView, ...]:
    return tuple(SaidView(id=said.id, side=said.side.value, at=said.at, text=said.text) for said in tickets.messages(deps.keys, one.id))

"""The asker comes back by the secret link, or signed in: reads the answers, writes on, closes the question."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.support.asking import LONGEST_TEXT
from hub.flows.support.masking import cover
from hub.flows.support.shape import head_of, view_of
from hub.flows.views.written.support import TicketHeads, TicketView
from hub.store.process.memory import Throttle
from hub.store.sessions import Visitor
from hub.store.written import tickets
from hub.store.written.tickets import Side, Ticket, TicketState

WRONG_AN_HOUR = 30
LONGEST_SECRET = 100
LINK_WRONG = "Такой ссылки нет: проверьте, скопирована ли она целиком. Вопрос хранится полгода после последнего слова."


async def mine(deps: Deps, visitor: Visitor) -> TicketHeads:
    """What the signed-in person asked, whichever was moved last first."""
    found = await deps.db.read(lambda: tickets.of_person(deps.keys, visitor.person))
    return TicketHeads(items=tuple(head_of(one) for one in found))


async def follow(deps: Deps, network: str, secret: str) -> str:
    """The number behind a secret; wrong ones are counted by network, and a right one resets nothing."""
    budget = deps.memory.budgets.setdefault("support secrets", Throttle(limit=WRONG_AN_HOUR, window_s=3600.0))
    if budget.wait_s(network) > 0:
        raise Refused(Reason.TOO_MANY, after_s=budget.wait_s(network))
    found = await deps.db.read(lambda: tickets.by_secret(deps.keys, secret[:LONGEST_SECRET]))
    if found is None:
        budget.note(network)
        raise Refused(Reason.NOT_FOUND, LINK_WRONG)
    return found.number


async def show_ticket(deps: Deps, visitor: Visitor | None, secret: str, number: str) -> TicketView:
    """For who holds the secret, or asked while signed in; for others there is none."""
    return await deps.db.read(lambda: view_of(deps, _own(deps, visitor, secret, number)))


async def reply(deps: Deps, visitor: Visitor | None, secret: str, number: str, text: str, *, form: str) -> TicketView:
    """The question waits for the desk again; the same form twice is said once."""
    covered, _ = cover(text)
    if not 0 < len(covered) <= LONGEST_TEXT or not 0 < len(form) <= LONGEST_SECRET:
        raise Refused(Reason.MALFORMED, "Напишите сообщение: до 4000 знаков.")

    def unit() -> TicketView:
        mine = _own(deps, visitor, secret, number)
        if mine.state is TicketState.CLOSED:
            raise Refused(Reason.ALREADY_DECIDED, "Вопрос закрыт. Задайте новый: старый останется здесь для чтения.")
        tickets.say(deps.keys, mine, side=Side.ASKER, by=None, text=covered, form=form, now=deps.now())
        return view_of(deps, _own(deps, visitor, secret, number))

    return await deps.db.write(unit)


async def close(deps: Deps, visitor: Visitor | None, secret: str, number: str) -> TicketView:
    """Twice is harmless."""

    def unit() -> TicketView:
        mine = _own(deps, visitor, secret, number)
        tickets.turn(mine.id, TicketState.CLOSED, before=(TicketState.WAITING, TicketState.ANSWERED), now=deps.now())
        return view_of(deps, _own(deps, visitor, secret, number))

    return await deps.db.write(unit)


def _own(deps: Deps, visitor: Visitor | None, secret: str, number: str) -> Ticket:
    """Inside the caller's unit; a foreign question and none at all look the same."""
    found = tickets.by_number(deps.keys, number)
    held = tickets.by_secret(deps.keys, secret[:LONGEST_SECRET]) if secret else None
    by_link = found is not None and held is not None and held.id == found.id
    if found is None or not (by_link or (visitor is not None and found.person == visitor.person)):
        raise Refused(Reason.NOT_FOUND, "Такого вопроса здесь нет. Откройте его по ссылке, которую вы сохранили, или войдите.")
    return found

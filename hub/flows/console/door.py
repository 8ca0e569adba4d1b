"""An operator comes by a one-time link and a fresh Gosuslugi sign-in, and later by the sign-in alone; nobody else finds a door (ADR 27)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.console import ConsoleHome
from hub.store.sessions import Visitor
from identity.claims import Level
from identity.errors import NotFound
from identity.linking import is_fresh
from identity.model import GOSUSLUGI, PersonId
from identity.store import person
from identity.store.accounts.operator_links import operator_of, use_operator_link
from identity.store.accounts.operators import Operator

OPEN_FOR = timedelta(hours=12)
"""A working day after the sign-in; then the operator signs in anew."""
LONGEST_CODE = 100


class Way(StrEnum):
    """What the page of the one-time link asks for next."""

    SIGN_IN = "sign_in"
    CONFIRMED = "confirmed"
    AGAIN = "again"
    CODE = "code"
    INSIDE = "inside"


async def enter(deps: Deps, visitor: Visitor) -> ConsoleHome:
    """For every page of the console: who is in. For anybody but an operator there is nothing here.

    The row is asked each time, so that `hub operator end` shuts the door at once."""
    found = await deps.db.read(lambda: _operator(deps, visitor))
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    signed_in_at = visitor.auth_time
    if signed_in_at is None or deps.now() >= signed_in_at + OPEN_FOR:
        raise Refused(Reason.NOT_FRESH, "Консоль открыта 12 часов после входа через Госуслуги. Войдите ещё раз.")
    return ConsoleHome(operator=found.id, name=found.name, until=signed_in_at + OPEN_FOR)


def _operator(deps: Deps, visitor: Visitor) -> Operator | None:
    """Gosuslugi alone, and the confirmed account: a weaker way into the same cabinet opens no console."""
    if visitor.system != GOSUSLUGI:
        return None
    found = operator_of(deps.keys, PersonId(visitor.person))
    return found if found is not None and _is_confirmed(deps, visitor) else None


def _is_confirmed(deps: Deps, visitor: Visitor) -> bool:
    known = person(deps.keys, PersonId(visitor.person))
    return visitor.system == GOSUSLUGI and known is not None and known.level is Level.CONFIRMED


async def way_in(deps: Deps, visitor: Visitor | None) -> Way:
    """The steps of the one-time link, for whoever opens its page; nothing is told that the visitor does not know."""
    if visitor is None:
        return Way.SIGN_IN

    def unit() -> Way:
        if _operator(deps, visitor) is not None:
            return Way.INSIDE
        if not _is_confirmed(deps, visitor):
            return Way.CONFIRMED
        return Way.CODE if is_fresh(visitor.auth_time, deps.now()) else Way.AGAIN

    return await deps.db.read(unit)


async def come_in(deps: Deps, visitor: Visitor, code: str) -> Operator:
    """Spends the link for this person. A wrong, old or spent code gets one answer; ten tries a minute."""
    if not deps.memory.operator_tries.take(visitor.person):
        raise Refused(Reason.TOO_MANY, after_s=deps.memory.operator_tries.wait_s(visitor.person))
    if not await deps.db.read(lambda: _is_confirmed(deps, visitor)):
        raise Refused(Reason.LEVEL_TOO_LOW)
    require_fresh(deps, visitor.auth_time)
    text, now = code.strip()[:LONGEST_CODE], deps.now()
    try:
        return await deps.db.write(lambda: use_operator_link(deps.keys, text, PersonId(visitor.person), now=now))
    except NotFound as error:
        raise Refused(
            Reason.CODE_WRONG, "Код не подошёл: он действует сутки и один раз. Новый печатает команда «hub operator add»."
        ) from error

"""A month of one account, row by row, each with what was before and after; free in every tariff (RULES D1, D7; F020, F028-F030)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from hub.deps import Deps
from hub.flows.money.months import MOST, meant, month_page, statement_of
from hub.flows.money.sight import children, seen_account, zone_of
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.money import ChildMonth, MonthPage, PaidChild, StatementView
from hub.ledger.store import contracts, reading
from hub.store.sessions import Visitor
from identity.model import Person

Made = TypeVar("Made")
PAGE = "money.statement"


async def show_statement(
    deps: Deps, visitor: Visitor, account: str, make: Callable[[StatementView], Made], *, month: str | None = None,
    cursor: str | None = None, limit: int = MOST, kind: str | None = None,
) -> Made:  # fmt: skip
    """What `make` makes of it, beside the reading. Rows are for ever: what was made holds until the account has another row."""
    now = deps.now()
    key = ("statement", visitor.person, visitor.system, account, month, cursor, limit, kind)
    kept = deps.memory.statements.get(key)

    def unit() -> tuple[Hashable, Made, Person | None]:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        state = (meant(month, zone_of(contract), now=now), zone_of(contract), reading.newest(card.id))
        if kept is not None and kept[0] == state:
            return state, kept[1], child
        found = statement_of(deps, visitor, card, contract, child, month=month, cursor=cursor, limit=limit, kind=kind, now=now)
        return state, make(found), child

    state, made, child = await deps.memory.people.of(deps.db, key, unit)
    deps.memory.statements.put(key, (state, made))
    if child is not None:
        await note_reading(deps, visitor, child.id, PAGE)
    return made


async def show_month(
    deps: Deps, visitor: Visitor, account: str, *, month: str | None = None, cursor: str | None = None, kind: str | None = None
) -> MonthPage:
    """The statement with what its page shows around it."""
    now = deps.now()

    def unit() -> MonthPage:
        card, contract, child = seen_account(deps, visitor, account, now=now)
        return month_page(deps, visitor, card, contract, child, month=month, cursor=cursor, kind=kind, now=now)

    view = await deps.db.read(unit)
    if view.child is not None:
        await note_reading(deps, visitor, view.child.id, PAGE)
    return view


async def show_child_month(deps: Deps, visitor: Visitor, child: str, *, month: str | None = None) -> ChildMonth:
    """All accounts of a child in one month, each with its own rows and its own closing; nothing is added up over two of them."""
    now = deps.now()

    def unit() -> ChildMonth:
        found = next((one.person for one in children(deps, visitor, now=now) if one.person.id == child), None)
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        pages = [
            month_page(deps, visitor, card, contract, found, month=month, now=now)
            for contract in contracts.of_children([child])
            for card in contract.accounts
        ]
        months = sorted({one for page in pages for one in page.months}, reverse=True)
        return ChildMonth(
            child=PaidChild(id=found.id, first_name=found.first_name),
            month=pages[0].statement.month if pages else month or "",
            months=tuple(months),
            before=max((page.before for page in pages if page.before), default=None),
            after=min((page.after for page in pages if page.after), default=None),
            accounts=tuple(pages),
        )

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view

"""A parent sees each child's accounts with what is on them, and how to pay in (F027, F028, F092)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.money.sight import children, contract_views, paid_by
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.views.money import ContractList, PaidChild
from hub.ledger.store import contracts
from hub.store.sessions import Visitor

PAGE = "money.contracts"


async def show_contracts(deps: Deps, visitor: Visitor, *, child: str | None = None) -> ContractList:
    """The contracts of the own children, and those that this person pays; or of one child. One that waited for a child finds it here."""
    now = deps.now()

    def unit() -> tuple[ContractList, bool]:
        found = children(deps, visitor, now=now)
        known: dict[str, PaidChild] = {one.person.id: PaidChild(id=one.person.id, first_name=one.person.first_name) for one in found}
        if child is not None and child not in known:
            raise Refused(Reason.NOT_FOUND)
        mine = contracts.of_children([*known] if child is None else [child])
        cards = {card.id: card for card in (*mine, *(paid_by(deps, visitor, now=now) if child is None else ()))}
        waits = contracts.waiting_for(deps.keys, [one.person for one in found])
        return ContractList(items=contract_views(deps, visitor, [*cards.values()], known, now=now)), waits

    def attach() -> None:
        contracts.attach(deps.keys, [one.person for one in children(deps, visitor, now=now)], now=now)

    view, waits = await deps.db.read(unit)
    if waits:
        await deps.db.write(attach)
        view, _ = await deps.db.read(unit)
    for seen in {one.child.id for one in view.items if one.child is not None}:
        await note_reading(deps, visitor, seen, PAGE)
    return view

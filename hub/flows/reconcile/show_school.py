"""A school sees what is in doubt at its own contracts; every family whose payment it is sees the look (RULES A13, D10)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.office.officers import note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.reconcile.show_book import views_of
from hub.flows.views.paying.reconcile import SchoolMoney
from hub.ledger.store import contracts
from hub.ledger.store.registers import kept
from hub.store.sessions import Visitor
from identity.model import PersonId

MOST = 200


async def show_school(deps: Deps, visitor: Visitor) -> SchoolMoney:
    def unit() -> SchoolMoney:
        officer = officer_of(deps, visitor, act=Act.MONEY)
        found = kept.items(school=officer.school, limit=MOST)
        # Money may have been named for another number than it went to: the families of this school alone are told.
        cards = [contracts.numbered(number) for number in dict.fromkeys(one.account for one in found)]
        children = {PersonId(card.child) for card in cards if card and card.child and card.school == officer.school}
        note_reading(deps, officer, sorted(children), page="office.money", now=deps.now())
        return SchoolMoney(items=views_of(found))

    return await deps.db.write(unit)

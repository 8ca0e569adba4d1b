"""Which schools the hub knows, and how many pupils, classes and officers each has; nobody is named."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.views.console import SchoolRow, SchoolsView
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.store.school.counts import count_cards


async def show_schools(deps: Deps, visitor: Visitor) -> SchoolsView:
    await enter(deps, visitor)

    def unit() -> SchoolsView:
        cards, officers = count_cards(), schools.count_officers()
        items = tuple(
            SchoolRow(
                ogrn=one.ogrn,
                name=one.short_name or one.legal_name,
                zone=one.zone,
                pupils=cards.get(one.ogrn, (0, 0))[0],
                classes=cards.get(one.ogrn, (0, 0))[1],
                officers=officers.get(one.ogrn, 0),
            )
            for one in schools.every()
        )
        return SchoolsView(items=tuple(sorted(items, key=lambda one: one.name)), pupils=sum(pupils for pupils, _ in cards.values()))

    return await deps.db.read(unit)

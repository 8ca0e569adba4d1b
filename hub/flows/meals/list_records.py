"""The school sees what its tills did without a card, without a connection or against a family's word; never why it was forbidden (E8)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.office.officers import Officer, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.views.school.meals import TillRecords, TillRow
from hub.store.school.meals import till_records
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import persons_by_id
from identity.store.school.cards import classes_of

PAGE = "office.till_records"


async def list_till_records(deps: Deps, visitor: Visitor) -> TillRecords:
    """Newest first; every family sees that the school looked (RULES A13)."""
    now = deps.now()

    def unit() -> tuple[Officer, TillRecords]:
        officer = officer_of(deps, visitor, act=Act.MENU)
        found = till_records.of_school(officer.school)
        ids = {PersonId(one.child) for one in found}
        people, places = persons_by_id(deps.keys, ids), classes_of(tuple(ids))
        items = tuple(
            TillRow(
                at=one.at,
                kind=one.kind.value,
                title=one.title,
                amount_kop=one.amount_kop,
                offline=one.offline,
                child=one.child,
                first_name=people[PersonId(one.child)].first_name,
                class_name=places.get(PersonId(one.child), ("", ""))[1],
            )
            for one in found
            if PersonId(one.child) in people
        )
        return officer, TillRecords(zone=officer.zone, items=items)

    officer, view = await deps.db.read(unit)
    if view.items:
        children = {PersonId(one.child) for one in view.items}
        await deps.db.write(lambda: note_reading(deps, officer, children, page=PAGE, now=now))
    return view

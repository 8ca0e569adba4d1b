"""A school's OneRoster: its own pupils and classes; marks lie in the families' own diaries and are not the office's (RULES A15, B6)."""

from __future__ import annotations

import asyncio
from functools import partial
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.office.officers import Officer, note_reading
from hub.flows.office.rights import Act
from hub.flows.outputs.oneroster.frame import frame
from hub.flows.outputs.oneroster.package import Package
from hub.flows.roster.desk import officer_here, take_turn
from hub.flows.show_diary.blocks import school_year_of
from hub.flows.views.outputs import Download
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from hub.store.sessions import Visitor
from identity.model import AuditKind, Person, PersonId
from identity.store import Place, persons_by_id, places_in

PAGE = "office.oneroster"
AT_ONCE = 100


async def school_zip(deps: Deps, visitor: Visitor, *, school: str | None = None) -> Download:
    """In pieces, so that a big school holds nobody up; every family finds it in its log before the file is made."""
    require_fresh(deps, visitor.auth_time)
    now = deps.now()
    take_turn(deps.memory.office_acts, visitor, "oneroster")

    def begin() -> tuple[Officer, SchoolCard, tuple[Place, ...]]:
        officer = officer_here(deps, visitor, school, act=Act.EXPORT)
        card = schools.school(officer.school)
        assert card is not None, "an officer's school has its card"
        return officer, card, places_in(officer.school, now=now)

    officer, card, places = await deps.db.read(begin)
    people: dict[PersonId, Person] = {}
    for start in range(0, len(places), AT_ONCE):
        some = [place.child for place in places[start : start + AT_ONCE]]
        await deps.db.write(partial(note_reading, deps, officer, some, page=PAGE, kind=AuditKind.EXPORT, now=now))
        people.update(await deps.db.read(partial(persons_by_id, deps.keys, some)))
    year = school_year_of(now.astimezone(ZoneInfo(officer.zone)).date())

    def made() -> bytes:
        package = Package()
        at = frame(package, year, key=card.ogrn, name=card.short_name, identifier=card.ogrn)
        for place in places:
            if place.child in people:
                at.pupil(people[place.child], place.klass, identifier=place.number or "")
        return package.zipped()

    return Download(name="school-hub-oneroster-school.zip", content_type="application/zip", body=await asyncio.to_thread(made))

"""A pupil is taken off the roster with a reason and a day; the family is told, and what was stays to be read (RULES A13, B5)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.deciding.word import guardians_of
from hub.flows.office.officers import note_reading
from hub.flows.office.words import OLDEST, reason_of
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import officer_here
from hub.flows.roster.listing import own_pupils_officer
from hub.flows.views.school.roster import LeftList, LeftView
from hub.flows.words import names_of
from hub.store import notices
from hub.store.school import carriers
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import person, persons_by_id
from identity.store.school.leaving import leave_school, left_from


async def take_off(deps: Deps, visitor: Visitor, pupil: str, *, reason: str | None, left_on: date) -> None:
    """From this moment: no code, no card at the door, no new guardian by this school's word; who sees the child goes on seeing it."""
    child, why, now = PersonId(pupil), reason_of(reason), deps.now()

    def unit() -> None:
        officer = own_pupils_officer(deps, visitor, child)
        if not OLDEST <= left_on <= now.astimezone(ZoneInfo(officer.zone)).date():
            raise Refused(Reason.MALFORMED, "День выбытия — не позже сегодняшнего.")
        leave_school(deps.keys, child, school=officer.school, officer=officer.person, reason=why, left_on=left_on, now=now)
        carriers.end_of_child(child, officer.school, by=officer.person, now=now)
        known = person(deps.keys, child)
        name = known.first_name if known else "ребёнок"
        text = f"Школа сняла ученика с учёта ({name}) с {left_on:%d.%m.%Y}. Если это ошибка, позвоните в школу."
        for one in guardians_of(child):
            notices.tell(deps.keys, person=one, kind="left_school", text=text, href="/help#school", now=now)

    await deps.db.write(unit)


async def list_left(deps: Deps, visitor: Visitor) -> LeftList:
    """The latest first: who, when, why, and who said so."""
    now = deps.now()

    def unit() -> LeftList:
        officer = officer_here(deps, visitor)
        found = left_from(deps.keys, officer.school)
        known = persons_by_id(deps.keys, {one.child for one in found} | {one.said_by for one in found})
        note_reading(deps, officer, {one.child for one in found}, page="office.left", now=now)
        return LeftList(
            zone=officer.zone,
            items=tuple(
                LeftView(
                    id=one.id,
                    name=names_of(known.get(one.child)),
                    class_name=one.klass,
                    left_on=one.left_on,
                    reason=one.reason,
                    by=names_of(known.get(one.said_by)),
                    at=one.at,
                )
                for one in found
            ),
        )

    return await deps.db.write(unit)

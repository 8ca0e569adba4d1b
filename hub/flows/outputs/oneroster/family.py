"""A parent's, or a pupil's own, OneRoster: the children seen by a right of one's own, with marks and results of the school year."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from hub.deps import Deps
from hub.flows.outputs.oneroster.frame import Frame, add_role, add_user, frame, user_id
from hub.flows.outputs.oneroster.gradebook import Gradebook
from hub.flows.outputs.oneroster.package import Package
from hub.flows.outputs.taking import note_taken, require_of_age, take_turn
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.blocks import school_year_of
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.sources import Seen, look
from hub.flows.show_diary.week import decoded
from hub.flows.views.items import FinalItem, LessonItem, MarkItem
from hub.flows.views.outputs import Download
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from hub.store.sessions import Visitor
from identity.model import EdgeState, GuardianKind, Person, PersonId
from identity.store import children_of, edges, held_by_merge, person
from identity.store.school.cards import classes_of

NAME = "school-hub-oneroster.zip"
ZIP = "application/zip"
NOBODY = "Здесь некого выгружать: детей, которых вы видите по собственному праву, пока нет."
_PARENTS = (GuardianKind.PARENT, GuardianKind.ADOPTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a school's card puts the child."""

    school: SchoolCard | None
    klass: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """`roles` by child: what the person is to the child, nothing for the own record and for a child that only a diary shows."""

    me: Person
    children: Sequence[Person]
    roles: Mapping[PersonId, str]
    places: Mapping[PersonId, Place]


async def family_zip(deps: Deps, visitor: Visitor) -> Download:
    """The trace first; then each child's diaries are asked side by side."""
    take_turn(deps, visitor)
    family = await deps.db.write(lambda: _family(deps, visitor))
    today = deps.now().astimezone(ZoneInfo(family.me.zone)).date()
    year = school_year_of(today)
    data = frozenset({Datum.LESSONS, Datum.MARKS, Datum.FINALS})
    wishes = [
        Wish(child=child.id, data=data, window=Window(start=year.start, end=today), page="export.oneroster") for child in family.children
    ]
    seen = await asyncio.gather(*(look(deps, visitor, wish, pupils=True) for wish in wishes))
    body = await asyncio.to_thread(_package, family, seen, year, today)
    return Download(name=NAME, content_type=ZIP, body=body)


def _family(deps: Deps, visitor: Visitor) -> _Family:
    now, who = deps.now(), PersonId(visitor.person)
    require_of_age(deps, visitor)
    me = person(deps.keys, who)
    assert me is not None, "the age was just looked at"
    views = [one for one in children_of(deps.keys, who, now=now) if one.right.allowed and not one.right.delegated]
    mine = [one for one in views if one.is_self or not held_by_merge(deps.keys, who, one.person.id, now=now)]
    if not mine:
        raise Refused(Reason.NOT_FOUND, NOBODY)
    roles = {}
    for view in mine:
        kinds = [edge.kind for edge in edges.between(who, view.person.id) if edge.state is EdgeState.ACTIVE]
        if kinds and not view.is_self:
            roles[view.person.id] = "parent" if any(kind in _PARENTS for kind in kinds) else "guardian"
    children = [view.person for view in mine]
    places = {
        child: Place(school=schools.school(ogrn), klass=klass) for child, (ogrn, klass) in classes_of([one.id for one in children]).items()
    }
    note_taken(deps, visitor, [one.id for one in children if one.id != who], "export.oneroster")
    return _Family(me=me, children=children, roles=roles, places=places)


def _package(family: _Family, seen: Sequence[Seen], year: Window, _today: date) -> bytes:
    package = Package()
    shown = 0
    for child, found in zip(family.children, seen, strict=True):
        at, klass = _frame(package, year, found, family.places.get(child.id))
        role = family.roles.get(child.id)
        if role is not None:
            add_user(package, family.me, org=at.org)
            add_role(package, user_id(family.me), at.org, role, primary=shown == 0)
            shown += 1
        student = at.pupil(child, klass, agents=user_id(family.me) if role else "")
        book = Gradebook(at, student, klass)
        finals = decoded(found.of(Datum.FINALS), FinalItem)
        book.subjects(sorted({one.subject for one in decoded(found.of(Datum.LESSONS), LessonItem) if one.subject}))
        book.periods(one.period_info for one in finals)
        book.marks(decoded(found.of(Datum.MARKS), MarkItem))
        book.finals(finals)
    return package.zipped()


def _frame(package: Package, year: Window, found: Seen, place: Place | None) -> tuple[Frame, str]:
    """The school's own card first, then what a diary says."""
    pupil = next((one for one in found.pupils if one.school is not None), None)
    klass = next((one.group.name for one in found.pupils if one.group is not None), "")
    if place is not None and place.school is not None:
        card = place.school
        return frame(package, year, key=card.ogrn, name=card.short_name, identifier=card.ogrn), place.klass or klass
    if pupil is not None and pupil.school is not None:
        school = pupil.school
        key = school.ogrn or f"{school.origin.system} {school.origin.id}"
        return frame(package, year, key=key, name=school.short_name or school.name, identifier=school.ogrn or ""), klass
    return frame(package, year, key="", name=""), klass

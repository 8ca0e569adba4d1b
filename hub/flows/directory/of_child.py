"""Whom to ask about one child: the school's own contacts, then the help lines of the child's diaries (F110, F195)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.directory.shape import of_schools, of_system
from hub.flows.refusals import Reason, Refused
from hub.flows.school_names import same_school
from hub.flows.show_diary.sources import refusal
from hub.flows.views.school.contacts import Directory, DirectoryItem
from hub.regions import registry
from hub.store.diaries import diary_links
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import school_of, view_right


async def whom_to_ask(deps: Deps, visitor: Visitor, child: str) -> Directory:
    """For who may see this child by a right of the own; a lent view is told no school."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> list[DirectoryItem]:
        right = view_right(deps.keys, who, whom, now=now)
        if not right.allowed:
            raise refusal(right)
        if right.delegated:
            raise Refused(Reason.FORBIDDEN, "Вам открыли только дневник. Кого спросить в школе, знает родитель.")
        card = _school(deps, who, whom, diary_only=right.diary_only)
        linked = {link.system for link in diary_links.of_child(who, whom)}
        systems = [of_system(one, now) for one in registry().systems.values() if one.reader in linked or one.system in linked]
        return of_schools(deps, [card] if card else []) + systems

    return Directory(items=tuple(await deps.db.read(unit)), at=now)


def _school(deps: Deps, who: PersonId, child: PersonId, *, diary_only: bool) -> SchoolCard | None:
    """In the caller's unit: where the pupil's card lies, else the one school of the name that the own diary tells."""
    ogrn = school_of(child) if not diary_only else None
    if ogrn:
        return schools.school(ogrn)
    told = [pupil.school.name for _, one, pupil in diary_links.of_person(deps.keys, who) if one == child and pupil and pupil.school]
    return same_school(told, schools.every()) if told else None

"""Anybody looks up a school or a system; needs no sign-in and says nothing of anybody."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.directory.shape import SCHOOL, SYSTEM, every_system, of_schools
from hub.flows.find_school import LONGEST, ranked
from hub.flows.refusals import Reason, Refused
from hub.flows.school_names import words_of
from hub.flows.views.school.contacts import Directory, DirectoryItem
from hub.regions import registry
from hub.store.school import schools
from hub.store.school.schools import SchoolCard

MOST_SCHOOLS = 20
KINDS = (SCHOOL, SYSTEM)


async def list_directory(deps: Deps, *, query: str = "", region: str = "", kind: str = "") -> Directory:
    """Without a query every system, and the schools while they are few. `region` leaves the systems that work there today."""
    text, now = query.strip(), deps.now()
    if len(text) > LONGEST or kind not in ("", *KINDS):
        raise Refused(Reason.MALFORMED, "Введите название школы или системы, не длиннее 300 знаков.")
    place = registry().region(region) if region else None
    if region and place is None:
        raise Refused(Reason.NOT_FOUND, "Такого региона нет в списке. Выберите регион ещё раз.")
    systems = [one for one in every_system(now) if _fits(one, text)] if kind != SCHOOL else []
    if place is not None:
        there = {placed.system for placed in place.on(place.today(now))}
        systems = [one for one in systems if one.id in there or one.id not in registry().systems]

    if kind == SYSTEM:
        return Directory(items=tuple(systems), at=now)

    def unit() -> tuple[list[DirectoryItem], bool]:
        found: list[SchoolCard] = schools.every()
        chosen = ranked(text, found) if text else sorted(found, key=lambda one: one.short_name)
        shown = chosen[:MOST_SCHOOLS]
        return of_schools(deps, shown), len(chosen) > len(shown) or (bool(text) and len(chosen) >= MOST_SCHOOLS)

    found, more = await deps.db.read(unit)
    # A query that names a school is answered by the school first.
    return Directory(items=(*found, *systems) if text else (*systems, *found), at=now, more=more)


async def show_place(deps: Deps, place: str) -> DirectoryItem:
    """A school by its OGRN, or a system by its name."""
    system = next((one for one in every_system(deps.now()) if one.id == place), None)
    if system is not None:
        return system

    def unit() -> list[DirectoryItem]:
        card = schools.school(place)
        return of_schools(deps, [card] if card else [])

    found = await deps.db.read(unit)
    if not found:
        raise Refused(Reason.NOT_FOUND, "Такой школы или системы в справочнике нет. Поищите её по названию.")
    return found[0]


def _fits(one: DirectoryItem, text: str) -> bool:
    """Every word of the query begins a word of the title, the name in JSON or what the desk is about."""
    asked = words_of(text)
    named = words_of(f"{one.title} {one.id} {one.about}")
    return all(any(word.startswith(part) for word in named) for part in asked)

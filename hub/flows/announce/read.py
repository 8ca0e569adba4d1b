"""Families and pupils read what their school announces, on the home page and beside the diaries' own announcements (F009)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.show_diary.sources import refusal
from hub.flows.views.school.announce import AnnouncementSource, SchoolAnnouncements, SchoolAnnouncementView
from hub.store.school import announcements, schools
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import view_right
from identity.store.school.cards import classes_of

MOSCOW = "Europe/Moscow"


async def list_for_child(deps: Deps, visitor: Visitor, child: str) -> SchoolAnnouncements:
    """Of the child's school and class, today; empty where no school of the hub has the child, or only a diary was opened."""
    whom, now = PersonId(child), deps.now()

    def unit() -> SchoolAnnouncements:
        right = view_right(deps.keys, PersonId(visitor.person), whom, now=now)
        if not right.allowed:
            raise refusal(right)
        return SchoolAnnouncements(zone=MOSCOW, items=()) if right.diary_only else _of(deps, whom, now)

    return await deps.memory.people.of(deps.db, ("announcements", visitor.session, child), unit)


async def announced_to(deps: Deps, visitor: Visitor, children: Iterable[str]) -> dict[str, SchoolAnnouncements]:
    """By child, for the home page; a child without an announcement is not there."""
    wanted, now = tuple(children), deps.now()

    def unit() -> dict[str, SchoolAnnouncements]:
        found = {}
        for child in wanted:
            right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=now)
            if right.allowed and not right.diary_only:
                view = _of(deps, PersonId(child), now)
                found.update({child: view} if view.items else {})
        return found

    return await deps.memory.people.of(deps.db, ("announced", visitor.session, wanted), unit) if wanted else {}


def _of(deps: Deps, child: PersonId, now: datetime) -> SchoolAnnouncements:
    school, klass = classes_of((child,)).get(child, ("", ""))
    card = schools.school(school) if school else None
    if card is None:
        return SchoolAnnouncements(zone=MOSCOW, items=())
    found = announcements.shown(deps.keys, school, (klass,), on=now.astimezone(ZoneInfo(card.zone)).date())
    return SchoolAnnouncements(
        zone=card.zone,
        items=tuple(
            SchoolAnnouncementView(
                id=one.id,
                child=child,
                source=AnnouncementSource(system="school", id=one.id, fetched_at=now),
                school=card.short_name,
                class_name=one.class_name,
                title=one.title,
                text=one.text,
                until=one.until,
                published_at=one.created_at,
                changed_at=one.changed_at,
            )
            for one in found
        ),
    )

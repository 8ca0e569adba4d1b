"""What was said rather than seen: the school's announcements and the family's own words that a child stays away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.timeline.merging import Found
from hub.flows.timeline.scope import Scope
from hub.flows.views.people.joint import JointItem, JointSource
from hub.store.school import announcements, schools
from hub.store.written import absences


def told_items(deps: Deps, scope: Scope, *, end: datetime, kinds: Collection[str]) -> Found:
    """In the caller's unit; all of the days asked for."""
    found = [*(_announced(deps, scope) if "announcement" in kinds else ()), *(_away(deps, scope) if "absence" in kinds else ())]
    return Found(items=[one for one in found if scope.start <= one.at < end])


def _announced(deps: Deps, scope: Scope) -> list[JointItem]:
    """Of one school once, whichever of the children read it."""
    found: dict[str, JointItem] = {}
    for ogrn in sorted(scope.schools):
        card = schools.school(ogrn)
        if card is None:
            continue
        whose = {child: klass for child, (school, klass) in scope.carried.classes.items() if school == ogrn}
        first = scope.start.astimezone(ZoneInfo(card.zone)).date()
        for one in announcements.shown(deps.keys, ogrn, sorted(set(whose.values())), on=first):
            child = next((child for child, klass in whose.items() if one.class_name in ("", klass)), "")
            found[one.id] = JointItem(
                id=f"announcement:{one.id}",
                kind="announcement",
                child=child if one.class_name else None,
                first_name=scope.children[child].first_name if one.class_name and child else "",
                at=one.created_at,
                precision="instant",
                zone=card.zone,
                title=one.title,
                text=one.text,
                source=JointSource(system="school", title=card.short_name, id=one.id, fetched_at=one.created_at),
                href=f"/children/{child}/announcements" if child else None,
            )
    return list(found.values())


def _away(deps: Deps, scope: Scope) -> list[JointItem]:
    found = []
    for one in absences.of_children(deps.keys, list(scope.children), since=scope.start.date()):
        days = f"{one.first_day:%d.%m}" if one.first_day == one.last_day else f"{one.first_day:%d.%m}–{one.last_day:%d.%m}"
        found.append(
            JointItem(
                id=f"absence:{one.id}",
                kind="absence",
                child=one.child,
                first_name=scope.children[one.child].first_name,
                at=one.sent_at or one.created_at,
                precision="instant",
                zone=scope.zone_of(one.child),
                title="Семья сообщила об отсутствии",
                text=days,
                source=JointSource(system="hub", title="Кабинет семьи", id=one.id, fetched_at=one.created_at),
                href=f"/children/{one.child}/absence",
            )
        )
    return found

"""A pupil without a card, found by name or class: the guard sees names and faces, and never opens a list of the school (RULES B6, E9)."""

from __future__ import annotations

import secrets

from hub.deps import Deps
from hub.flows.guard.watch import PAGE
from hub.flows.office.officers import note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.photos.allowed import shown_versions
from hub.flows.views.doors.guard import GuardFound, GuardPupil
from hub.flows.words import names_of
from hub.store.sessions import Visitor
from identity.model import PersonId, normalised
from identity.store import persons_by_id, places_in

MOST_SHOWN, SHORTEST, LONGEST = 12, 2, 60


async def find_pupils(deps: Deps, visitor: Visitor, q: str) -> GuardFound:
    """Every word is the beginning of a name or a whole class: «орл», «5А пет». Two letters of a name at least, or a class."""
    now, asked = deps.now(), " ".join(q.split())[:LONGEST]

    def unit() -> GuardFound:
        officer = officer_of(deps, visitor, act=Act.PASSES)
        places = {one.child: one.klass for one in places_in(officer.school, klass=None, now=now) if officer.covers(one.klass)}
        words = [normalised(word) for word in asked.split()]
        classes = {normalised(klass) for klass in places.values()} & set(words)
        names = [word for word in words if word not in classes]
        if not words or (not classes and max(map(len, names), default=0) < SHORTEST):
            return GuardFound(q=asked, items=(), more=False, form=secrets.token_urlsafe(12))
        here = {child: klass for child, klass in places.items() if not classes or normalised(klass) in classes}
        fits = [
            one
            for one in persons_by_id(deps.keys, here).values()
            if all(any(normalised(part).startswith(word) for part in (one.last_name, one.first_name)) for word in names)
        ]
        fits.sort(key=lambda one: (normalised(one.last_name), normalised(one.first_name), one.id))
        shown = fits[:MOST_SHOWN]
        faces = shown_versions(deps, [one.id for one in shown])
        note_reading(deps, officer, [PersonId(one.id) for one in shown], page=PAGE, now=now)
        items = (GuardPupil(child=one.id, name=names_of(one), class_name=here[one.id], photo=faces.get(one.id)) for one in shown)
        return GuardFound(q=asked, items=tuple(items), more=len(fits) > MOST_SHOWN, form=secrets.token_urlsafe(12))

    return await deps.db.write(unit)

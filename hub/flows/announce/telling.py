"""Everybody who may read a school's new announcement is told of it once, on the page and by push (F147; RULES F2, F4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.store import notices
from hub.store.school import announcements, schools
from hub.store.school.announcements import Announced
from identity.model import PersonId
from identity.store.family.watchers import watchers
from identity.store.school.readers import pupils_after, with_own_sign_in

KIND = "announcement"
FRESH = timedelta(days=1)
"""Whoever joins the class later than that finds it on the page and is told nothing."""
LOOK_AGAIN = timedelta(minutes=15)
"""So often it is looked whether somebody joined the class of a fresh announcement."""
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """By person, the child whose page shows it; `last` is where the next ones begin, empty behind the last pupil."""

    untold: Mapping[PersonId, PersonId]
    text: str = ""
    last: str = ""


@dataclass(slots=True)
class Announcing:
    """Remembers only what it has gone through: who was told stands in the database, so that a restart tells nobody twice."""

    deps: Deps
    _looked: dict[str, datetime] = field(default_factory=dict)
    _place: tuple[str, str] | None = None

    async def batch(self) -> bool:
        """One batch of pupils; True while more waits."""
        place = self._place or await self._next()
        if place is None:
            return False
        id_, after = place
        found = await self.deps.db.read(partial(_readers, self.deps, id_, after))
        if found.untold:
            found = await self.deps.db.write(partial(_tell, self.deps, id_, after))
        self._place = (id_, found.last) if found.last else None
        if self._place is None:
            self._looked[id_] = self.deps.now()
        return True

    async def _next(self) -> tuple[str, str] | None:
        now = self.deps.now()
        fresh = await self.deps.db.read(partial(announcements.published, since=now - FRESH))
        self._looked = {id_: at for id_, at in self._looked.items() if id_ in fresh}
        return next(((id_, "") for id_ in fresh if id_ not in self._looked or now - self._looked[id_] >= LOOK_AGAIN), None)


def _tell(deps: Deps, id_: str, after: str) -> Readers:
    """Looked at once more in the unit that writes: a right may have ended, the announcement may be withdrawn."""
    found, now = _readers(deps, id_, after), deps.now()
    for person, child in found.untold.items():
        href = f"/children/{child}/announcements"
        notices.tell_once(deps.keys, about=id_, person=person, kind=KIND, text=found.text, href=href, now=now)
    return found


def _readers(deps: Deps, id_: str, after: str) -> Readers:
    """Those among the next pupils and their guardians who were not told yet; none of what is withdrawn or over."""
    one, now = announcements.find(deps.keys, id_), deps.now()
    if one is None or not _is_shown(one, now):
        return Readers(untold={})
    pupils = pupils_after(one.school, one.class_name, after=after, limit=BATCH)
    whose = {child: child for child in with_own_sign_in(pupils)}
    for child, guardians in watchers(deps.keys, pupils, now=now, grown=deps.memory.grown).items():
        for guardian in guardians:
            whose.setdefault(guardian, child)
    untold = notices.untold(deps.keys, about=id_, kind=KIND, people=whose)
    return Readers(
        untold={person: child for person, child in whose.items() if person in untold},
        text=_text(one),
        last=pupils[-1] if len(pupils) == BATCH else "",
    )


def _is_shown(one: Announced, now: datetime) -> bool:
    card = schools.school(one.school)
    return card is not None and one.withdrawn_at is None and now.astimezone(ZoneInfo(card.zone)).date() <= one.until


def _text(one: Announced) -> str:
    """Nothing of its words: they may name people, and may still be corrected or withdrawn."""
    return f"Новое объявление для класса {one.class_name}." if one.class_name else "Новое объявление школы."

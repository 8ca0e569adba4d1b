"""Which child a Gosuslugi id is, and whether it may be served to this system: every other case is the same nobody (RULES A5a, A11, C7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.store.outputs.fgis import Client
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from identity.family.restriction import RestrictionState
from identity.linking.merging import MergeState
from identity.model import GOSUSLUGI, LinkState, LinkUse, PersonId, PersonState
from identity.sealing import Keys
from identity.store import links, merges_of, person, restrictions_of
from identity.store.school.cards import classes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    id: PersonId
    school: SchoolCard
    group: str


def find_pupil(keys: Keys, client: Client, subject: str, *, now: datetime) -> Pupil | None:
    """The pupil of one of the client's schools who signed in here with this Gosuslugi account.

    Only that proves whose the id is: what a parent's list of children calls «id» is a number of the list.
    """
    held = links.find(keys, GOSUSLUGI, "", subject)
    if held is None or held.state is not LinkState.ACTIVE or held.use is not LinkUse.SIGN_IN:
        return None
    known = person(keys, held.person)
    if known is None or known.state is not PersonState.ACTIVE:
        return None
    ogrn, group = classes_of((known.id,)).get(known.id, ("", ""))
    school = schools.school(ogrn) if ogrn in client.schools else None
    if school is None or _hidden(known.id, now=now) or _being_joined(known.id, now=now):
        return None
    return Pupil(id=known.id, school=school, group=group)


def _hidden(child: PersonId, *, now: datetime) -> bool:
    """Somebody may not know where this child goes to school: what leaves the hub might reach them by another way."""
    working = (one for one in restrictions_of(child) if one.state is RestrictionState.ACTIVE)
    return any(one.until is None or one.until > now for one in working)


def _being_joined(child: PersonId, *, now: datetime) -> bool:
    """Two records were made one, and that can still be undone."""
    return any(one.state is MergeState.MERGED and one.undo_until > now for one in merges_of(child))

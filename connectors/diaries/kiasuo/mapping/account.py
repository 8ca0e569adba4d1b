"""Whose account it is and which children it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from connectors.diaries.kiasuo.manifest import ZONE
from connectors.diaries.kiasuo.mapping import wire
from connectors.diaries.kiasuo.mapping.frame import KRASNOYARSK
from connectors.kit.answers import decode_both, original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.local_time import school_year
from connectors.kit.plain_text import plain_text

MAX_CHILDREN = 10
_PARALLEL = re.compile(r"\s*([0-9]{1,2})(?![0-9])")
# The child's own login and what the parent may do with it say nothing of the diary.
_APART = frozenset({"username", "can_create_login"})


def local_day(now: datetime) -> date:
    return now.astimezone(KRASNOYARSK).date()


def holder(system: str, body: bytes) -> tuple[wire.User, list[Any]]:
    """Raises `Drifted` for an answer that shows more children than a family has, or one of them twice (RULES C8)."""
    user, plain = decode_both(system, body, wire.User)
    if len(user.children) > MAX_CHILDREN or (not user.parent and len(user.children) > 1):
        raise Drifted(system, "$.children", "more children than the account can have")
    if len({pupil.id for pupil in user.children}) != len(user.children):
        raise Drifted(system, "$.children", "a child twice")
    return user, plain["children"]


def class_of(classes: Sequence[wire.SchoolClass], today: date) -> wire.SchoolClass | None:
    """The class of this school year, else the latest; the list begins with the oldest."""
    this_year = [one for one in classes if one.study_year == school_year(today)]
    found = this_year or sorted(classes, key=lambda one: one.study_year)
    return found[-1] if found else None


def child_of(
    system: str, pupil: wire.Child, plain: Any, classes: Sequence[wire.SchoolClass], *, is_self: bool, now: datetime
) -> DiaryChild:
    key = str(pupil.id)
    return DiaryChild(
        key=key,
        last_name=plain_text(pupil.last_name),
        first_name=plain_text(pupil.first_name),
        middle_name=plain_text(pupil.middle_name),
        origin=Origin(system=system, id=key, fetched_at=now),
        school=_school(system, class_of(classes, local_day(now)), now),
        group=_group(pupil, class_of(classes, local_day(now))),
        ids={"id": key},
        is_self=is_self,
        raw=original(plain, without=_APART),
    )


def _school(system: str, own: wire.SchoolClass | None, now: datetime) -> School | None:
    """The diary tells the school's name alone, as a word beside the class."""
    name = plain_text(own.ou) if own else ""
    if not name:
        return None
    return School(name=name, origin=Origin(system=system, id=name, fetched_at=now), tz=ZONE, tz_assumed=True)


def _group(pupil: wire.Child, own: wire.SchoolClass | None) -> Group | None:
    name = plain_text(own.name if own else pupil.school_class)
    if not name:
        return None
    parallel = _PARALLEL.match(name)
    return Group(
        id=str(own.id) if own else name,
        name=name,
        parallel=int(parallel[1]) if parallel else None,
        study_year=own.study_year if own else None,
    )

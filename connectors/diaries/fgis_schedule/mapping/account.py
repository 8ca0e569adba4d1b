"""The pupil as the Schedule shows one: a school, a class, a zone by its lessons, and no name."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from connectors.diaries.fgis_schedule.manifest import ZONE
from connectors.diaries.fgis_schedule.mapping import wire
from connectors.diaries.fgis_schedule.mapping.frame import moment
from connectors.kit.answers import original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.local_time import zone_of
from connectors.kit.plain_text import plain_text

_ID = re.compile(r"[0-9]{1,20}")
_PARALLEL = re.compile(r"[0-9]{1,2}")
_APART = frozenset({"school"})


def pupil_id(text: str) -> str:
    """The number of a Gosuslugi account, or an empty text."""
    return text.strip() if _ID.fullmatch(text.strip()) else ""


def child(system: str, answer: wire.Schedule, plain: Any, *, fetched_at: datetime) -> DiaryChild:
    """Of a pupil who moved, the last school is the present one."""
    school = answer.school[-1] if answer.school else None
    group = school.classes[-1].name if school is not None and school.classes else ""
    return DiaryChild(
        key=answer.id,
        last_name="",
        first_name="",
        is_depersonalised=True,
        origin=Origin(system=system, id=answer.id, fetched_at=fetched_at),
        school=None if school is None else _school(system, school, fetched_at),
        group=_group(plain_text(group)) if group else None,
        ids={"esia_id": answer.id},
        raw=original(plain, without=_APART),
    )


def _school(system: str, school: wire.SchoolOf, fetched_at: datetime) -> School:
    times = [moment(system, lesson.period.start, "$.school.class.lesson.period.start") for one in school.classes for lesson in one.lesson]
    zone = zone_of(max(times).utcoffset()) if times else None
    name = plain_text(school.name)
    origin = Origin(system=system, id=school.id, fetched_at=fetched_at)
    return School(name=name, legal_name=name, origin=origin, tz=zone or ZONE, tz_assumed=zone is None)


def _group(name: str) -> Group:
    parallel = _PARALLEL.match(name)
    return Group(id=name, name=name, parallel=int(parallel[0]) if parallel else None)

"""The applicant's pupils: who they are, their school and class, and the zone that their lessons tell."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connectors.diaries.epgu.manifest import ZONE
from connectors.diaries.epgu.mapping import wire
from connectors.diaries.epgu.mapping.frame import read, told
from connectors.kit.answers import original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.local_time import iso_day, zone_of
from connectors.kit.plain_text import plain_text

_PARALLEL = re.compile(r"[0-9]{1,2}")
MAX_CHILDREN = 10
_SNILS = re.compile(r"[0-9]{11}")


def digits(text: str) -> str:
    """The eleven digits of a SNILS in any spelling, or an empty text."""
    found = "".join(letter for letter in text if letter.isdigit() and letter.isascii())
    return found if _SNILS.fullmatch(found) else ""


def owner_of(snils: str) -> str:
    """The account's stable name: it must not be the number itself, which a log or an address might show."""
    return hashlib.sha256(f"epgu applicant {snils}".encode()).hexdigest()[:32]


def children(system: str, data: Any, *, fetched_at: datetime) -> tuple[DiaryChild, ...]:
    """Raises `Drifted` for more pupils than a family has, or the same one twice (RULES C8)."""
    found = read(system, data, wire.Students)
    if len(found.student) > MAX_CHILDREN:
        raise Drifted(system, "$.Student", f"more than {MAX_CHILDREN}")
    if len({one.id.strip() for one in found.student}) != len(found.student):
        raise Drifted(system, "$.Student", "a child twice")
    return tuple(_child(system, one, data["Student"][index], index, fetched_at) for index, one in enumerate(found.student))


def _child(system: str, one: wire.StudentOf, plain: Any, index: int, fetched_at: datetime) -> DiaryChild:
    if not one.id.strip():
        raise Drifted(system, f"$.Student[{index}].Id", "empty")
    name = plain_text(one.school)
    parallel = _PARALLEL.match(one.class_)
    return DiaryChild(
        key=one.id,
        last_name=plain_text(one.last_name),
        first_name=plain_text(one.first_name),
        middle_name=plain_text(one.middle_name),
        birth_date=iso_day(system, one.birth_date, f"$.Student[{index}].BirthDate") if one.birth_date else None,
        origin=Origin(system=system, id=one.id, fetched_at=fetched_at),
        school=School(
            name=name,
            short_name=name,
            origin=Origin(system=system, id=one.school_ogrn or name, fetched_at=fetched_at),
            ogrn=one.school_ogrn or None,
            tz=ZONE,
            tz_assumed=True,
        ),
        group=Group(id=plain_text(one.class_), name=plain_text(one.class_), parallel=int(parallel[0]) if parallel else None),
        ids={"student_id": one.id},
        raw=original(plain),
    )


def zone_in(system: str, answers: Sequence[Any]) -> str | None:
    """The zone by the offset of the latest lesson; the service names none."""
    times = [
        told(system, one.start, f"$.Lesson[{index}].Start")
        for data in answers
        for index, one in enumerate(read(system, data, wire.Diary).lesson)
        if one.start
    ]
    return zone_of(max(times).utcoffset()) if times else None

"""The children of an account: each an ИДН, a school and a class, and no name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors.diaries.digital_school.manifest import ZONE
from connectors.diaries.digital_school.mapping import wire
from connectors.diaries.digital_school.mapping.frame import said, words
from connectors.kit.answers import decode_both, original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted

MAX_CHILDREN = 10
_OFFSET = "+10:00"


def children(system: str, body: bytes, *, fetched_at: datetime) -> tuple[DiaryChild, ...]:
    """Raises `Drifted` for more children than a family has, or the same one twice (RULES C8)."""
    answer, plain = decode_both(system, body, wire.Answer[list[wire.Child]])
    found = answer.data
    if len(found) > MAX_CHILDREN:
        raise Drifted(system, "$.data", f"more than {MAX_CHILDREN}")
    if len({one.idn for one in found}) != len(found):
        raise Drifted(system, "$.data", "a child twice")
    originals = zip(found, plain["data"], strict=True)
    return tuple(_child(system, one, kept, f"$.data[{index}]", fetched_at=fetched_at) for index, (one, kept) in enumerate(originals))


def _child(system: str, one: wire.Child, plain: Any, where: str, *, fetched_at: datetime) -> DiaryChild:
    if not said(one.idn):
        raise Drifted(system, f"{where}.idn", "no ИДН")
    if one.school.utc_offset != _OFFSET:
        raise Drifted(system, f"{where}.school.utc_offset", "another zone than the documented one")
    return DiaryChild(
        key=one.idn,
        last_name="",
        first_name="",
        origin=Origin(system=system, id=one.idn, fetched_at=fetched_at),
        school=_school(system, one.school, fetched_at=fetched_at),
        group=_group(one),
        ids={"idn": one.idn, "student_id": str(one.student_id)},
        is_depersonalised=True,
        raw=original(plain),
    )


def _school(system: str, one: wire.SchoolOf, *, fetched_at: datetime) -> School | None:
    name, legal, ogrn = words(one.name), words(one.legal_name), said(one.ogrn)
    if not name and not legal:
        return None
    return School(
        name=name or legal,
        origin=Origin(system=system, id=ogrn or name or legal, fetched_at=fetched_at),
        legal_name=legal,
        short_name=name,
        inn=said(one.inn) or None,
        ogrn=ogrn or None,
        tz=ZONE,
    )


def _group(one: wire.Child) -> Group | None:
    name, parallel = words(one.group), said(one.parallel)
    if not name:
        return None
    return Group(id=name, name=name, parallel=int(parallel) if parallel.isdecimal() else None, study_year=said(one.year) or None)

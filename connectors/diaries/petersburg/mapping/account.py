"""The children of an account, one record for each class that a child goes to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connectors.diaries.petersburg.mapping import wire
from connectors.diaries.petersburg.mapping.frame import ZONE
from connectors.kit.answers import decode_both, original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text

MAX_CHILDREN = 10
_PARALLEL = re.compile(r"\s*([0-9]{1,2})(?![0-9])")
# An education carries the names and the contacts of the parents.
_APART = frozenset({"educations", "action_payload"})


def owner_of(login: str) -> str:
    """The account: the portal tells no id of it; hashed, because the login is an e-mail address."""
    return hashlib.sha256(f"petersburg:{login.strip().casefold()}".encode()).hexdigest()[:32]


def children(system: str, body: bytes, *, fetched_at: datetime) -> tuple[DiaryChild, ...]:
    """Raises `Drifted` for more children than a family has, or one of them twice (RULES C8)."""
    answer, plain = decode_both(system, body, wire.Children)
    if len(answer.items) > MAX_CHILDREN:
        raise Drifted(system, "$.items", f"more than {MAX_CHILDREN}")
    found = tuple(
        _child(system, pupil, education, kept, fetched_at)
        for pupil, kept in zip(answer.items, plain["items"], strict=True)
        for education in _current(pupil.educations)
    )
    if len({one.key for one in found}) != len(found):
        raise Drifted(system, "$.items", "a child twice")
    return found


def _current(educations: Sequence[wire.Education]) -> Sequence[wire.Education]:
    """Those that are not over; where none is said to be running, all."""
    return [one for one in educations if one.is_active] or educations


def _child(system: str, pupil: wire.Child, education: wire.Education, plain: Any, fetched_at: datetime) -> DiaryChild:
    key = str(education.education_id)
    ids = {"education_id": key, "person_id": str(pupil.identity.id), "hash_uid": pupil.hash_uid or ""}
    return DiaryChild(
        key=key,
        last_name=plain_text(pupil.surname),
        first_name=plain_text(pupil.firstname),
        middle_name=plain_text(pupil.middlename),
        origin=Origin(system=system, id=key, fetched_at=fetched_at),
        school=_school(system, education, fetched_at),
        group=_group(education),
        ids={name: value for name, value in ids.items() if value},
        raw=original(plain, without=_APART),
    )


def _school(system: str, education: wire.Education, fetched_at: datetime) -> School | None:
    name = plain_text(education.institution_name)
    if not name:
        return None
    id_ = str(education.institution_id) if education.institution_id is not None else name
    return School(name=name, origin=Origin(system=system, id=id_, fetched_at=fetched_at), tz=ZONE, tz_assumed=True)


def _group(education: wire.Education) -> Group | None:
    name = plain_text(education.group_name)
    if not name:
        return None
    parallel = _PARALLEL.match(name)
    id_ = str(education.group_id) if education.group_id is not None else name
    return Group(id=id_, name=name, parallel=int(parallel[1]) if parallel else None)

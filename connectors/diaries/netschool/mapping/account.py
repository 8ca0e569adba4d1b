"""The pupils of an account."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connectors.diaries.netschool.mapping import wire
from connectors.kit.answers import decode_both, original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text

MAX_CHILDREN = 10


def owner_of(school: str, login: str) -> str:
    """The account: its school and login, hashed, because logins are made of surnames."""
    return hashlib.sha256(f"netschool:{school}:{login.strip().casefold()}".encode()).hexdigest()[:32]


def students(system: str, body: bytes) -> list[tuple[wire.Student, Any]]:
    """Raises `Drifted` for more pupils than a family has, or the same one twice (RULES C8)."""
    answer, plain = decode_both(system, body, wire.Init)
    if isinstance(answer.students, dict):
        found = [(answer.students[key], plain["students"][key]) for key in sorted(answer.students)]
    else:
        found = list(zip(answer.students, plain["students"], strict=True))
    if len(found) > MAX_CHILDREN:
        raise Drifted(system, "$.students", f"more than {MAX_CHILDREN}")
    if len({student.student_id for student, _ in found}) != len(found):
        raise Drifted(system, "$.students", "a child twice")
    return found


def children(
    system: str, found: Sequence[tuple[wire.Student, Any]], card: wire.Card, *, school: str, zone: str, fetched_at: datetime
) -> tuple[DiaryChild, ...]:
    name, full = plain_text(card.common_info.school_name), plain_text(card.common_info.full_school_name)
    place = None
    if name or full:
        origin = Origin(system=system, id=school, fetched_at=fetched_at)
        place = School(name=name or full, origin=origin, legal_name=full, short_name=name, tz=zone, tz_assumed=True)
    return tuple(_child(system, student, plain, place, fetched_at=fetched_at) for student, plain in found)


def _child(system: str, student: wire.Student, plain: Any, school: School | None, *, fetched_at: datetime) -> DiaryChild:
    key = str(student.student_id)
    last_name, first_name, middle_name = _names(plain_text(student.nick_name or student.name))
    group = plain_text(student.class_name)
    return DiaryChild(
        key=key,
        last_name=last_name,
        first_name=first_name,
        middle_name=middle_name,
        origin=Origin(system=system, id=key, fetched_at=fetched_at),
        school=school,
        group=Group(id=group, name=group) if group else None,
        ids={"student_id": key},
        raw=original(plain),
    )


def _names(full: str) -> tuple[str, str, str]:
    """Surname, first name and patronymic in this order; one word alone is a first name. Initials are no names."""
    words = [word for word in full.split() if not word.endswith(".")]
    if len(words) == 1:
        return ("", words[0], "") if len(full.split()) == 1 else (words[0], "", "")
    return words[0] if words else "", words[1] if len(words) > 1 else "", " ".join(words[2:])

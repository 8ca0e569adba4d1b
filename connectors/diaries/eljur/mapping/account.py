"""Whose account it is and which children it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.diaries.eljur.mapping import wire
from connectors.diaries.eljur.mapping.frame import listed
from connectors.diaries.eljur.mapping.zones import zone_of
from connectors.kit.answers import decode_both, original, text_of
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text

MAX_CHILDREN = 10
_SEX = {"male": "M", "female": "F"}
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What `getrules` said."""

    owner: str
    last_name: str
    first_name: str
    middle_name: str
    roles: tuple[str, ...]
    zone: str
    children: tuple[DiaryChild, ...]


def family(system: str, body: bytes, *, vendor: str, fetched_at: datetime) -> Family:
    """Raises `Drifted` for an answer that is no account, or that shows more children than a family has (RULES C8)."""
    rules, plain = decode_both(system, body, wire.Rules)
    own = _id(system, text_of(system, rules.name, "$.name"), "$.name")
    found = listed(rules.relations.students, plain["relations"]["students"])
    if len(found) > MAX_CHILDREN:
        raise Drifted(system, "$.relations.students", f"more than {MAX_CHILDREN}")
    keys = [_id(system, text_of(system, one.name, "$.relations.students"), "$.relations.students") for _, one, _ in found]
    if len({*keys}) != len(keys):
        raise Drifted(system, "$.relations.students", "a child twice")
    roles = tuple(role for _, role, _ in listed(rules.roles, _values(plain.get("roles"))))
    zone = zone_of(text_of(system, rules.region_code, "$.regionCode"))
    school = _school(system, rules, plain, vendor=vendor, zone=zone, fetched_at=fetched_at)
    return Family(
        owner=f"{vendor}-{own}",
        last_name=plain_text(rules.lastname),
        first_name=plain_text(rules.firstname),
        middle_name=plain_text(rules.middlename),
        roles=roles,
        zone=zone,
        children=tuple(
            _child(system, key, student, kept, school=school, is_self=key == own, fetched_at=fetched_at)
            for key, (_, student, kept) in zip(keys, found, strict=True)
        ),
    )


def _values(plain: Any) -> Any:
    return plain if isinstance(plain, dict | list) else ()


def _id(system: str, text: str, where: str) -> str:
    """An id is joined with others by blanks and asked for again; anything longer or stranger is none."""
    if not _ID.fullmatch(text):
        raise Drifted(system, where, "not an id")
    return text


def _school(system: str, rules: wire.Rules, plain: Any, *, vendor: str, zone: str, fetched_at: datetime) -> School | None:
    """The one school of the address; where a child's relations name several, nobody says which is whose."""
    schools = listed(rules.relations.schools, plain["relations"].get("schools"))
    if len(schools) != 1:
        return None
    school = schools[0][1]
    name, full = plain_text(school.title), plain_text(school.title_full)
    if not (name or full):
        return None
    return School(
        name=name or full,
        origin=Origin(system=system, id=vendor, fetched_at=fetched_at),
        legal_name=full,
        short_name=name,
        inn=text_of(system, school.inn, "$.relations.schools[0].inn") or None,
        tz=zone,
        tz_assumed=True,
        region=plain_text(rules.region),
    )


def _child(
    system: str, key: str, student: wire.Student, plain: Any, *, school: School | None, is_self: bool, fetched_at: datetime
) -> DiaryChild:
    last_name, first_name, middle_name = _names(student)
    group = plain_text(student.group)
    parallel = text_of(system, student.parallel, "$.relations.students.parallel")
    return DiaryChild(
        key=key,
        last_name=last_name,
        first_name=first_name,
        middle_name=middle_name,
        sex=_SEX.get((student.gender or "").casefold()),
        origin=Origin(system=system, id=key, fetched_at=fetched_at),
        school=school,
        group=Group(id=group, name=group, parallel=int(parallel) if re.fullmatch("[0-9]{1,2}", parallel) else None) if group else None,
        ids={"student": key},
        is_self=is_self,
        raw=original(plain),
    )


def _names(student: wire.Student) -> tuple[str, str, str]:
    """Surname and first name have keys of their own; the patronymic is what the full name has after them."""
    last_name, first_name, title = plain_text(student.lastname), plain_text(student.firstname), plain_text(student.title)
    if not (last_name or first_name):
        words = title.split()
        return words[0] if words else "", words[1] if len(words) > 1 else "", " ".join(words[2:])
    begins = f"{last_name} {first_name} "
    return last_name, first_name, title.removeprefix(begins) if title.startswith(begins) else ""

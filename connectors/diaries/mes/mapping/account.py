"""Who an account belongs to, and its children with both their ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from connectors.diaries.mes.mapping import wire
from connectors.kit.answers import decode_both, original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.local_time import dotted_day, iso_day
from connectors.kit.plain_text import plain_text

MAX_CHILDREN = 10
# Other people, and what a diary has no use for.
_APART = frozenset({"representatives", "snils", "phone", "email", "sudir_login"})
_SEX = {"male": "M", "female": "F"}


def holder(system: str, body: bytes) -> tuple[wire.Family, Sequence[Any]]:
    family, plain = decode_both(system, body, wire.Family)
    return family, plain["children"]


def guard(system: str, family: wire.Family, known: str) -> None:
    """More children than a family has, one twice, or another owner than before: nothing of it is taken (RULES C8)."""
    if known and known != str(family.profile.id):
        raise Drifted(system, "$.profile.id", "the account's owner has changed")
    if len(family.children) > MAX_CHILDREN:
        raise Drifted(system, "$.children", f"more than {MAX_CHILDREN}")
    for ids in ({child.id for child in family.children}, {child.contingent_guid for child in family.children}):
        if len(ids) != len(family.children):
            raise Drifted(system, "$.children", "a child twice")


def children(system: str, family: wire.Family, originals: Sequence[Any], *, tz: str, now: datetime) -> tuple[DiaryChild, ...]:
    own = family.profile.type == "student"
    return tuple(
        _child(system, child, plain, f"$.children[{at}]", is_self=own, tz=tz, now=now)
        for at, (child, plain) in enumerate(zip(family.children, originals, strict=True))
    )


def _child(system: str, child: wire.Child, plain: Any, where: str, *, is_self: bool, tz: str, now: datetime) -> DiaryChild:
    guid = child.contingent_guid.strip()
    if not guid or any(character.isspace() or character in ":," for character in guid):
        raise Drifted(system, f"{where}.contingent_guid", "not a guid")
    ids = {"student_id": str(child.id), "person_guid": guid}
    ids |= {name: str(value) for name, value in (("contract_id", child.contract_id), ("user_id", child.user_id)) if value is not None}
    return DiaryChild(
        key=str(child.id),
        last_name=plain_text(child.last_name),
        first_name=plain_text(child.first_name),
        middle_name=plain_text(child.middle_name),
        birth_date=birth_date(system, child.birth_date, f"{where}.birth_date"),
        sex=_SEX.get((child.sex or "").casefold()),
        origin=Origin(system=system, id=str(child.id), fetched_at=now, ids=ids),
        school=_school(system, child.school, tz=tz, now=now),
        group=_group(child),
        ids=ids,
        is_self=is_self,
        raw=original({**plain, "school": _without_principal(plain.get("school"))}, without=_APART),
    )


def _school(system: str, school: wire.SchoolOf | None, *, tz: str, now: datetime) -> School | None:
    name = plain_text(school.name if school else None) or plain_text(school.short_name if school else None)
    if school is None or not name:
        return None
    return School(
        name=plain_text(school.short_name) or name,
        legal_name=name,
        short_name=plain_text(school.short_name),
        origin=Origin(system=system, id=str(school.id or school.global_school_id or name), fetched_at=now),
        tz=tz,
    )


def _without_principal(school: Any) -> Any:
    return {key: value for key, value in school.items() if key != "principal"} if isinstance(school, dict) else school


def _group(child: wire.Child) -> Group | None:
    name = plain_text(child.class_name)
    if not name:
        return None
    return Group(id=str(child.class_unit_id or name), name=name, parallel=child.class_level_id)


def birth_date(system: str, text: str | None, where: str) -> date | None:
    if not text:
        return None
    return dotted_day(system, text, where) if "." in text else iso_day(system, text[:10], where)

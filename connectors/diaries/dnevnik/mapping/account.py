"""Whose account it is and which children it shows, with their school and class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from connectors.diaries.dnevnik.mapping import wire, wire_family
from connectors.diaries.dnevnik.mapping.frame import Json, ident, pairs, raw
from connectors.diaries.dnevnik.mapping.times import maybe_day, zone_of
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text

MAX_CHILDREN = 10
_SEX = {"male": "M", "female": "F"}


@dataclass(slots=True, kw_only=True)
class Family:
    """What the account's answers said, before it is put together."""

    system: str
    fetched_at: datetime
    user: wire_family.User
    context: wire_family.Context
    plain: Json
    schools: dict[str, wire_family.School] = field(default_factory=dict)
    groups: dict[str, list[wire_family.EduGroup]] = field(default_factory=dict)
    persons: dict[str, wire.Person] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        return ident(self.user.id, self.user.id_str)

    @property
    def person(self) -> str:
        return ident(self.user.person_id, self.user.person_id_str)

    @property
    def is_pupil(self) -> bool:
        return "EduStudent" in (self.context.roles or self.user.roles or ())


def guard(family: Family, owner: str) -> None:
    """Refuses an answer that may not be this family's (RULES C8)."""
    if owner and family.owner != owner:
        raise Drifted(family.system, "$.id", "the account's owner has changed")
    if ident(family.context.user_id) != ident(family.user.id) or ident(family.context.person_id) != ident(family.user.person_id):
        raise Drifted(family.system, "$.userId", "the context is another user's")
    if len(family.context.children or ()) > MAX_CHILDREN:
        raise Drifted(family.system, "$.children", f"more than {MAX_CHILDREN}")
    keys = [ident(child.person_id, child.person_id_str) for child in family.context.children or ()]
    if len(set(keys)) != len(keys):
        raise Drifted(family.system, "$.children", "a child twice")


def pupils(context: wire_family.Context) -> list[str]:
    """Whose diaries this account may read: the children's, and its holder's own."""
    return [*(ident(child.person_id, child.person_id_str) for child in context.children or ()), ident(context.person_id)]


def school_ids(family: Family) -> list[str]:
    """The schools that the children (or the pupil) go to, each once."""
    ids = [ident(id_) for child in family.context.children or () for id_ in child.school_ids or ()]
    if family.is_pupil:
        ids += [ident(id_) for id_ in family.context.school_ids or ()]
    return list(dict.fromkeys(ids))


def children(family: Family) -> tuple[DiaryChild, ...]:
    found = [_child(family, child, original) for _, child, original in pairs(family.context.children, family.plain.get("children"))]
    if family.is_pupil:
        found.append(_self(family))
    return tuple(found)


def birth_date(system: str, user: wire_family.User) -> date | None:
    return maybe_day(system, user.birthday, ZoneInfo("UTC"), "$.birthday")


def _child(family: Family, child: wire_family.ContextChild, original: Json) -> DiaryChild:
    key = ident(child.person_id, child.person_id_str)
    person = family.persons.get(key)
    school = _school(family, [ident(id_) for id_ in child.school_ids or ()])
    group = _group(family.groups.get(key, ()), [ident(id_) for id_ in child.group_ids or ()])
    return DiaryChild(
        key=key,
        last_name=plain_text(child.last_name),
        first_name=plain_text(child.first_name),
        middle_name=plain_text(child.middle_name),
        sex=_SEX.get((person.sex or "").casefold()) if person else None,
        origin=Origin(system=family.system, id=key, fetched_at=family.fetched_at),
        school=school,
        group=group,
        ids=_ids(key, ident(person.user_id, person.user_id_str) if person else "", school, group),
        raw=raw(original, key),
    )


def _self(family: Family) -> DiaryChild:
    user, context = family.user, family.context
    school = _school(family, [ident(id_) for id_ in context.school_ids or ()])
    group = _group(family.groups.get(family.person, ()), [ident(id_) for id_ in context.group_ids or ()])
    return DiaryChild(
        key=family.person,
        last_name=plain_text(user.last_name),
        first_name=plain_text(user.first_name),
        middle_name=plain_text(user.middle_name),
        birth_date=birth_date(family.system, user),
        sex=_SEX.get((user.sex or "").casefold()),
        origin=Origin(system=family.system, id=family.person, fetched_at=family.fetched_at),
        school=school,
        group=group,
        ids=_ids(family.person, family.owner, school, group),
        is_self=True,
    )


def _ids(person: str, user: str, school: School | None, group: Group | None) -> dict[str, str]:
    named = {"person": person, "user": user, "school": school.origin.id if school else "", "group": group.id if group else ""}
    return {name: value for name, value in named.items() if value}


def _school(family: Family, ids: Sequence[str]) -> School | None:
    found = next((family.schools[id_] for id_ in ids if id_ in family.schools), None)
    if found is None:
        return None
    zone, assumed = zone_of(found.time_zone)
    name, full = plain_text(found.name), plain_text(found.full_name)
    return School(
        name=name or full,
        origin=Origin(system=family.system, id=ident(found.id, found.id_str), fetched_at=family.fetched_at),
        legal_name=full,
        short_name=name,
        tz=zone,
        tz_assumed=assumed,
        city=plain_text(found.city),
        region=plain_text(found.municipality),
        uses_weights=found.uses_weighted_avg,
    )


def _group(groups: Sequence[wire_family.EduGroup], ids: Sequence[str]) -> Group | None:
    """The class: a group without parents among the child's own, the newest first; a subgroup only where nothing else is."""
    mine = [group for group in groups if not ids or ident(group.id, group.id_str) in ids]
    if not mine:
        return None
    found = max(mine, key=lambda group: (not (group.parent_ids or group.type == "Subgroup"), group.studyyear or 0))
    parents = found.parent_ids_str or [ident(id_) for id_ in found.parent_ids or ()]
    return Group(
        id=ident(found.id, found.id_str),
        name=plain_text(found.name),
        kind="subgroup" if found.type == "Subgroup" else "class",
        parallel=found.parallel,
        parent=parents[0] if parents else None,
        study_year=f"{found.studyyear}/{found.studyyear + 1}" if found.studyyear else None,
    )


def expires_at(now: datetime, seconds: int | None) -> datetime | None:
    """When a token ends; an unlikely span counts as unknown."""
    if seconds is None or not 0 < seconds < 10 * 366 * 86400:
        return None
    return datetime.fromtimestamp(now.timestamp() + seconds, tz=UTC)

"""Schools with their full EGRUL names, and the people who work in their offices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, rows
from identity.sealing import Keys
from identity.store.persons import SNILS_LABEL

TOLD = "told-"
"""So begins the id of a post that Gosuslugi told and nobody of ours gave."""
SNILS_INDEX = SNILS_LABEL
"""The label of identity's own SNILS index, so that an officer is found when that person signs in."""


class School(peewee.Model):
    """`zone` is the IANA zone in which the school's times are shown."""

    ogrn = peewee.CharField(15, primary_key=True)
    inn = peewee.CharField(12)
    legal_name = peewee.TextField()
    short_name = peewee.TextField()
    zone = peewee.CharField(64)
    updated_at = InstantField()

    class Meta:
        table_name = "school"


class SchoolOfficer(peewee.Model):
    """Someone whom the school entered for its office: found by SNILS at sign-in; the name is sealed. `class_name` is a class teacher's."""

    id = peewee.CharField(64, primary_key=True)
    school = peewee.CharField(15, index=True)
    role = peewee.CharField(30)
    snils_index = peewee.CharField(64, index=True)
    snils = peewee.TextField()
    name = peewee.TextField()
    class_name = peewee.TextField(null=True)
    updated_at = InstantField()

    class Meta:
        table_name = "school_officer"
        indexes = ((("snils_index", "school", "role"), True),)


TABLES = (School, SchoolOfficer)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(SchoolOfficer, "snils", {"snils_index": (SNILS_INDEX, lambda snils: snils)}),
    SealedColumn(SchoolOfficer, "name"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolCard:
    ogrn: str
    inn: str
    legal_name: str
    short_name: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerCard:
    """`snils` is 11 digits; `names` are last, first, middle."""

    school: str
    role: str
    snils: str
    names: tuple[str, str, str]
    class_name: str = ""


def put_school(card: SchoolCard, *, now: datetime) -> None:
    """Adds the school or brings its names up to date."""
    known = {"inn": card.inn, "legal_name": card.legal_name, "short_name": card.short_name, "zone": card.zone, "updated_at": now}
    if not School.update(known).where(School.ogrn == card.ogrn).execute():
        School.insert(ogrn=card.ogrn, **known).on_conflict_ignore().execute()


def put_officers(keys: Keys, cards: Iterable[OfficerCard], *, now: datetime, told: bool = False) -> None:
    """Adds the officers that are not there yet; `told` by Gosuslugi, which also takes them away again."""
    for card in cards:
        known = (SchoolOfficer.school == card.school) & (SchoolOfficer.role == card.role)
        if SchoolOfficer.select().where(known, SchoolOfficer.snils_index.in_(keys.indexes(SNILS_INDEX, card.snils))).exists():
            continue
        index = keys.index(SNILS_INDEX, card.snils)
        id_ = f"{TOLD if told else ''}{card.school}-{card.role}-{index[:16]}"
        SchoolOfficer.insert(
            id=id_,
            school=card.school,
            role=card.role,
            snils_index=index,
            snils=keys.seal("school_officer", "snils", id_, card.snils),
            name=keys.seal("school_officer", "name", id_, msgspec.json.encode(card.names).decode()),
            class_name=card.class_name or None,
            updated_at=now,
        ).on_conflict_ignore().execute()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where somebody works, and as what; a class teacher with which class."""

    school: str
    role: str
    class_name: str = ""


def posts_of(keys: Keys, snils: str) -> list[Post]:
    """The posts of the person with this proven SNILS."""
    indexes = keys.indexes(SNILS_INDEX, snils)
    marks = ", ".join("?" * len(indexes))
    sql = f"SELECT school, role, class_name FROM school_officer WHERE snils_index IN ({marks}) ORDER BY school, role"  # noqa: S608 - only question marks are put in
    return [Post(school=ogrn, role=role, class_name=klass or "") for ogrn, role, klass in rows(SchoolOfficer, sql, indexes)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody of a school's staff, as its head reads the list; no SNILS leaves the store."""

    id: str
    role: str
    class_name: str
    names: tuple[str, str, str] = field(repr=False)


def staff_of(keys: Keys, ogrn: str) -> list[Officer]:
    sql = "SELECT id, role, class_name, name FROM school_officer WHERE school = ? ORDER BY role, id"
    return [
        Officer(
            id=id_,
            role=role,
            class_name=klass or "",
            names=msgspec.json.decode(keys.open("school_officer", "name", id_, name), type=tuple[str, str, str]),
        )
        for id_, role, klass, name in rows(SchoolOfficer, sql, (ogrn,))
    ]


def snils_of(keys: Keys, officer: str) -> str | None:
    """Whose post it is."""
    found = rows(SchoolOfficer, "SELECT snils FROM school_officer WHERE id = ?", (officer,))
    return keys.open("school_officer", "snils", officer, found[0][0]) if found else None


def end_post(officer: str, ogrn: str) -> bool:
    """From now on the person has this post no more."""
    return bool(delete(SchoolOfficer, SchoolOfficer.id == officer, SchoolOfficer.school == ogrn))


def told_posts(keys: Keys, snils: str) -> set[tuple[str, str]]:
    """School and role of the posts that Gosuslugi told of this person."""
    indexes = keys.indexes(SNILS_INDEX, snils)
    marks = ", ".join("?" * len(indexes))
    sql = f"SELECT school, role FROM school_officer WHERE snils_index IN ({marks}) AND id LIKE ?"  # noqa: S608 - only question marks are put in
    return {(str(school), str(role)) for school, role in rows(SchoolOfficer, sql, (*indexes, f"{TOLD}%"))}


def end_told_post(keys: Keys, snils: str, school: str, role: str) -> None:
    mine = SchoolOfficer.snils_index.in_(keys.indexes(SNILS_INDEX, snils)) & SchoolOfficer.id.startswith(TOLD)
    delete(SchoolOfficer, mine & (SchoolOfficer.school == school) & (SchoolOfficer.role == role))


def roles_at(ogrn: str) -> list[str]:
    """The posts that the school has filled, each once; nobody is named."""
    return [
        str(role) for (role,) in rows(SchoolOfficer, "SELECT DISTINCT role FROM school_officer WHERE school = ? ORDER BY role", (ogrn,))
    ]


def school(ogrn: str) -> SchoolCard | None:
    row = School.get_or_none(School.ogrn == ogrn)
    if row is None:
        return None
    return SchoolCard(ogrn=row.ogrn, inn=row.inn, legal_name=row.legal_name, short_name=row.short_name, zone=row.zone)


def zone_of(ogrn: str) -> str | None:
    """The school's clock, asked on every payment."""
    found = rows(School, "SELECT zone FROM school WHERE ogrn = ?", (ogrn,))
    return str(found[0][0]) if found else None


def every() -> list[SchoolCard]:
    """All schools, for the search by name."""
    found = rows(School, "SELECT ogrn, inn, legal_name, short_name, zone FROM school", ())
    return [SchoolCard(ogrn=ogrn, inn=inn, legal_name=legal, short_name=short, zone=zone) for ogrn, inn, legal, short, zone in found]


def count_officers() -> dict[str, int]:
    """How many people each school named for its office."""
    found = rows(SchoolOfficer, "SELECT school, COUNT(DISTINCT snils_index) FROM school_officer GROUP BY school", ())
    return {school: int(count) for school, count in found}


def snils_of_officers(keys: Keys, ogrn: str) -> list[str]:
    """The SNILS of everybody whom this school named for its office, each once; identity knows who of them has signed in."""
    found = rows(SchoolOfficer, "SELECT id, snils FROM school_officer WHERE school = ? ORDER BY id", (ogrn,))
    return list(dict.fromkeys(keys.open("school_officer", "snils", id_, sealed) for id_, sealed in found))


def snils_of_class(keys: Keys, ogrn: str, klass: str, role: str) -> list[str]:
    """The SNILS of those who have this post at this very class."""
    sql = "SELECT id, snils FROM school_officer WHERE school = ? AND role = ? AND class_name = ? ORDER BY id"
    found = rows(SchoolOfficer, sql, (ogrn, role, klass))
    return list(dict.fromkeys(keys.open("school_officer", "snils", id_, sealed) for id_, sealed in found))


def snils_of_posts(keys: Keys, ogrn: str, roles: Iterable[str]) -> list[str]:
    """The SNILS of those who have one of these posts at the school."""
    wanted = sorted(roles)
    if not wanted:
        return []
    sql = f"SELECT id, snils FROM school_officer WHERE school = ? AND role IN ({', '.join('?' * len(wanted))}) ORDER BY id"  # noqa: S608 - ? marks
    found = rows(SchoolOfficer, sql, (ogrn, *wanted))
    return list(dict.fromkeys(keys.open("school_officer", "snils", id_, sealed) for id_, sealed in found))

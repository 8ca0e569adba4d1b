"""The person with the children of the own list, and the schools."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.diaries.my_school.mapping import wire
from connectors.diaries.my_school.mapping.reading import level, opened
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text
from connectors.kit.school_joining import Attached, Office, OutsideChild, OutsideProfile, OutsideSchool, Role

PROFILES = {"student": Role.PUPIL, "legal_representative": Role.LEGAL_REPRESENTATIVE}
MOST_CHILDREN = 30


def profile(system: str, body: bytes, oid: str) -> OutsideProfile:
    """The answer of `me`, if it is this person's (RULES C8)."""
    me = opened(system, body, wire.Me)
    if me.oid != oid:
        raise Drifted(system, "$.data.oid", "another person")
    if len(me.children) > MOST_CHILDREN:
        raise Drifted(system, "$.data.children", "too many")
    return OutsideProfile(
        oid=me.oid,
        level=level(me.level),
        last_name=plain_text(me.last_name),
        first_name=plain_text(me.first_name),
        middle_name=plain_text(me.middle_name),
        birth_date=me.birth_date,
        age=me.age,
        kind=_kind(system, me.profile),
        agreed_terms=me.profile.terms if me.profile else "",
        terms_version=me.terms.version,
        terms_text=plain_text(me.terms.text),
        children=tuple(_child(one) for one in me.children),
        attached=_attached(me.attached),
        offices=tuple(Office(ogrn=one.ogrn, legal_name=one.legal_name) for one in me.offices),
    )


def _kind(system: str, found: wire.ProfileOf | None) -> Role | None:
    if found is None:
        return None
    if found.kind not in PROFILES:
        raise Drifted(system, "$.data.profile.kind", "neither pupil nor representative")
    return PROFILES[found.kind]


def _child(one: wire.OwnChild) -> OutsideChild:
    return OutsideChild(
        id=one.id,
        last_name=plain_text(one.last_name),
        first_name=plain_text(one.first_name),
        middle_name=plain_text(one.middle_name),
        birth_date=one.birth_date,
        age=one.age,
        snils=plain_text(one.snils),
        certificate=one.certificate,
        account=one.account,
        attached=_attached(one.attached),
    )


def _attached(found: Iterable[wire.AttachedOf]) -> tuple[Attached, ...]:
    return tuple(Attached(ogrn=one.ogrn, class_name=one.class_name or "", school_year=one.school_year or "") for one in found)


def schools(system: str, body: bytes) -> tuple[OutsideSchool, ...]:
    return tuple(_school(one) for one in opened(system, body, wire.Items[wire.School]).items)


def school(system: str, body: bytes, ogrn: str) -> OutsideSchool:
    found = opened(system, body, wire.School)
    if found.ogrn != ogrn:
        raise Drifted(system, "$.data.ogrn", "another school")
    return _school(found)


def _school(one: wire.School) -> OutsideSchool:
    """The legal name stays exactly as it is written (RULES B3)."""
    return OutsideSchool(
        ogrn=one.ogrn,
        inn=one.inn,
        legal_name=one.legal_name,
        short_name=plain_text(one.short_name),
        region=plain_text(one.region),
        city=plain_text(one.city),
        utc_offset=one.utc_offset or "",
        former_names=tuple(one.former_names),
        classes=tuple(plain_text(name) for name in one.classes),
    )

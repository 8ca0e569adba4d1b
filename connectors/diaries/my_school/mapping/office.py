"""The requests as the school's administrator sees them."""

from __future__ import annotations

from connectors.diaries.my_school.mapping import wire
from connectors.diaries.my_school.mapping.reading import level, moment_or_none, opened, word
from connectors.kit.answers import decode
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text
from connectors.kit.school_joining import (
    Evidence,
    OfficePage,
    OfficeRequest,
    OtherRequest,
    OutsideSchool,
    Person,
    RequestKind,
    RequestState,
)


def page(system: str, body: bytes) -> OfficePage:
    found = opened(system, body, wire.Items[wire.OfficeRequestOf])
    items = tuple(_of_wire(system, one, f"$.data.items[{at}]") for at, one in enumerate(found.items))
    return OfficePage(items=items, next=found.next or "")


def request(system: str, body: bytes, id_: str) -> OfficeRequest:
    found = opened(system, body, wire.OfficeRequestOf)
    if found.id != id_:
        raise Drifted(system, "$.data.id", "another request")
    return _of_wire(system, found, "$.data")


def current(system: str, body: bytes) -> OfficeRequest:
    """The request that a refusal brings along."""
    return _of_wire(system, decode(system, body, wire.OfficeRequestOf), "$.error.current")


def _of_wire(system: str, one: wire.OfficeRequestOf, where: str) -> OfficeRequest:
    other = one.other
    return OfficeRequest(
        id=one.id,
        bundle=one.bundle,
        kind=word(one.kind, RequestKind),
        state=word(one.state, RequestState),
        version=one.version,
        child=_person(one.child),
        applicant=_person(one.applicant),
        school=OutsideSchool(ogrn=one.school.ogrn, inn="", legal_name=one.school.legal_name),
        class_name=plain_text(one.class_name),
        school_year=one.school_year,
        submitted_at=moment_or_none(system, one.submitted_at, f"{where}.submitted_at"),
        expires_at=moment_or_none(system, one.expires_at, f"{where}.expires_at"),
        other=None
        if other is None
        else OtherRequest(id=other.id, kind=word(other.kind, RequestKind), state=word(other.state, RequestState)),
        evidence=tuple(_evidence(system, seen, f"{where}.evidence[{at}]") for at, seen in enumerate(one.evidence)),
        reason=plain_text(one.reason),
        decided_at=moment_or_none(system, one.decided_at, f"{where}.decided_at"),
    )


def _person(one: wire.OfficePerson) -> Person:
    return Person(
        last_name=plain_text(one.last_name),
        first_name=plain_text(one.first_name),
        middle_name=plain_text(one.middle_name),
        birth_date=one.birth_date,
        level=level(one.level),
    )


def _evidence(system: str, one: wire.EvidenceOf, where: str) -> Evidence:
    return Evidence(kind=plain_text(one.kind)[:64], at=moment_or_none(system, one.at, f"{where}.at"))

"""The bundle of a child's requests with its history, and the list of changes."""

from __future__ import annotations

from connectors.diaries.my_school.mapping import wire
from connectors.diaries.my_school.mapping.reading import level, moment, moment_or_none, opened, word
from connectors.kit.answers import decode
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text
from connectors.kit.school_joining import (
    Bundle,
    BundleState,
    Change,
    Changes,
    Decider,
    Event,
    HistoryEntry,
    OutsideChild,
    OutsideSchool,
    Request,
    RequestKind,
    RequestState,
    Role,
    WaitsFor,
)


def bundle(system: str, body: bytes, oid: str, id_: str = "") -> Bundle:
    """The answer, if it is this person's bundle, and the asked one where one is named (RULES C8)."""
    found = opened(system, body, wire.BundleOf)
    if id_ and found.id != id_:
        raise Drifted(system, "$.data.id", "another bundle")
    return of_wire(system, found, oid, "$.data")


def bundles(system: str, body: bytes, oid: str) -> tuple[tuple[Bundle, ...], str]:
    """One page, and the place of the next."""
    page = opened(system, body, wire.Items[wire.BundleOf])
    return tuple(of_wire(system, one, oid, f"$.data.items[{at}]") for at, one in enumerate(page.items)), page.next or ""


def current(system: str, body: bytes, oid: str) -> Bundle:
    """The bundle that a refusal brings along."""
    return of_wire(system, decode(system, body, wire.BundleOf), oid, "$.error.current")


def of_wire(system: str, found: wire.BundleOf, oid: str, where: str) -> Bundle:
    if found.applicant.oid != oid:
        raise Drifted(system, f"{where}.applicant.oid", "another person's")
    if found.role not in {one.value for one in Role}:
        raise Drifted(system, f"{where}.role", "neither pupil nor representative")
    kinds = [one.kind for one in found.requests]
    if not 1 <= len(kinds) <= 2 or len(set(kinds)) != len(kinds):
        raise Drifted(system, f"{where}.requests", "neither one nor two of different kinds")
    return Bundle(
        id=found.id,
        version=found.version,
        state=word(found.state, BundleState),
        role=Role(found.role),
        applicant=found.applicant.oid,
        applicant_level=level(found.applicant.level),
        child=_child(found.child),
        school=OutsideSchool(ogrn=found.school.ogrn, inn=found.school.inn, legal_name=found.school.legal_name),
        legal_name_now=found.school.legal_name_now or found.school.legal_name,
        class_name=plain_text(found.class_name),
        school_year=found.school_year,
        created_at=moment(system, found.created_at, f"{where}.created_at"),
        complete=found.complete,
        requests=tuple(_request(system, one, f"{where}.requests[{at}]") for at, one in enumerate(found.requests)),
        history=tuple(_happened(system, one, f"{where}.history[{at}]") for at, one in enumerate(found.history)),
        age_at_submission=found.child.age_at_submission,
        submitted_at=moment_or_none(system, found.submitted_at, f"{where}.submitted_at"),
        expires_at=moment_or_none(system, found.expires_at, f"{where}.expires_at"),
        previous=found.previous or "",
        next=found.next or "",
    )


def _child(one: wire.BundleChild) -> OutsideChild:
    return OutsideChild(
        id=one.id,
        last_name=plain_text(one.last_name),
        first_name=plain_text(one.first_name),
        middle_name=plain_text(one.middle_name),
        birth_date=one.birth_date,
        account=one.account,
    )


def _request(system: str, one: wire.RequestOf, where: str) -> Request:
    by = one.decided_by
    return Request(
        id=one.id,
        kind=word(one.kind, RequestKind),
        state=word(one.state, RequestState),
        version=one.version,
        reason=plain_text(one.reason),
        decided_at=moment_or_none(system, one.decided_at, f"{where}.decided_at"),
        decided_by=None if by is None else Decider(name=plain_text(by.name), post=plain_text(by.post)),
        effective=one.effective,
        waits_for=None if one.waits_for is None else word(one.waits_for, WaitsFor),
    )


def _happened(system: str, one: wire.Happened, where: str) -> HistoryEntry:
    return HistoryEntry(at=moment(system, one.at, f"{where}.at"), event=word(one.event, Event), request=one.request or "")


def changes(system: str, body: bytes, after: str) -> Changes:
    """Oldest first; one that is not later than `after` would be read for ever."""
    page = opened(system, body, wire.Items[wire.ChangeOf])
    last, found = int(after), []
    for at, one in enumerate(page.items):
        where = f"$.data.items[{at}]"
        if int(one.seq) <= last:
            raise Drifted(system, f"{where}.seq", "not later than the one before")
        last = int(one.seq)
        found.append(
            Change(
                seq=one.seq,
                bundle=one.bundle,
                oid=one.oid,
                version=one.version,
                state=word(one.state, BundleState),
                event=word(one.event, Event),
                at=moment(system, one.at, f"{where}.at"),
            )
        )
    if page.next != str(last):
        raise Drifted(system, "$.data.next", "not the last of the page")
    return Changes(items=tuple(found), next=str(last))

"""What a school's word does to records and edges, once the signatures are there (RULES A3, A5, A5a, B5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from peewee import IntegrityError

from identity.claims import Level
from identity.errors import NotAllowed, NotFound
from identity.guardianship import Change, activation
from identity.linking import ReviewReason
from identity.model import (
    GOSUSLUGI,
    ActorKind,
    EdgeId,
    EdgeState,
    Evidence,
    EvidenceKind,
    Missing,
    Person,
    PersonId,
    PersonState,
    SnilsProof,
)
from identity.sealing import Keys
from identity.snils import Snils
from identity.store import edges, persons
from identity.store.edges import EdgeChange
from identity.store.family.standing import standing
from identity.store.school.cards import school_of
from identity.store.school.reviews import Review
from identity.store.tables import PersonRow
from identity.store.trail import access

CORRECTABLE = frozenset({ReviewReason.SNILS_CHANGED, ReviewReason.NAMES_DIFFER, ReviewReason.BIRTH_DATE_DIFFERS})
_WAIVED = {Missing.UNDER_18, Missing.BIRTH_DATE_MISSING}


def correct_record(keys: Keys, found: Review, officer: PersonId, *, now: datetime) -> Person:
    """The documents agree with the stopped sign-in: the record takes what it said, and the next sign-in passes.

    Only what a confirmed account said; a SNILS that somebody else carries, or another human's account, is no correction.
    """
    told, before = found.evidence, persons.person(keys, found.person)
    if before is None or before.state is not PersonState.ACTIVE:
        raise NotFound("no such person")
    if found.reason not in CORRECTABLE or (told.get("system"), told.get("level")) != (GOSUSLUGI, Level.CONFIRMED.value):
        raise NotAllowed("not_correctable")
    after = before
    if found.reason == ReviewReason.SNILS_CHANGED:
        after = replace(before, snils=Snils(told["snils"]), snils_proof=SnilsProof.VERIFIED)
    elif found.reason == ReviewReason.NAMES_DIFFER:
        after = replace(before, last_name=told["last_name"], first_name=told["first_name"], middle_name=told["middle_name"])
    elif told["birth_date"]:
        after = replace(before, birth_date=date.fromisoformat(told["birth_date"]))
    try:
        with PersonRow._meta.database.atomic():
            persons.change(keys, before, after, now=now)
    except IntegrityError as error:
        raise NotAllowed("two_snils") from error
    access.record_change(
        actor=officer, actor_kind=ActorKind.STAFF, subject=before.id, action="record.corrected", object=found.reason, now=now
    )
    return after


def may_approve(keys: Keys, guardian: PersonId, child: PersonId, *, now: datetime) -> str | None:
    """Why the school's word cannot make this person a guardian now; None when it can."""
    who = persons.person(keys, guardian)
    whom = persons.person(keys, child)
    if who is None or whom is None or PersonState.CLOSED in (who.state, whom.state) or guardian == child:
        return "person_closed"
    if child in standing(keys, who, now=now).restricted:
        return "restricted"
    between = edges.between(guardian, child)
    if any(one.state is EdgeState.FROZEN for one in between):
        return "frozen"
    if any(one.evidence.kind is EvidenceKind.SCHOOL_APPROVAL for one in between):
        return "wrong_state"
    _, missing = activation(who, who.level, now)
    return None if set(missing) <= _WAIVED else "level_too_low"


def approve_guardian(keys: Keys, found: Review, officer: PersonId, *, now: datetime) -> EdgeChange | None:
    """A new edge on the school's word; None where a restriction, a freeze or a lost level stands against it by now.

    A minor parent's missing years are waived, because the school saw the document (RULES A5); a list's edge that nobody confirmed
    any more is replaced.
    """
    child = found.child
    if child is None or may_approve(keys, found.person, child, now=now) is not None:
        return None
    reviewed = edges.edge(EdgeId(found.about))
    between = edges.between(found.person, child)
    kind = reviewed.kind if reviewed else (between[0].kind if between else None)
    if kind is None:
        return None
    evidence = Evidence(kind=EvidenceKind.SCHOOL_APPROVAL, at=now, by=school_of(child) or "school", source=found.id)
    edge = edges.add(found.person, child, evidence, state=EdgeState.ACTIVE, missing=(), kind=kind, now=now)
    edges.end((one.id for one in between if one.state is EdgeState.TO_CONFIRM), now=now)
    access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=child, action="guardianship.approved", object=found.id, now=now)
    whom = persons.person(keys, child)
    return EdgeChange(edge=edge, change=Change.NEW, tell=edges.told_of(edge, whom, now=now) if whom else ())

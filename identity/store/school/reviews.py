"""What a school's officers decide with a reason: opened once, signed by one or by two of them, done or refused (RULES A3, A5, A9, B5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec
from peewee import IntegrityError

from identity.errors import NotAllowed, NotFound
from identity.model import ActorKind, PersonId
from identity.sealing import Keys
from identity.store import edges
from identity.store.rows import fetch, instant, instant_of, micros, new_id, seal, unseal
from identity.store.school.tables import ReviewRow
from identity.store.trail import access


class ReviewKind(StrEnum):
    """`SIGN_IN` was stopped (A3), `PROFILE` was held (A9), `GUARDIAN` rests on the school's word (A5, B5), `CAPACITY` came early (A6),
    `IDENTITY` is an adoption or a changed name that opens a new record (A5a)."""

    SIGN_IN = "sign_in"
    PROFILE = "profile"
    GUARDIAN = "guardian"
    CAPACITY = "capacity"
    IDENTITY = "identity"


class ReviewState(StrEnum):
    """`OPEN` waits for a first word, `SECOND_OFFICER` for another's, `ANNOUNCED` for the end of the 24 hours of notice."""

    OPEN = "open"
    SECOND_OFFICER = "second_officer"
    ANNOUNCED = "announced"
    DONE = "done"
    REFUSED = "refused"


LIVE = (ReviewState.OPEN, ReviewState.SECOND_OFFICER, ReviewState.ANNOUNCED)
_COLUMNS = "id, school, kind, person, child, about, reason, evidence, note, state, opened_at, first_by, second_by, works_from"


_OF_SCHOOL = (
    "(school = ? OR (school = '' AND (person IN (SELECT child FROM school_card WHERE school = ? AND state = 'active')"
    " OR EXISTS (SELECT 1 FROM guardianship g JOIN school_card c ON c.child = g.child AND c.state = 'active'"
    " WHERE c.school = ? AND g.guardian = school_review.person AND g.state <> 'ended'))))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`person` is whose record it is about; `school` is empty where any school of that person may decide; `note` names the document."""

    id: str
    school: str
    kind: ReviewKind
    person: PersonId
    child: PersonId | None
    about: str
    reason: str
    evidence: Mapping[str, str] = field(repr=False)
    note: str = field(repr=False)
    state: ReviewState
    opened_at: datetime
    first_by: PersonId | None
    second_by: PersonId | None
    works_from: datetime | None


def open_review(
    keys: Keys,
    *,
    kind: ReviewKind,
    person: PersonId,
    reason: str,
    evidence: Mapping[str, str],
    about: str = "",
    school: str = "",
    child: PersonId | None = None,
    now: datetime,
) -> str:
    """The review's id. While one of the same thing is open, its evidence is renewed instead; one that an officer signed stays as it is."""
    id_ = new_id()
    try:
        with ReviewRow._meta.database.atomic():
            ReviewRow.create(
                id=id_,
                school=school,
                kind=kind.value,
                person=person,
                child=child,
                about=about,
                reason=reason,
                evidence=_sealed(keys, id_, evidence),
                state=ReviewState.OPEN.value,
                opened_at=now,
            )
    except IntegrityError:
        same = "kind = ? AND person = ? AND about = ? AND decided_at IS NULL"
        found = _select(keys, same, (kind.value, person, about))
        if not found:
            raise  # decided in this very moment: the caller's unit is tried again
        id_ = found[0].id
        ReviewRow.update(evidence=_sealed(keys, id_, evidence), reason=reason).where(
            ReviewRow.id == id_, ReviewRow.state == ReviewState.OPEN.value
        ).execute()
    return id_


def review(keys: Keys, id_: str) -> Review:
    found = _select(keys, "id = ?", (id_,))
    if not found:
        raise NotFound("no such review")
    return found[0]


def live_reviews(keys: Keys, school: str, *, limit: int = 200) -> tuple[Review, ...]:
    """What this school's officers may decide: its own, and those of its pupils and their guardians that name no school."""
    return _select(keys, f"decided_at IS NULL AND {_OF_SCHOOL}", (school, school, school), limit=limit)


def is_of_school(keys: Keys, id_: str, school: str) -> bool:
    return bool(_select(keys, f"id = ? AND decided_at IS NULL AND {_OF_SCHOOL}", (id_, school, school, school)))


def sign_first(
    keys: Keys, id_: str, officer: PersonId, *, note: str, works_from: datetime | None = None, alone: bool = False, now: datetime
) -> Review:
    """The first officer's word with document or reason; `alone` where one is enough: it is done then."""
    found = _mine(keys, id_, officer)
    if not note.strip():
        raise NotAllowed("no_document")
    state = ReviewState.DONE if alone else ReviewState.SECOND_OFFICER
    _turn(
        found,
        ReviewState.OPEN,
        state,
        now=now,
        first_by=officer,
        note=seal(keys, ReviewRow, "note", id_, note.strip()),
        works_from=works_from,
    )
    _note(officer, found, "signed", now=now)
    return review(keys, id_)


def sign_second(keys: Keys, id_: str, officer: PersonId, *, now: datetime) -> Review:
    """Another officer agrees: done, or announced until the notice to those concerned has lasted its time."""
    found = _mine(keys, id_, officer)
    if officer == found.first_by:
        raise NotAllowed("same_officer")
    waits = found.works_from is not None and found.works_from > now
    _turn(found, ReviewState.SECOND_OFFICER, ReviewState.ANNOUNCED if waits else ReviewState.DONE, now=now, second_by=officer)
    _note(officer, found, "signed_second", now=now)
    return review(keys, id_)


def refuse_review(keys: Keys, id_: str, officer: PersonId, *, reason: str, now: datetime) -> Review:
    """One officer is enough to say no; who signed first may take it back too."""
    found = _mine(keys, id_, officer)
    if not reason.strip():
        raise NotAllowed("no_reason")
    _turn(found, found.state, ReviewState.REFUSED, now=now)
    _note(officer, found, "refused", now=now)
    return review(keys, id_)


def close_review(id_: str, *, state: ReviewState, now: datetime) -> bool:
    """The end of an announced one; False when somebody ended it meanwhile."""
    live = (ReviewRow.id == id_) & (ReviewRow.state == ReviewState.ANNOUNCED.value)
    return bool(ReviewRow.update(state=state.value, decided_at=now).where(live).execute())


def due_reviews(keys: Keys, *, now: datetime, limit: int) -> tuple[Review, ...]:
    """Announced ones whose 24 hours are over."""
    return _select(keys, "state = ? AND works_from <= ?", (ReviewState.ANNOUNCED.value, micros(now)), limit=limit)


def own_family(officer: PersonId, *people: PersonId | None) -> bool:
    """Nobody decides for himself, his own child or a person he is linked to (RULES B5)."""
    return any(one is not None and (one == officer or bool(edges.ever_between(officer, one))) for one in people)


def _mine(keys: Keys, id_: str, officer: PersonId) -> Review:
    found = review(keys, id_)
    if own_family(officer, found.person, found.child):
        raise NotAllowed("own_family")
    if found.state not in LIVE:
        raise NotAllowed("wrong_state")
    return found


def _turn(found: Review, before: ReviewState, after: ReviewState, *, now: datetime, **more: object) -> None:
    """One conditional update: of two officers at once one wins."""
    decided = now if after in (ReviewState.DONE, ReviewState.REFUSED) else None
    same = (ReviewRow.id == found.id) & (ReviewRow.state == before.value)
    if not ReviewRow.update(state=after.value, decided_at=decided, **more).where(same).execute():
        raise NotAllowed("wrong_state")


def _sealed(keys: Keys, id_: str, evidence: Mapping[str, str]) -> str:
    return seal(keys, ReviewRow, "evidence", id_, msgspec.json.encode(dict(evidence)).decode())


def _select(keys: Keys, where: str, params: Sequence[object], *, limit: int = 1) -> tuple[Review, ...]:
    sql = f"SELECT {_COLUMNS} FROM school_review WHERE {where} ORDER BY opened_at, id LIMIT {int(limit)}"  # noqa: S608 - where is written here
    return tuple(
        Review(
            id=id_,
            school=school,
            kind=ReviewKind(kind),
            person=PersonId(person),
            child=PersonId(child) if child else None,
            about=about,
            reason=reason,
            evidence=msgspec.json.decode(unseal(keys, ReviewRow, "evidence", id_, evidence), type=dict[str, str]),
            note=unseal(keys, ReviewRow, "note", id_, note) if note else "",
            state=ReviewState(state),
            opened_at=instant_of(opened),
            first_by=PersonId(first) if first else None,
            second_by=PersonId(second) if second else None,
            works_from=instant(works),
        )
        for id_, school, kind, person, child, about, reason, evidence, note, state, opened, first, second, works in fetch(
            ReviewRow, sql, params
        )
    )


def _note(officer: PersonId, found: Review, what: str, *, now: datetime) -> None:
    subject = found.child or found.person
    action = f"review.{what}"
    access.record_change(
        actor=officer, actor_kind=ActorKind.STAFF, subject=subject, action=action, object=f"{found.kind} {found.id}", now=now
    )

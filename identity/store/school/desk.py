"""What waits for a school's officers, read for their queue: cards, edges, recoveries, documents; nothing is decided here (RULES B4, B5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from identity.model import EdgeId, EdgeState, Guardianship, Missing, PersonId, PersonState, SnilsProof
from identity.sealing import Keys
from identity.snils import Snils
from identity.store import edges, persons
from identity.store.accounts.tables import RecoveryRow
from identity.store.family.proposals import Proposal, proposals_of
from identity.store.family.standing import standing
from identity.store.family.tables import ProposalRow, RestrictionRow
from identity.store.rows import fetch, instant_of, micros, unseal
from identity.store.school.tables import CardGuardianRow
from identity.store.tables import EdgeRow

UNMATCHED_AFTER = timedelta(days=3)
"""A card's guardian who has not come by then is shown for a check of what was typed, whoever that may be (RULES A8)."""


class EdgeReason(StrEnum):
    """Why an edge needs the school: stopped by «Я не знаю этого человека», no longer on the Gosuslugi list, a parent below 18."""

    FROZEN = "frozen"
    TO_CONFIRM = "to_confirm"
    MINOR_PARENT = "minor_parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeCase:
    """`every` are all living edges between the two."""

    edge: Guardianship
    reason: EdgeReason
    every: tuple[Guardianship, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCase:
    """A guardian of a card as the office typed it."""

    id: str
    child: PersonId
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    snils: Snils = field(repr=False)
    entered_by: PersonId
    created_at: datetime
    valid_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCase:
    id: str
    school: str
    person: PersonId
    opened_by: PersonId
    created_at: datetime


def edge_cases(keys: Keys, school: str, *, now: datetime, limit: int = 200) -> tuple[EdgeCase, ...]:
    """The pairs that wait for the school; a pair that a restriction keeps apart is not among them."""
    sql = (
        "SELECT g.id FROM guardianship g JOIN school_card c ON c.child = g.child AND c.state = 'active' WHERE c.school = ?"
        " AND (g.state IN ('frozen', 'to_confirm') OR (g.state = 'waiting' AND g.missing <> '' AND"
        " REPLACE(g.missing, 'level_too_low', '') = g.missing)) ORDER BY g.created_at, g.id LIMIT ?"
    )
    found: dict[tuple[PersonId, PersonId], EdgeCase] = {}
    for (id_,) in fetch(EdgeRow, sql, (school, limit)):
        case = edge_case(keys, id_, now=now)
        if case is not None:
            found.setdefault((case.edge.guardian, case.edge.child), case)
    return tuple(found.values())


def edge_case(keys: Keys, id_: str, *, now: datetime) -> EdgeCase | None:
    """Why this edge needs the school now; None where it needs nothing from it."""
    edge = edges.edge(EdgeId(id_))
    if edge is None or edge.state is EdgeState.ENDED:
        return None
    every = edges.between(edge.guardian, edge.child)
    reason = _reason(edge, every)
    who = persons.person(keys, edge.guardian) if reason else None
    if reason is None or who is None or who.state is not PersonState.ACTIVE or edge.child in standing(keys, who, now=now).restricted:
        return None
    return EdgeCase(edge=edge, reason=reason, every=every)


def _reason(edge: Guardianship, every: tuple[Guardianship, ...]) -> EdgeReason | None:
    """A frozen pair is stopped whole; where another edge is active nothing is missing."""
    if any(one.state is EdgeState.FROZEN for one in every):
        return EdgeReason.FROZEN if edge.state is EdgeState.FROZEN else None
    if any(one.state is EdgeState.ACTIVE for one in every):
        return None
    if edge.state is EdgeState.TO_CONFIRM:
        return EdgeReason.TO_CONFIRM
    waived = {Missing.UNDER_18, Missing.BIRTH_DATE_MISSING}
    return EdgeReason.MINOR_PARENT if edge.missing and set(edge.missing) <= waived else None


def cards_to_sign(keys: Keys, school: str) -> tuple[CardCase, ...]:
    return _cards(keys, "school = ? AND state = 'second_officer'", (school,))


def cards_unmatched(keys: Keys, school: str, *, now: datetime) -> tuple[CardCase, ...]:
    """Entered days ago and nobody came: unknown to the hub, or another name; the office is told neither (RULES A8)."""
    before = micros(now - UNMATCHED_AFTER)
    return _cards(keys, "school = ? AND state = 'checking' AND valid_from <= ?", (school, before))


def card_case(keys: Keys, id_: str) -> CardCase | None:
    return next(iter(_cards(keys, "id = ? AND state <> 'removed'", (id_,))), None)


def _cards(keys: Keys, where: str, params: tuple[object, ...]) -> tuple[CardCase, ...]:
    columns = "id, child, name, snils, entered_by, created_at, valid_from"
    sql = f"SELECT {columns} FROM school_card_guardian WHERE {where} ORDER BY created_at, id LIMIT 200"  # noqa: S608 - where is written here
    found = []
    for id_, child, name, number, by, created, valid in fetch(CardGuardianRow, sql, params):
        last, first = msgspec.json.decode(unseal(keys, CardGuardianRow, "name", id_, name), type=tuple[str, str])
        found.append(
            CardCase(
                id=id_,
                child=PersonId(child),
                last_name=last,
                first_name=first,
                snils=Snils(unseal(keys, CardGuardianRow, "snils", id_, number)),
                entered_by=PersonId(by),
                created_at=instant_of(created),
                valid_from=instant_of(valid),
            )
        )
    return tuple(found)


def due_cards(*, now: datetime, after: str = "", limit: int = 100) -> tuple[tuple[PersonId, ...], str]:
    """People whose proven SNILS a card names that works by now; and the entry to go on after, empty at the end."""
    sql = (
        "SELECT g.id, p.id FROM school_card_guardian g JOIN person p ON p.snils_index = g.snils_index AND p.state = ? AND p.snils_proof = ?"
        " WHERE g.state = 'checking' AND g.valid_from <= ? AND g.id > ? ORDER BY g.id LIMIT ?"
    )
    page = fetch(CardGuardianRow, sql, (PersonState.ACTIVE.value, SnilsProof.VERIFIED.value, micros(now), after, limit))
    return tuple(dict.fromkeys(PersonId(person) for _, person in page)), str(page[-1][0]) if len(page) == limit else ""


def recoveries_to_sign(school: str) -> tuple[RecoveryCase, ...]:
    return _recoveries("school = ? AND state = 'opened'", (school,))


def recovery_case(id_: str) -> RecoveryCase | None:
    return next(iter(_recoveries("id = ? AND state = 'opened'", (id_,))), None)


def _recoveries(where: str, params: tuple[object, ...]) -> tuple[RecoveryCase, ...]:
    sql = f"SELECT id, school, person, opened_by, created_at FROM recovery WHERE {where} ORDER BY created_at, id LIMIT 200"  # noqa: S608 - where is written here
    return tuple(
        RecoveryCase(id=id_, school=school, person=PersonId(person), opened_by=PersonId(by), created_at=instant_of(created))
        for id_, school, person, by, created in fetch(RecoveryRow, sql, params)
    )


def proposals_of_school(school: str, *, now: datetime) -> tuple[Proposal, ...]:
    """Open acts of families that need more than one guardian (RULES A5b)."""
    sql = "SELECT DISTINCT p.child FROM family_proposal p JOIN school_card c ON c.child = p.child AND c.state = 'active'"
    rows = fetch(ProposalRow, f"{sql} WHERE c.school = ? AND p.state = 'open' ORDER BY p.child LIMIT 200", (school,))
    return tuple(one for (child,) in rows for one in proposals_of(PersonId(child), now=now))


def document_of(keys: Keys, table: str, id_: str) -> str:
    """The document behind a restriction or a recovery, for the office only."""
    model = {"restriction": RestrictionRow, "recovery": RecoveryRow}[table]
    sql = f"SELECT document FROM {model._meta.table_name} WHERE id = ?"  # noqa: S608 - own table
    return next((unseal(keys, model, "document", id_, str(text)) for (text,) in fetch(model, sql, (id_,))), "")

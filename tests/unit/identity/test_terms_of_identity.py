"""Each kind of row that identity deletes is there a day before its term and gone a day after it (RULES A18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from peewee import Model

from identity.model import PersonId
from identity.store import delete_expired, hold_change
from identity.store.accounts.tables import MergeRow, OperatorReadingRow, PendingRow, RecoveryRow
from identity.store.family.tables import ConsentRow, DelegationRow, ProposalRow
from identity.store.school.tables import CardGuardianRow, CodeRow, ReviewRow, TryRow
from identity.store.tables import AuditKeyRow, ContactRow, EdgeRow, LinkRow, PersonRow

YEAR, THREE = timedelta(days=365), timedelta(days=3 * 365)
MERGE = {"id": "m", "kept": "p", "gone": "q", "moved": "", "state": "merged"}
EDGE = {"id": "e", "guardian": "p", "child": "c", "kind": "parent", "rights": "view", "evidence": "esia_kid", "evidence_by": "esia"}
LINK = {
    "id": "l", "system": "esia", "subject": "", "subject_index": "i", "person": "p", "opened_by": "p", "use": "sign_in", "role": "parent",
    "evidence": "esia_confirmed", "evidence_by": "p", "strength": "strong",
}  # fmt: skip
CODE = {"id": "k", "child": "c", "school": "1", "code_hash": "h", "name_index": "n", "issued_by": "o"}
GUARDIAN = {"id": "g", "child": "c", "school": "1", "snils": "", "snils_index": "i", "name": "", "kind": "parent", "entered_by": "o"}
REVIEW = {"id": "r", "kind": "k", "person": "p", "evidence": "", "state": "decided"}
CONSENT = {"id": "w", "subject": "c", "giver": "p", "purpose": "photo", "word": "given", "text_version": "1"}
PROPOSAL = {"id": "o", "act": "erase_child", "child": "c", "proposed_by": "p"}
LOAN = {"id": "d", "giver": "p", "child": "c"}

TERMS: dict[str, tuple[type[Model], timedelta, Callable[[datetime], dict[str, Any]]]] = {
    "a closed link": (LinkRow, YEAR, lambda at: LINK | {"state": "closed", "evidence_at": at, "closed_at": at}),
    "an ended edge": (EdgeRow, THREE, lambda at: EDGE | {"state": "ended", "evidence_at": at, "created_at": at, "ended_at": at}),
    "a spent code": (CodeRow, YEAR, lambda at: CODE | {"state": "used", "created_at": at, "expires_at": at}),
    "an ended loan": (DelegationRow, YEAR, lambda at: LOAN | {"state": "ended", "created_at": at, "ended_at": at}),
    "an offer that nobody took": (DelegationRow, YEAR, lambda at: LOAN | {"state": "offered", "created_at": at, "offered_until": at}),
    "a recovery": (
        RecoveryRow, YEAR,
        lambda at: {"id": "y", "person": "p", "school": "1", "document": "", "opened_by": "o", "state": "open", "created_at": at},
    ),
    "an operator's leave": (
        OperatorReadingRow, THREE, lambda at: {"id": "x", "operator": "o", "child": "c", "reason": "", "opened_at": at, "until": at},
    ),
    "a struck-out guardian": (
        CardGuardianRow, YEAR, lambda at: GUARDIAN | {"state": "removed", "valid_from": at, "created_at": at, "removed_at": at},
    ),
    "a merge": (MergeRow, YEAR, lambda at: MERGE | {"merged_at": at, "undo_until": at}),
    "a decided review": (ReviewRow, YEAR, lambda at: REVIEW | {"opened_at": at, "decided_at": at}),
    "a decided proposal": (ProposalRow, YEAR, lambda at: PROPOSAL | {"state": "done", "created_at": at, "decided_at": at}),
    "a withdrawn consent": (ConsentRow, THREE, lambda at: CONSENT | {"at": at, "withdrawn_at": at}),
    "a consent that ended": (ConsentRow, THREE, lambda at: CONSENT | {"at": at, "valid_until": at}),
    "a closed record": (
        PersonRow, timedelta(days=30),
        lambda at: {"id": "p", "profile": "", "origin": "sign_in", "state": "closed", "created_at": at, "updated_at": at},
    ),
}  # fmt: skip


@pytest.mark.rule("A18")
@pytest.mark.parametrize("what", TERMS)
def test_it_stays_to_its_term_and_is_gone_after_it(desk: Any, what: str) -> None:
    model, kept, row = TERMS[what]
    desk.run(lambda: model.create(**row(desk.now)))
    for late, left in ((-timedelta(days=1), 1), (timedelta(days=1), 0)):
        at = desk.now + kept + late
        desk.run(lambda at=at: delete_expired(now=at))
        assert desk.run(lambda: model.select().count()) == left


@pytest.mark.rule("A18")
def test_open_cases_and_living_consents_have_no_term(desk: Any) -> None:
    at = desk.now
    desk.run(lambda: ReviewRow.create(**REVIEW | {"state": "open", "opened_at": at}))
    desk.run(lambda: ProposalRow.create(**PROPOSAL | {"state": "open", "created_at": at}))
    desk.run(lambda: ConsentRow.create(**CONSENT | {"at": at}))
    desk.run(lambda: delete_expired(now=at + timedelta(days=20 * 365)))
    assert [desk.run(lambda model=model: model.select().count()) for model in (ReviewRow, ProposalRow, ConsentRow)] == [1, 1, 1]


@pytest.mark.rule("A18")
def test_a_change_that_waits_and_wrong_tries_end_within_hours(desk: Any) -> None:
    desk.run(lambda: hold_change(desk.keys, PersonId("p"), session="s", kind="phone", value="+7", now=desk.now))
    desk.run(lambda: TryRow.create(id="network x", count=3, since=desk.now))
    desk.run(lambda: delete_expired(now=desk.now + timedelta(hours=3)))
    assert (desk.run(lambda: TryRow.select().count()), desk.run(lambda: PendingRow.select().count())) == (0, 1)
    desk.run(lambda: delete_expired(now=desk.now + timedelta(hours=25)))
    assert desk.run(lambda: PendingRow.select().count()) == 0


@pytest.mark.rule("A18")
def test_contacts_and_the_audit_key_go_with_the_record(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    desk.run(lambda: PersonRow.update(state="closed", updated_at=desk.now).where(PersonRow.id == who).execute())
    desk.run(lambda: delete_expired(now=desk.now + timedelta(days=31)))
    for model, column in ((ContactRow, ContactRow.person), (AuditKeyRow, AuditKeyRow.person)):
        assert desk.run(lambda model=model, column=column: model.select().where(column == who).count()) == 0

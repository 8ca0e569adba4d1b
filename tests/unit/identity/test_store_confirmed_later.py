"""An account that was unconfirmed first and is confirmed later finds the record that its SNILS proves (RULES A3, A4, A10, A12)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from identity.claims import Level
from identity.linking import AttachBy, ListedChild, ReviewReason
from identity.model import Evidence, EvidenceKind, LinkState, PersonId
from identity.store import (
    NewLink,
    SignInResult,
    attach_account,
    bind_listed,
    children_of,
    links_of,
    person,
    view_right,
)
from identity.store.tables import LinkRow

pytestmark = [pytest.mark.rule("A3"), pytest.mark.rule("A12")]


def child(desk: Any, who: PersonId, name: str) -> PersonId:
    shown = desk.run(lambda: children_of(desk.keys, who, now=desk.now))
    return next(PersonId(view.person.id) for view in shown if view.person.first_name == name)


def diary(desk: Any, who: PersonId, subject: str) -> Any:
    evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=desk.now, by=who, source="dnevnik")
    new = NewLink(system="dnevnik", subject=subject, person=who, opened_by=who, evidence=evidence)
    return desk.run(lambda: attach_account(desk.keys, new, now=desk.now))


def test_a_pupil_who_confirms_the_account_becomes_the_listed_child(desk: Any, people: Any) -> None:
    shell = desk.sign_in(people.account_of(people.masha, level=Level.STANDARD)).person
    mother = desk.sign_in(people.mother).person
    masha = child(desk, mother, "Мария")
    assert masha != shell
    outcome = desk.sign_in(people.account_of(people.masha))
    assert (outcome.result, outcome.attached_by, outcome.person) == (SignInResult.ATTACHED, AttachBy.VERIFIED_SNILS, masha)
    assert (outcome.moved_from, outcome.strong_added) == (shell, True)
    assert desk.run(lambda: person(desk.keys, shell)).state.value == "closed"
    again = desk.sign_in(people.account_of(people.masha))
    assert (again.result, again.person, again.moved_from) == (SignInResult.KNOWN, masha, None)
    assert desk.run(lambda: view_right(desk.keys, masha, masha, now=desk.now)).allowed


@pytest.mark.rule("A10")
def test_what_the_shell_had_follows_and_waits_for_a_new_sign_in(desk: Any, people: Any) -> None:
    shell = desk.sign_in(people.account_of(people.masha, level=Level.STANDARD)).person
    opened = diary(desk, shell, "77")
    desk.run(lambda: bind_listed(desk.keys, shell, "dnevnik", [ListedChild(key="n", last_name="Соседов", first_name="Иван")], now=desk.now))
    masha = child(desk, desk.sign_in(people.mother).person, "Мария")
    outcome = desk.sign_in(people.account_of(people.masha))
    assert [(one.id, one.state) for one in outcome.suspended] == [(opened.id, LinkState.SUSPENDED)]
    assert {one.person for one in desk.run(lambda: links_of(desk.keys, masha, now=desk.now))} == {masha}
    assert diary(desk, masha, "77").state is LinkState.ACTIVE
    assert child(desk, masha, "Иван")


def test_the_links_that_the_found_person_had_already_stay(desk: Any, people: Any) -> None:
    first = desk.sign_in(people.mother).person
    kept = diary(desk, first, "5")
    shell = desk.sign_in(replace(people.mother, subject="second", level=Level.STANDARD, children=None)).person
    came = diary(desk, shell, "6")
    outcome = desk.sign_in(replace(people.mother, subject="second"))
    assert (outcome.person, outcome.attached_by, outcome.moved_from) == (first, AttachBy.RECOVERY, shell)
    assert [one.id for one in outcome.suspended] == [came.id]
    states = {one.id: one.state for one in desk.run(lambda: links_of(desk.keys, first, now=desk.now))}
    assert states[kept.id] is LinkState.ACTIVE
    sign_ins = LinkRow.select().where(LinkRow.system == "esia", LinkRow.state != "closed")
    assert desk.run(sign_ins.count) == 1


def test_a_person_that_was_confirmed_before_is_never_moved(desk: Any, people: Any) -> None:
    nameless = desk.sign_in(replace(people.father, snils=None, subject="x", children=None)).person
    desk.sign_in(people.father)
    outcome = desk.sign_in(replace(people.father, subject="x"))
    assert (outcome.result, outcome.reason) == (SignInResult.REVIEW, ReviewReason.SNILS_OF_OTHER_PERSON)
    assert desk.run(lambda: person(desk.keys, nameless)).state.value == "active"


def test_with_another_name_on_the_record_it_is_a_review(desk: Any, people: Any) -> None:
    desk.sign_in(people.mother)
    second = replace(people.mother, subject="second", last_name="Другая")
    desk.sign_in(replace(second, level=Level.STANDARD, children=None))
    outcome = desk.sign_in(second)
    assert (outcome.result, outcome.reason) == (SignInResult.REVIEW, ReviewReason.NAMES_DIFFER)


def test_the_waiting_edges_of_the_shell_end_and_the_list_makes_new_ones(desk: Any, people: Any) -> None:
    roster = desk.sign_in(people.mother).person
    shell = desk.sign_in(replace(people.mother, subject="second", level=Level.STANDARD))
    assert {change.edge.state.value for change in shell.edges} == {"waiting"}
    outcome = desk.sign_in(replace(people.mother, subject="second"))
    assert outcome.person == roster
    assert {view.person.first_name for view in desk.run(lambda: children_of(desk.keys, roster, now=desk.now))} == {"Пётр", "Мария"}
    assert desk.run(lambda: children_of(desk.keys, shell.person, now=desk.now)) == ()

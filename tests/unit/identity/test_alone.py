"""Who may do what alone: the table row by row, and the week of silence (RULES A5b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.errors import NotAllowed, NotFound
from identity.family.alone import RULE_OF, ActState, FamilyAct, Rule, decide_act, may_alone
from identity.model import PersonId
from identity.store import decide_by_school, edges, finish_proposal, object_to, proposal, propose
from tests.unit.identity.school import OFFICER

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MOTHER, FATHER = PersonId("mother"), PersonId("father")
BOTH = (MOTHER, FATHER)


@pytest.mark.rule("A5b")
@pytest.mark.parametrize(
    ("act", "rule", "alone"),
    [
        (FamilyAct.BLOCK_CARD, Rule.ALONE_OTHERS_TOLD, True),
        (FamilyAct.ABSENCE_NOTICE, Rule.ALONE_OTHERS_TOLD, True),
        (FamilyAct.LIMITS, Rule.ALONE_OTHERS_TOLD, True),
        (FamilyAct.FORBIDDEN_ITEMS, Rule.ALONE_OTHERS_TOLD, True),
        (FamilyAct.DELEGATION, Rule.ALONE_OTHERS_TOLD, True),
        (FamilyAct.WITHDRAW_CONSENT, Rule.ALONE_OWN_PART, True),
        (FamilyAct.ERASE_OWN, Rule.ALONE_OWN_PART, True),
        (FamilyAct.EXPORT_OWN, Rule.ALONE_OWN_PART, True),
        (FamilyAct.CHANGE_SCHOOL, Rule.SILENCE_OR_SCHOOL, False),
        (FamilyAct.ERASE_CHILD, Rule.SILENCE_OR_SCHOOL, False),
        (FamilyAct.PAYOUT, Rule.PAYER, False),
    ],
)
def test_the_table_row_by_row(act: FamilyAct, rule: Rule, alone: bool) -> None:
    assert (RULE_OF[act], may_alone(act)) == (rule, alone)
    answer = decide_act(act, MOTHER, guardians=BOTH, now=NOW, payer=MOTHER)
    assert answer.state is (ActState.WAITING if rule is Rule.SILENCE_OR_SCHOOL else ActState.ALLOWED)
    assert answer.tell == ((FATHER,) if rule in (Rule.ALONE_OTHERS_TOLD, Rule.SILENCE_OR_SCHOOL) else ())


@pytest.mark.rule("A5b")
def test_the_table_is_complete() -> None:
    assert set(RULE_OF) == set(FamilyAct)


@pytest.mark.rule("A5b")
@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, ActState.WAITING),
        ({"asked_at": NOW - timedelta(days=7) + timedelta(seconds=1)}, ActState.WAITING),
        ({"asked_at": NOW - timedelta(days=7)}, ActState.ALLOWED),
        ({"asked_at": NOW - timedelta(days=8), "objections": [FATHER]}, ActState.REFUSED),
        ({"objections": [PersonId("neighbour")]}, ActState.WAITING),
        ({"objections": [MOTHER]}, ActState.WAITING),
        ({"objections": [FATHER], "school_agrees": True}, ActState.ALLOWED),
        ({"asked_at": NOW - timedelta(days=8), "school_agrees": False}, ActState.REFUSED),
        ({"guardians": (MOTHER,)}, ActState.ALLOWED),
    ],
)
def test_a_week_of_silence_or_the_school(given: dict[str, Any], state: ActState) -> None:
    call: dict[str, Any] = {"guardians": BOTH, "now": NOW} | given
    assert decide_act(FamilyAct.CHANGE_SCHOOL, MOTHER, **call).state is state


@pytest.mark.rule("A5b")
def test_money_goes_back_to_its_payer_only() -> None:
    assert decide_act(FamilyAct.PAYOUT, MOTHER, guardians=BOTH, now=NOW, payer=FATHER).state is ActState.REFUSED
    assert decide_act(FamilyAct.PAYOUT, MOTHER, guardians=BOTH, now=NOW).state is ActState.REFUSED


@pytest.fixture
def parents(desk: Any, people: Any) -> tuple[PersonId, PersonId, PersonId]:
    mother, father = desk.sign_in(replace(people.mother, children=(people.petya,))).person, desk.sign_in(people.father).person
    return mother, father, next(edge.child for edge in desk.run(lambda: edges.of_guardian(father)))


@pytest.mark.rule("A5b")
def test_a_proposal_passes_by_silence_once(desk: Any, parents: tuple[PersonId, PersonId, PersonId]) -> None:
    mother, father, child = parents
    open_ = desk.run(lambda: propose(desk.keys, FamilyAct.CHANGE_SCHOOL, child, mother, now=desk.now))
    assert (open_.answer.state, open_.answer.tell) == (ActState.WAITING, (father,))
    desk.later(days=3)
    again = desk.run(lambda: propose(desk.keys, FamilyAct.CHANGE_SCHOOL, child, mother, now=desk.now))
    assert (again.id, again.answer.until) == (open_.id, open_.answer.until)
    assert not desk.run(lambda: finish_proposal(open_.id, now=desk.now))
    desk.later(days=4)
    assert desk.run(lambda: finish_proposal(open_.id, now=desk.now))
    assert not desk.run(lambda: finish_proposal(open_.id, now=desk.now))
    assert desk.run(lambda: proposal(open_.id, now=desk.now)).done


@pytest.mark.rule("A5b")
@pytest.mark.rule("B5")
def test_an_objection_leaves_it_to_a_school_without_kin(desk: Any, people: Any, parents: tuple[PersonId, PersonId, PersonId]) -> None:
    mother, father, child = parents
    open_ = desk.run(lambda: propose(desk.keys, FamilyAct.ERASE_CHILD, child, mother, now=desk.now))
    with pytest.raises(NotFound):
        desk.run(lambda: object_to(open_.id, PersonId("neighbour"), now=desk.now))
    assert desk.run(lambda: object_to(open_.id, father, now=desk.now)).answer.state is ActState.REFUSED
    desk.later(days=30)
    assert not desk.run(lambda: finish_proposal(open_.id, now=desk.now))
    with pytest.raises(NotAllowed, match="own_family"):
        desk.run(lambda: decide_by_school(open_.id, father, agrees=True, now=desk.now))
    assert desk.run(lambda: decide_by_school(open_.id, OFFICER, agrees=True, now=desk.now)).answer.state is ActState.ALLOWED
    assert desk.run(lambda: finish_proposal(open_.id, now=desk.now))


@pytest.mark.rule("A5b")
def test_a_stranger_proposes_nothing_and_what_is_free_needs_no_proposal(desk: Any, parents: tuple[PersonId, PersonId, PersonId]) -> None:
    mother, _, child = parents
    with pytest.raises(NotFound):
        desk.run(lambda: propose(desk.keys, FamilyAct.CHANGE_SCHOOL, mother, mother, now=desk.now))
    with pytest.raises(NotAllowed):
        desk.run(lambda: propose(desk.keys, FamilyAct.LIMITS, child, mother, now=desk.now))

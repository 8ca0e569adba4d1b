"""A restriction denies and beats every edge of every evidence kind, present and later (RULES A5a)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.claims import Level
from identity.errors import NotAllowed
from identity.linking import ListedChild
from identity.model import EdgeRight, EdgeState, Evidence, EvidenceKind, GuardianKind, Missing, PersonId
from identity.store import (
    Redeemed,
    accept_delegation,
    act_right,
    bind_listed,
    edges,
    lift_restriction,
    offer_delegation,
    propose_lift,
    propose_restriction,
    restrictions_of,
    settle_frozen,
    sign_restriction,
    view_right,
)
from tests.unit.identity.school import OFFICER, OGRN, SECOND, School

OFFERED = ["esia_kid", "invitation_code", "snils_in_school_card", "school_approval"]


def petya_of(desk: Any, parent: PersonId) -> PersonId:
    return PersonId(next(edge.child for edge in desk.run(lambda: edges.of_guardian(parent))))


def offer(kind: str, school: School, people: Any, father: PersonId, child: PersonId) -> None:
    """The restricted father brings evidence of this kind."""
    desk = school.desk
    if kind == "esia_kid":
        desk.sign_in(people.father)
    elif kind == "invitation_code":
        school.pupil("Ёлкин", "Пётр", people.petya.birth_date, people.petya.snils)
        assert school.redeem(father, school.code(child), "Елкин", "пётр").result is Redeemed.REFUSED
    elif kind == "snils_in_school_card":
        school.pupil("Ёлкин", "Пётр", people.petya.birth_date, people.petya.snils)
        school.guardian(child, people.father.snils, "Ёлкин", "Иван")
        desk.later(hours=25)
        desk.sign_in(people.father)
    else:
        evidence = Evidence(kind=EvidenceKind.SCHOOL_APPROVAL, at=desk.now, by="school")
        desk.run(lambda: edges.add(father, child, evidence, state=EdgeState.ACTIVE, missing=(), kind=GuardianKind.PARENT, now=desk.now))


@pytest.mark.rule("A5a")
@pytest.mark.parametrize("kind", OFFERED)
@pytest.mark.parametrize("by", ["person", "snils", "snils before the first sign-in"])
def test_no_evidence_restores_what_a_restriction_took(desk: Any, people: Any, kind: str, by: str) -> None:
    school = School(desk)
    mother = desk.sign_in(replace(people.mother, children=(people.petya,))).person
    child = petya_of(desk, mother)
    if by != "snils before the first sign-in":
        father = desk.sign_in(people.father).person
        assert school.sees(father, child)
    school.restrict(child, **({"guardian": father} if by == "person" else {"snils": people.father.snils}))
    if by == "snils before the first sign-in":
        father = desk.sign_in(people.father).person
    assert not school.sees(father, child)
    offer(kind, school, people, father, child)
    assert not school.sees(father, child)
    assert not desk.run(lambda: act_right(desk.keys, father, child, EdgeRight.PAY, now=desk.now)).allowed
    assert school.sees(mother, child)


@pytest.mark.rule("A5a")
def test_the_answer_is_that_of_a_stranger(desk: Any, people: Any) -> None:
    school = School(desk)
    father = desk.sign_in(people.father).person
    child = petya_of(desk, father)
    school.restrict(child, guardian=father)
    right = desk.run(lambda: view_right(desk.keys, father, child, now=desk.now))
    stranger = desk.run(lambda: view_right(desk.keys, father, PersonId("nobody"), now=desk.now))
    assert right == stranger
    assert right.missing == (Missing.FOREIGN,)


@pytest.mark.rule("A5a")
def test_it_works_at_once_and_names_what_ends(desk: Any, people: Any) -> None:
    school = School(desk)
    mother = desk.sign_in(replace(people.mother, children=(people.petya,))).person
    father = desk.sign_in(people.father).person
    child = petya_of(desk, mother)
    lent = desk.run(lambda: offer_delegation(desk.keys, father, child, until=desk.now + timedelta(days=5), now=desk.now))
    nanny = desk.sign_in(replace(people.mother, subject="77", snils=people.snils(170_000_001), children=(), last_name="Няня")).person
    desk.run(lambda: accept_delegation(desk.keys, nanny, lent.code, now=desk.now))
    assert school.sees(nanny, child)
    effect = school.restrict(child, guardian=father)
    assert effect.persons == (father,)
    assert [edge.state for edge in effect.edges] == [EdgeState.FROZEN]
    assert effect.delegations == 1
    assert not school.sees(nanny, child)


@pytest.mark.rule("A5a")
@pytest.mark.rule("B5")
def test_two_officers_sign_and_neither_is_of_the_family(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    father = desk.sign_in(people.father).person
    child = petya_of(desk, father)

    def propose(officer: PersonId, document: str = "решение суда") -> Any:
        return desk.run(
            lambda: propose_restriction(
                desk.keys, school=OGRN, child=child, officer=officer, document=document, guardian=father, now=desk.now
            )
        )

    for officer, document, reason in ((mother, "x", "own_family"), (father, "x", "own_family"), (OFFICER, " ", "no_document")):
        with pytest.raises(NotAllowed, match=reason):
            propose(officer, document)
    id_ = propose(OFFICER)
    assert School(desk).sees(father, child), "one signature works on nobody"
    for officer, reason in ((OFFICER, "same_officer"), (mother, "own_family")):
        with pytest.raises(NotAllowed, match=reason):
            desk.run(lambda officer=officer: sign_restriction(desk.keys, id_, officer, now=desk.now))
    desk.run(lambda: sign_restriction(desk.keys, id_, SECOND, now=desk.now))
    with pytest.raises(NotAllowed, match="wrong_state"):
        desk.run(lambda: sign_restriction(desk.keys, id_, SECOND, now=desk.now))


@pytest.mark.rule("A5a")
def test_lifting_needs_two_officers_and_proves_no_kinship(desk: Any, people: Any) -> None:
    school = School(desk)
    father = desk.sign_in(people.father).person
    child = petya_of(desk, father)
    id_ = school.restrict(child, guardian=father).restriction.id
    with pytest.raises(NotAllowed, match="wrong_state"):
        desk.run(lambda: lift_restriction(id_, SECOND, now=desk.now))
    desk.run(lambda: propose_lift(id_, OFFICER, now=desk.now))
    with pytest.raises(NotAllowed, match="same_officer"):
        desk.run(lambda: lift_restriction(id_, OFFICER, now=desk.now))
    with pytest.raises(NotAllowed, match="restricted"):
        desk.run(lambda: settle_frozen(desk.keys, OFFICER, father, child, keep=True, now=desk.now))
    desk.run(lambda: lift_restriction(id_, SECOND, now=desk.now))
    assert not school.sees(father, child), "the edge waits for the school"
    assert desk.run(lambda: settle_frozen(desk.keys, OFFICER, father, child, keep=True, now=desk.now))
    assert school.sees(father, child)


@pytest.mark.rule("A5a")
def test_a_restriction_ends_on_its_day(desk: Any, people: Any) -> None:
    school = School(desk)
    father = desk.sign_in(people.father).person
    child = petya_of(desk, father)
    school.restrict(child, guardian=father, until=desk.now + timedelta(days=30))
    desk.later(days=29, hours=23)
    assert not school.sees(father, child)
    desk.later(hours=2)
    desk.run(lambda: settle_frozen(desk.keys, OFFICER, father, child, keep=True, now=desk.now))
    assert school.sees(father, child)


@pytest.mark.rule("A5a")
def test_even_an_edge_that_says_active_gives_nothing(desk: Any, people: Any) -> None:
    school = School(desk)
    father = desk.sign_in(people.father).person
    child = petya_of(desk, father)
    (edge,) = school.restrict(child, guardian=father).edges
    desk.run(lambda: edges.settle(edge.id, state=EdgeState.ACTIVE, missing=()))
    assert not school.sees(father, child)


@pytest.mark.rule("A5a")
@pytest.mark.rule("A15")
def test_a_diary_of_the_restricted_parent_does_not_show_the_child_either(desk: Any, people: Any) -> None:
    school = School(desk)
    father = desk.sign_in(people.father).person
    child = petya_of(desk, father)
    school.restrict(child, guardian=father)
    listed = [ListedChild(key="1", last_name="Елкин", first_name="Петр"), ListedChild(key="2", last_name="Другой", first_name="Ваня")]
    bound = desk.run(lambda: bind_listed(desk.keys, father, "dnevnik", listed, now=desk.now))
    assert [school.sees(father, one.child) for one in bound] == [False, True]


@pytest.mark.rule("A5a")
def test_a_weak_record_whose_snils_becomes_known_is_met_too(desk: Any, people: Any) -> None:
    school = School(desk)
    pupil = school.pupil()
    weak = desk.sign_in(replace(people.father, level=Level.STANDARD, snils=None, children=None)).person
    assert school.redeem(weak, school.code(pupil)).result is Redeemed.DONE
    school.restrict(pupil, snils=people.father.snils)
    assert desk.sign_in(replace(people.father, children=None)).person == weak
    assert not school.sees(weak, pupil)
    assert [one.guardian for one in desk.run(lambda: restrictions_of(pupil))] == [None]

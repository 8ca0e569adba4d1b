"""Binding a messenger's profile: each reason, their order, and what it may never do (RULES A9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from identity.claims import Claims, Contact, Level
from identity.errors import NotAllowed
from identity.linking.merging import Confirmer
from identity.linking.profiles import STATE_OF, BindFacts, BindReason, BindState, decide_binding
from identity.model import How, LinkRole, LinkState, LinkUse, Person, PersonId
from identity.store import BindIntent, bind_profile, edges, links, person, swap_profiles
from tests.unit.identity.crowd import at_once
from tests.unit.identity.school import School

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MOTHER = Person(id=PersonId("mother"), last_name="Ёлкина", first_name="Анна", birth_date=date(1985, 1, 2))
CHILD = Person(id=PersonId("child"), last_name="Ёлкин", first_name="Пётр", birth_date=date(2015, 3, 1))
PROFILE = Claims(
    system="vkid",
    subject="12345",
    level=Level.UNKNOWN,
    last_name="Ёлкин",
    first_name="Пётр",
    birth_date=date(2015, 3, 1),
    phones=(Contact(value="+79990000001"),),
)
FACTS = BindFacts(
    session_person=MOTHER.id,
    initiator=MOTHER,
    target=CHILD,
    role=LinkRole.CHILD,
    relation_proven=True,
    guardians=(MOTHER,),
    guardian_phones=frozenset({"+79265550101"}),
)

FITS: list[tuple[BindReason, dict[str, Any], dict[str, Any]]] = [
    (BindReason.INITIATOR_MISMATCH, {}, {"session_person": PersonId("other")}),
    (BindReason.INITIATOR_MISMATCH, {}, {"session_person": None}),
    (BindReason.RELATION_UNPROVEN, {}, {"relation_proven": False}),
    (BindReason.SELF_PARENT, {}, {"holder": MOTHER.id}),
    (BindReason.SELF_PARENT, {"last_name": "ЕЛКИНА", "first_name": "анна", "birth_date": date(1985, 1, 2)}, {}),
    (BindReason.SELF_PARENT, {"birth_date": None}, {"target": MOTHER, "role": LinkRole.PARENT, "holder": CHILD.id, "guardians": (CHILD,)}),
    (BindReason.ALREADY_BOUND, {}, {"holder": PersonId("stranger")}),
    (BindReason.ALREADY_BOUND, {}, {"other_profile": True}),
    (BindReason.PHONE_SHARED_WITH_GUARDIAN, {"phones": (Contact(value="+79265550101"),)}, {}),
    (BindReason.PHONE_SHARED_WITH_GUARDIAN, {"system": "other", "phones": (Contact(value="+79265550101", verified=True),)}, {}),
    (BindReason.BIRTHDATE_MISMATCH, {"birth_date": date(2014, 3, 1)}, {}),
    (BindReason.ROLE_MISMATCH, {"birth_date": date(1999, 1, 1)}, {"target": replace(CHILD, birth_date=None)}),
    (BindReason.ROLE_MISMATCH, {}, {"role": LinkRole.PARENT, "guardians": ()}),
]


@pytest.mark.rule("A9")
@pytest.mark.feature("F066")
@pytest.mark.parametrize(("reason", "claims", "facts"), FITS, ids=[f"{n} {reason}" for n, (reason, *_) in enumerate(FITS)])
def test_each_reason_is_found(reason: BindReason, claims: dict[str, Any], facts: dict[str, Any]) -> None:
    verdict = decide_binding(replace(PROFILE, **claims), replace(FACTS, **facts), NOW)
    assert (verdict.reason, verdict.state) == (reason, STATE_OF[reason])
    assert verdict.exits == (How.SIGN_IN_AND_LINK, How.CODE, How.ASK_SCHOOL)


@pytest.mark.rule("A9")
def test_where_several_fit_the_first_of_the_fixed_order_is_told() -> None:
    everything = replace(
        FACTS,
        session_person=None,
        relation_proven=False,
        holder=MOTHER.id,
        other_profile=True,
        target=replace(CHILD, birth_date=date(1990, 1, 1)),
    )
    claims = replace(PROFILE, phones=(Contact(value="+79265550101"),))
    told = []
    mends: list[dict[str, Any]] = [
        {"session_person": MOTHER.id},
        {"relation_proven": True},
        {"holder": PersonId("stranger")},
        {"holder": None, "other_profile": False},
        {"guardian_phones": frozenset()},
        {"target": replace(CHILD, birth_date=None)},
    ]
    for mend in ({}, *mends):
        everything = replace(everything, **mend)
        told.append(decide_binding(claims, everything, NOW).reason)
    assert told == [*list(BindReason)[:-1], None]


@pytest.mark.rule("A9")
@pytest.mark.parametrize(
    ("claims", "facts"),
    [
        ({}, {}),
        ({"birth_date": None}, {}),
        ({"phones": (Contact(value="+79265550101"),), "system": "other"}, {}),  # an unverified phone proves nothing
        ({"phones": (Contact(value="+79265550101"),), "birth_date": None}, {"target": MOTHER, "role": LinkRole.PARENT}),
        ({}, {"holder": CHILD.id}),
        ({}, {"holder": PersonId("shell"), "holder_is_shell": True}),
    ],
)
def test_a_profile_that_contradicts_nothing_is_bound(claims: dict[str, Any], facts: dict[str, Any]) -> None:
    assert decide_binding(replace(PROFILE, **claims), replace(FACTS, **facts), NOW).state is BindState.ACTIVE


@pytest.fixture
def family(desk: Any, people: Any) -> tuple[PersonId, PersonId]:
    mother = desk.sign_in(replace(people.mother, children=(people.petya,))).person
    return mother, next(edge.child for edge in desk.run(lambda: edges.of_guardian(mother)))


def bind(desk: Any, claims: Claims, by: PersonId, whom: PersonId, role: LinkRole, session: PersonId | None = None) -> Any:
    intent = BindIntent(initiator=by, person=whom, role=role)
    return desk.run(lambda: bind_profile(desk.keys, claims, intent, session_person=session or by, now=desk.now))


@pytest.mark.rule("A9")
@pytest.mark.feature("F065")
def test_the_childs_profile_is_no_way_in_and_makes_no_kinship(desk: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, child = family
    before = desk.run(lambda: edges.of_child(child))
    bound = bind(desk, PROFILE, mother, child, LinkRole.CHILD)
    assert (bound.state, bound.link.use, bound.link.person, bound.link.role) == (BindState.ACTIVE, LinkUse.CHAT, child, LinkRole.CHILD)
    assert desk.run(lambda: edges.of_child(child)) == before
    assert bind(desk, PROFILE, mother, child, LinkRole.CHILD).link.id == bound.link.id


@pytest.mark.rule("A9")
@pytest.mark.feature("F064")
def test_the_childs_profile_on_the_mothers_phone_goes_to_review(desk: Any, people: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, child = family
    outcome = bind(desk, replace(PROFILE, phones=people.mother.phones), mother, child, LinkRole.CHILD)
    assert (outcome.state, outcome.reason, outcome.link) == (BindState.REVIEW, BindReason.PHONE_SHARED_WITH_GUARDIAN, None)
    assert desk.run(lambda: links.find(desk.keys, "vkid", "", "12345")) is None


@pytest.mark.rule("A9")
def test_a_stranger_a_code_less_father_and_another_session_bind_nothing(desk: Any, people: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, child = family
    father = desk.sign_in(replace(people.father, children=())).person
    assert bind(desk, PROFILE, father, child, LinkRole.CHILD).reason is BindReason.RELATION_UNPROVEN
    assert bind(desk, PROFILE, mother, child, LinkRole.CHILD, session=father).reason is BindReason.INITIATOR_MISMATCH
    school = School(desk)
    school.restrict(child, guardian=mother)
    assert bind(desk, PROFILE, mother, child, LinkRole.CHILD).reason is BindReason.RELATION_UNPROVEN


@pytest.mark.rule("A9")
@pytest.mark.rule("A3")
def test_a_weak_record_that_was_only_this_profile_joins_its_owner(desk: Any, people: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, _ = family
    own = replace(PROFILE, last_name="Ёлкина", first_name="Анна", birth_date=date(1985, 1, 2))
    shell = desk.sign_in(own).person
    assert shell != mother
    bound = bind(desk, own, mother, mother, LinkRole.PARENT)
    assert (bound.state, bound.moved_from, bound.link.use) == (BindState.ACTIVE, shell, LinkUse.SIGN_IN)
    assert desk.sign_in(own).person == mother
    assert desk.run(lambda: person(desk.keys, shell)).state == "closed"


@pytest.mark.rule("A9")
def test_a_profile_of_a_proven_person_is_already_bound(desk: Any, people: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, _ = family
    own = replace(PROFILE, last_name="Ёлкина", first_name="Анна", birth_date=date(1985, 1, 2))
    bind(desk, own, mother, mother, LinkRole.PARENT)
    father = desk.sign_in(replace(people.father, children=())).person
    outcome = bind(desk, replace(own, birth_date=None), father, father, LinkRole.PARENT)
    assert (outcome.state, outcome.reason) == (BindState.REFUSED, BindReason.ALREADY_BOUND)
    second = bind(desk, replace(own, subject="999"), mother, mother, LinkRole.PARENT)
    assert second.reason is BindReason.ALREADY_BOUND


@pytest.mark.rule("A1")
@pytest.mark.rule("A12")
def test_twenty_tabs_bind_one_link(desk: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, child = family
    intent = BindIntent(initiator=mother, person=child, role=LinkRole.CHILD)
    call = lambda: bind_profile(desk.keys, PROFILE, intent, session_person=mother, now=desk.now)  # noqa: E731 - one use
    outcomes = at_once(desk, [call] * 20)
    assert len({outcome.link.id for outcome in outcomes}) == 1


@pytest.mark.rule("A11")
@pytest.mark.parametrize("confirmed", [{Confirmer.PARENT, Confirmer.CHILD}, {Confirmer.GUARDIAN, Confirmer.OFFICE}])
def test_mixed_up_profiles_are_swapped_in_one_act(desk: Any, family: tuple[PersonId, PersonId], confirmed: set[Confirmer]) -> None:
    mother, child = family
    hers = bind(desk, replace(PROFILE, subject="1", birth_date=None), mother, mother, LinkRole.PARENT).link
    his = bind(desk, replace(PROFILE, subject="2"), mother, child, LinkRole.CHILD).link

    def swap(who: set[Confirmer]) -> Any:
        return desk.run(lambda: swap_profiles(desk.keys, hers.id, his.id, by=mother, confirmed=who, now=desk.now))

    for one in confirmed:
        with pytest.raises(NotAllowed, match="not_confirmed"):
            swap({one})
    first, second = swap(confirmed)
    assert (first.person, first.use, first.role) == (child, LinkUse.CHAT, LinkRole.CHILD)
    assert (second.person, second.use, second.role, second.state) == (mother, LinkUse.SIGN_IN, LinkRole.PARENT, LinkState.ACTIVE)

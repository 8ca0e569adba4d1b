"""Account links: attaching, listing, removing, and the children inside a diary account (RULES A1, A2, A11, A15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from identity.claims import Level
from identity.errors import AlreadyLinked, LastStrongIdentity, NotFound
from identity.linking import BindBy, ListedChild
from identity.model import Evidence, EvidenceKind, LinkId, LinkRole, LinkState, LinkUse, PersonId, Strength
from identity.store import (
    NewLink,
    attach_account,
    bind_listed,
    children_of,
    forget_diary_children,
    link,
    links_of,
    remove_link,
    view_right,
)


def diary(desk: Any, who: PersonId, subject: str = "9007199254740993", **more: Any) -> Any:
    evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=desk.now, by=who, source="dnevnik")
    new = NewLink(system="dnevnik", subject=subject, person=more.pop("person", who), opened_by=who, evidence=evidence, **more)
    return desk.run(lambda: attach_account(desk.keys, new, now=desk.now))


def child(desk: Any, who: PersonId, name: str) -> PersonId:
    shown = desk.run(lambda: children_of(desk.keys, who, now=desk.now))
    return next(PersonId(view.person.id) for view in shown if view.person.first_name == name)


def removed(desk: Any, who: PersonId, id_: LinkId) -> Any:
    return desk.run(lambda: remove_link(desk.keys, who, id_, now=desk.now))


def bind(desk: Any, who: PersonId, *listed: ListedChild, **picks: PersonId) -> list[Any]:
    return list(desk.run(lambda: bind_listed(desk.keys, who, "dnevnik", listed, picks=picks, now=desk.now)))


@pytest.mark.rule("A2")
def test_a_link_carries_its_evidence(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    opened = diary(desk, who)
    assert (opened.use, opened.role, opened.state, opened.subject) == (LinkUse.DIARY, LinkRole.PARENT, LinkState.ACTIVE, "9007199254740993")
    assert opened.evidence == Evidence(
        kind=EvidenceKind.BOTH_SIDES_LOGIN, at=desk.now, by=who, source="dnevnik", strength=Strength.WEAK, valid_until=None
    )
    kinds = {one.system: one.evidence.kind for one in desk.run(lambda: links_of(desk.keys, who, now=desk.now))}
    assert kinds == {"esia": EvidenceKind.ESIA_CONFIRMED, "dnevnik": EvidenceKind.BOTH_SIDES_LOGIN}


@pytest.mark.rule("A1")
@pytest.mark.rule("A12")
def test_linking_twice_is_harmless_and_for_another_person_refused(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    assert diary(desk, mother).id == diary(desk, mother).id
    with pytest.raises(AlreadyLinked) as refusal:
        diary(desk, father)
    assert refusal.value.code == "already_bound"


@pytest.mark.rule("A1")
def test_after_removal_the_account_is_free_for_its_real_owner(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    removed(desk, mother, diary(desk, mother).id)
    assert diary(desk, father).person == father


@pytest.mark.rule("A1")
def test_a_diary_account_opens_no_session(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    diary(desk, who)
    outcome = desk.sign_in(replace(people.mother, system="dnevnik", subject="9007199254740993", level=Level.UNKNOWN, snils=None))
    assert outcome.person is None


@pytest.mark.rule("A10")
def test_a_diary_linked_before_the_strong_identity_waits_for_a_new_sign_in_there(desk: Any, people: Any) -> None:
    who = desk.sign_in(replace(people.mother, level=Level.STANDARD)).person
    opened = diary(desk, who)
    outcome = desk.sign_in(people.mother)
    assert [one.id for one in outcome.suspended] == [opened.id]
    assert desk.run(lambda: link(desk.keys, opened.id)).state is LinkState.SUSPENDED
    assert diary(desk, who).state is LinkState.ACTIVE


@pytest.mark.rule("A11")
def test_the_last_strong_identity_is_not_removed(desk: Any, people: Any) -> None:
    first = desk.sign_in(people.mother)
    with pytest.raises(LastStrongIdentity) as refusal:
        removed(desk, first.person, first.link)
    assert refusal.value.code == "last_strong_identity"
    assert desk.run(lambda: link(desk.keys, first.link)).state is LinkState.ACTIVE


@pytest.mark.rule("A11")
def test_the_only_way_in_is_not_removed_even_if_it_is_weak(desk: Any, people: Any) -> None:
    first = desk.sign_in(replace(people.mother, level=Level.SIMPLIFIED, snils=None, children=None))
    with pytest.raises(LastStrongIdentity):
        removed(desk, first.person, first.link)


@pytest.mark.rule("A11")
def test_a_diary_link_can_always_be_removed_and_twice(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    opened = diary(desk, who)
    removed(desk, who, opened.id)
    removed(desk, who, opened.id)
    assert [one.system for one in desk.run(lambda: links_of(desk.keys, who, now=desk.now))] == ["esia"]


@pytest.mark.security("30")
@pytest.mark.parametrize("target", ["foreign", "absent"])
def test_a_foreign_link_and_an_absent_one_get_the_same_answer(desk: Any, people: Any, target: str) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    id_ = diary(desk, mother).id if target == "foreign" else LinkId("0" * 32)
    with pytest.raises(NotFound, match="no such link"):
        removed(desk, father, id_)


@pytest.mark.rule("A15")
def test_another_guardian_does_not_list_the_diary_account_that_one_opened(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    diary(desk, mother, person=child(desk, mother, "Пётр"), role=LinkRole.CHILD)
    assert {one.system for one in desk.run(lambda: links_of(desk.keys, father, now=desk.now))} == {"esia"}
    assert {one.system for one in desk.run(lambda: links_of(desk.keys, mother, now=desk.now))} == {"esia", "dnevnik"}


@pytest.mark.rule("A6")
def test_a_guardian_lists_the_sign_ins_of_a_small_child_and_not_of_a_teenager(desk: Any, people: Any) -> None:
    desk.sign_in(people.account_of(people.petya, subject="p"))
    desk.sign_in(people.account_of(people.masha, subject="m"))
    who = desk.sign_in(people.mother).person
    owners = {one.person for one in desk.run(lambda: links_of(desk.keys, who, now=desk.now))}
    assert owners == {who, child(desk, who, "Пётр")}


PETYA = ListedChild(key="d1", last_name="ЕЛКИН", first_name="Петр", birth_date=date(2015, 3, 1))
NEIGHBOUR = ListedChild(key="d2", last_name="Соседов", first_name="Иван")


@pytest.mark.rule("A15")
def test_a_listed_child_is_bound_to_the_guarded_one_or_stays_diary_only(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    exact, only = bind(desk, who, PETYA, NEIGHBOUR)
    assert (exact.by, exact.child) == (BindBy.EXACT, child(desk, who, "Пётр"))
    assert only.by is BindBy.DIARY_ONLY
    shown = {view.person.id: view for view in desk.run(lambda: children_of(desk.keys, who, now=desk.now))}
    assert shown[only.child].diary_only


@pytest.mark.rule("A15")
def test_a_diary_only_child_is_seen_by_its_owner_alone_and_only_in_the_diary(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    (only,) = bind(desk, mother, NEIGHBOUR)

    def sees(viewer: PersonId, datum: str) -> bool:
        return bool(desk.run(lambda: view_right(desk.keys, viewer, only.child, now=desk.now, datum=datum)).allowed)

    assert sees(mother, "diary")
    assert not sees(mother, "passes")
    assert not sees(mother, "money")
    assert not sees(father, "diary")


@pytest.mark.rule("A15")
def test_binding_again_keeps_the_same_diary_only_child(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    (first,), (again,) = bind(desk, who, NEIGHBOUR), bind(desk, who, replace(NEIGHBOUR, first_name="Ваня"))
    assert first.child == again.child


@pytest.mark.rule("A15")
def test_a_diary_only_child_is_recognised_once_the_parent_guards_it(desk: Any, people: Any) -> None:
    who = desk.sign_in(replace(people.mother, level=Level.STANDARD)).person
    (only,) = bind(desk, who, PETYA)
    assert only.by is BindBy.DIARY_ONLY
    desk.sign_in(people.mother)
    (exact,) = bind(desk, who, PETYA)
    assert exact.by is BindBy.EXACT
    shown = [view.person.id for view in desk.run(lambda: children_of(desk.keys, who, now=desk.now))]
    assert only.child not in shown
    assert exact.child in shown


@pytest.mark.rule("A15")
def test_the_owner_picks_among_the_own_children_only(desk: Any, people: Any) -> None:
    twin = replace(people.petya, source_id="k3", snils=people.snils(200_000_003), birth_date=date(2016, 3, 1))
    mother = desk.sign_in(replace(people.mother, children=(people.petya, twin))).person
    stranger = desk.sign_in(replace(people.father, children=(people.masha,))).person
    nameless = replace(PETYA, birth_date=None)
    (pick,) = bind(desk, mother, nameless)
    assert (pick.by, len(pick.candidates), pick.child) == (BindBy.PICK, 2, None)
    (picked,) = bind(desk, mother, nameless, d1=pick.candidates[1])
    assert (picked.by, picked.child) == (BindBy.PICKED, pick.candidates[1])
    with pytest.raises(NotFound):
        bind(desk, stranger, nameless, d1=pick.candidates[1])


@pytest.mark.rule("A15")
def test_a_pupils_own_account_is_bound_to_the_pupil(desk: Any, people: Any) -> None:
    own = desk.sign_in(people.account_of(people.masha)).person
    (bound,) = bind(desk, own, ListedChild(key="d3", last_name="Елкина", first_name="Мария"))
    assert (bound.by, bound.child) == (BindBy.EXACT, own)


@pytest.mark.rule("A15")
def test_unlinking_forgets_the_children_that_only_this_account_showed(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    exact, only = bind(desk, who, PETYA, NEIGHBOUR)
    desk.run(lambda: forget_diary_children(who, [exact.child, only.child], now=desk.now))
    shown = [view.person.id for view in desk.run(lambda: children_of(desk.keys, who, now=desk.now))]
    assert only.child not in shown
    assert exact.child in shown
    assert not desk.run(lambda: view_right(desk.keys, who, only.child, now=desk.now)).allowed


@pytest.mark.rule("A15")
def test_a_diary_profile_never_makes_kinship(desk: Any, people: Any) -> None:
    who = desk.sign_in(replace(people.mother, children=())).person
    (only,) = bind(desk, who, PETYA)
    father = desk.sign_in(people.father).person
    assert only.child != child(desk, father, "Пётр")

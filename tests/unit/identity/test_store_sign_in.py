"""A sign-in settled in the database, on both engines (RULES A1-A5, A10, A17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from identity.claims import Contact, Level
from identity.guardianship import Change
from identity.linking import AttachBy, ReviewReason
from identity.model import EdgeState, LinkState, Missing, PersonId, SnilsProof
from identity.store import SignInResult, children_of, links_of, needs_of, person, settle_sign_in, view_right
from identity.store.tables import EdgeRow, LinkRow, PersonRow


def count(desk: Any, model: Any) -> int:
    return int(desk.run(lambda: model.select().count()))


def children(desk: Any, who: PersonId) -> dict[str, PersonId]:
    shown = desk.run(lambda: children_of(desk.keys, who, now=desk.now))
    return {view.person.first_name: view.person.id for view in shown if not view.is_self}


@pytest.mark.rule("A3")
def test_the_first_sign_in_makes_a_person_and_the_listed_children(desk: Any, people: Any) -> None:
    outcome = desk.sign_in(people.mother)
    assert (outcome.result, outcome.level, outcome.strong_added) == (SignInResult.CREATED, Level.CONFIRMED, True)
    assert [change.change for change in outcome.edges] == [Change.NEW, Change.NEW]
    assert {change.edge.state for change in outcome.edges} == {EdgeState.ACTIVE}
    assert outcome.needs == ()
    assert set(children(desk, outcome.person)) == {"Пётр", "Мария"}
    me = desk.run(lambda: person(desk.keys, outcome.person))
    assert (me.last_name, me.middle_name, me.snils, me.snils_proof) == ("Ёлкина", "Сергеевна", people.mother.snils, SnilsProof.VERIFIED)


@pytest.mark.rule("A1")
def test_signing_in_again_changes_nothing_but_the_ninety_days(desk: Any, people: Any) -> None:
    first = desk.sign_in(people.mother)
    desk.later(days=10)
    again = desk.sign_in(people.mother)
    assert (again.result, again.person, again.link, again.strong_added) == (SignInResult.KNOWN, first.person, first.link, False)
    assert [change.change for change in again.edges] == [Change.RENEWED, Change.RENEWED]
    assert {change.edge.valid_until for change in again.edges} == {desk.now + timedelta(days=90)}
    assert (count(desk, PersonRow), count(desk, LinkRow), count(desk, EdgeRow)) == (3, 1, 2)


@pytest.mark.rule("A1")
@pytest.mark.security("26")
def test_phone_and_mail_are_no_keys(desk: Any, people: Any) -> None:
    first = desk.sign_in(people.mother)
    same_phone = replace(people.mother, subject="77", snils=people.snils(170_000_001), birth_date=date(1990, 1, 1), children=())
    other = desk.sign_in(same_phone)
    assert other.result is SignInResult.CREATED
    assert other.person != first.person
    moved = replace(people.mother, phones=(Contact(value="+79990000000", verified=True),))
    assert desk.sign_in(moved).person == first.person


@pytest.mark.rule("A1")
def test_one_subject_at_two_systems_or_tenants_is_two_accounts(desk: Any, people: Any) -> None:
    plain = replace(people.mother, snils=None, children=None, level=Level.STANDARD)
    found = {
        desk.sign_in(replace(plain, system=system, tenant=tenant)).person for system, tenant in (("esia", ""), ("esia", "t2"), ("op", ""))
    }
    assert len(found) == 3


@pytest.mark.rule("A2")
def test_separated_parents_meet_at_one_child(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother), desk.sign_in(people.father)
    assert children(desk, father.person) == {"Пётр": children(desk, mother.person)["Пётр"]}
    (new,) = father.edges
    assert new.tell == (mother.person,)


@pytest.mark.rule("A2")
def test_without_a_snils_each_parents_list_has_its_own_child(desk: Any, people: Any) -> None:
    petya = replace(people.petya, snils=None)
    mother = desk.sign_in(replace(people.mother, children=(petya,)))
    father = desk.sign_in(replace(people.father, children=(petya,)))
    again = desk.sign_in(replace(people.mother, children=(petya,)))
    assert children(desk, mother.person) != children(desk, father.person)
    assert [change.change for change in again.edges] == [Change.RENEWED]


@pytest.mark.rule("A2")
def test_a_child_that_gets_a_snils_is_recognised_as_the_other_parents_child(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother)
    nameless = replace(people.petya, source_id="f9", snils=None)
    father = desk.sign_in(replace(people.father, children=(nameless,)))
    shell = children(desk, father.person)["Пётр"]
    assert shell != children(desk, mother.person)["Пётр"]
    desk.sign_in(people.father)
    assert children(desk, father.person) == {"Пётр": children(desk, mother.person)["Пётр"]}
    assert desk.run(lambda: person(desk.keys, shell)).state.value == "closed"


@pytest.mark.rule("A2")
def test_a_child_no_longer_listed_is_shown_for_fourteen_days(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    petya = children(desk, who)["Пётр"]
    desk.later(days=1)
    outcome = desk.sign_in(replace(people.mother, children=(people.masha,)))
    assert sorted(change.change for change in outcome.edges) == [Change.RENEWED, Change.TO_CONFIRM]
    assert petya in children(desk, who).values()
    desk.later(days=13, hours=23)
    assert desk.run(lambda: view_right(desk.keys, who, petya, now=desk.now)).allowed
    desk.later(hours=1)
    assert not desk.run(lambda: view_right(desk.keys, who, petya, now=desk.now)).allowed
    back = desk.sign_in(people.mother)
    assert Change.CONFIRMED_AGAIN in [change.change for change in back.edges]
    assert petya in children(desk, who).values()


@pytest.mark.rule("A2")
def test_a_provider_that_does_not_tell_of_children_changes_no_edge(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    outcome = desk.sign_in(replace(people.mother, children=None))
    assert outcome.edges == ()
    assert set(children(desk, who)) == {"Пётр", "Мария"}


@pytest.mark.rule("A5")
@pytest.mark.parametrize("system", ["vkid", "max", "dnevnik", "mosru"])
def test_no_other_provider_makes_kinship(desk: Any, people: Any, system: str) -> None:
    outcome = desk.sign_in(replace(people.mother, system=system))
    assert (outcome.edges, count(desk, EdgeRow), count(desk, PersonRow)) == ((), 0, 1)


@pytest.mark.rule("A4")
@pytest.mark.rule("A5")
def test_an_unconfirmed_parent_signs_in_sees_nobody_and_learns_why(desk: Any, people: Any) -> None:
    outcome = desk.sign_in(replace(people.mother, level=Level.STANDARD))
    assert outcome.result is SignInResult.CREATED
    assert {change.edge.state for change in outcome.edges} == {EdgeState.WAITING}
    assert children(desk, outcome.person) == {}
    missing = {need.missing for need in desk.run(lambda: needs_of(desk.keys, outcome.person, now=desk.now))}
    assert missing == {Missing.LEVEL_TOO_LOW}
    assert all(change.tell == () for change in outcome.edges)


@pytest.mark.rule("A5")
def test_confirming_the_account_activates_the_waiting_edges(desk: Any, people: Any) -> None:
    first = desk.sign_in(replace(people.mother, level=Level.STANDARD))
    outcome = desk.sign_in(people.mother)
    assert (outcome.result, outcome.person, outcome.strong_added) == (SignInResult.KNOWN, first.person, True)
    assert [change.change for change in outcome.edges] == [Change.ACTIVATED, Change.ACTIVATED]
    assert set(children(desk, first.person)) == {"Пётр", "Мария"}
    me = desk.run(lambda: person(desk.keys, first.person))
    assert me.snils_proof is SnilsProof.VERIFIED


@pytest.mark.rule("A3")
@pytest.mark.security("23")
def test_an_unproven_snils_holds_no_place_against_its_owner(desk: Any, people: Any) -> None:
    squatter = desk.sign_in(replace(people.mother, subject="666", level=Level.STANDARD, children=None))
    owner = desk.sign_in(people.mother)
    assert owner.result is SignInResult.CREATED
    assert owner.person != squatter.person
    assert desk.run(lambda: person(desk.keys, squatter.person)).snils_proof is SnilsProof.UNPROVEN


@pytest.mark.rule("A3")
def test_an_unconfirmed_parents_list_does_not_touch_the_real_child(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother)
    stranger = desk.sign_in(replace(people.father, level=Level.STANDARD))
    real = children(desk, mother.person)["Пётр"]
    assert stranger.edges[0].edge.child != real
    assert desk.run(lambda: person(desk.keys, real)).first_name == "Пётр"


@pytest.mark.rule("A3")
def test_the_childs_own_confirmed_account_attaches_to_the_listed_child(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother)
    own = desk.sign_in(people.account_of(people.masha))
    assert (own.result, own.attached_by) == (SignInResult.ATTACHED, AttachBy.VERIFIED_SNILS)
    assert own.person == children(desk, mother.person)["Мария"]
    (me,) = desk.run(lambda: children_of(desk.keys, own.person, now=desk.now))
    assert (me.is_self, me.right.allowed, me.person.id) == (True, True, own.person)


@pytest.mark.rule("A3")
def test_a_pupil_who_came_first_is_found_by_the_parents_list(desk: Any, people: Any) -> None:
    own = desk.sign_in(people.account_of(people.masha))
    mother = desk.sign_in(people.mother)
    assert children(desk, mother.person)["Мария"] == own.person
    told = {change.edge.child: change.tell for change in mother.edges}
    assert told[own.person] == (own.person,)


@pytest.mark.rule("A3")
def test_what_the_childs_account_said_stands_above_a_parents_list(desk: Any, people: Any) -> None:
    own = desk.sign_in(people.account_of(people.masha))
    desk.sign_in(replace(people.mother, children=(replace(people.masha, first_name="Маша"),)))
    assert desk.run(lambda: person(desk.keys, own.person)).first_name == "Мария"


@pytest.mark.rule("A4")
def test_a_child_account_under_14_sees_itself_at_any_level(desk: Any, people: Any) -> None:
    own = desk.sign_in(people.account_of(people.petya, level=Level.STANDARD))
    (me,) = desk.run(lambda: children_of(desk.keys, own.person, now=desk.now))
    assert (me.is_self, me.right.allowed) == (True, True)
    teen = desk.sign_in(people.account_of(people.masha, level=Level.STANDARD, subject="8"))
    (other,) = desk.run(lambda: children_of(desk.keys, teen.person, now=desk.now))
    assert (other.is_self, other.right.allowed, other.right.missing) == (True, False, (Missing.LEVEL_TOO_LOW,))


@pytest.mark.rule("A3")
def test_a_known_account_with_another_snils_gets_no_session(desk: Any, people: Any) -> None:
    desk.sign_in(people.mother)
    outcome = desk.sign_in(replace(people.mother, snils=people.snils(170_000_002)))
    assert (outcome.result, outcome.person, outcome.link) == (SignInResult.REVIEW, None, None)
    assert outcome.reason is ReviewReason.SNILS_CHANGED
    assert len(outcome.exits) == 3
    assert desk.sign_in(people.mother).result is SignInResult.KNOWN


@pytest.mark.rule("A17")
def test_a_new_account_of_the_same_human_takes_over_and_closes_the_old_one(desk: Any, people: Any) -> None:
    first = desk.sign_in(people.mother)
    outcome = desk.sign_in(replace(people.mother, subject="new-oid"))
    assert (outcome.result, outcome.attached_by, outcome.person) == (SignInResult.ATTACHED, AttachBy.RECOVERY, first.person)
    assert [link.id for link in outcome.closed] == [first.link]
    assert desk.run(lambda: person(desk.keys, first.person)).recovered_at == desk.now
    assert [link.id for link in desk.run(lambda: links_of(desk.keys, first.person, now=desk.now))] == [outcome.link]


@pytest.mark.rule("A10")
@pytest.mark.security("23")
def test_the_first_strong_identity_suspends_every_earlier_weak_one(desk: Any, people: Any) -> None:
    weak = desk.sign_in(replace(people.mother, system="vkid", subject="vk1", level=Level.UNKNOWN, snils=None, children=None))
    outcome = desk.sign_in(people.mother, into=weak.person)
    assert (outcome.person, outcome.attached_by, outcome.strong_added) == (weak.person, AttachBy.UPGRADE, True)
    assert [(link.id, link.state) for link in outcome.suspended] == [(weak.link, LinkState.SUSPENDED)]
    trojan = desk.sign_in(replace(people.mother, system="vkid", subject="vk1", level=Level.UNKNOWN, snils=None, children=None))
    assert (trojan.result, trojan.reason) == (SignInResult.REVIEW, ReviewReason.LINK_SUSPENDED)


@pytest.mark.rule("A10")
def test_a_strong_identity_of_another_person_does_not_join_the_weak_session(desk: Any, people: Any) -> None:
    desk.sign_in(people.mother)
    weak = desk.sign_in(replace(people.mother, system="vkid", subject="vk1", level=Level.UNKNOWN, snils=None, children=None))
    outcome = desk.sign_in(people.mother, into=weak.person)
    assert (outcome.result, outcome.reason) == (SignInResult.REVIEW, ReviewReason.LINKED_TO_OTHER_PERSON)


@pytest.mark.rule("A3")
@pytest.mark.security("21")
def test_a_namesake_with_the_same_birth_date_is_only_offered(desk: Any, people: Any) -> None:
    known = desk.sign_in(people.mother)
    weak = desk.sign_in(
        replace(people.mother, system="vkid", subject="vk1", level=Level.UNKNOWN, snils=None, children=None, last_name="ЕЛКИНА")
    )
    assert weak.result is SignInResult.CREATED
    assert weak.person != known.person
    assert [(offer.person, offer.by) for offer in weak.offers] == [(known.person, "name_and_birth_date")]


@pytest.mark.rule("A5")
@pytest.mark.parametrize(
    "change",
    [{"birth_date": date(2008, 11, 2)}, {"snils_is_parents": True}],
)
def test_an_adult_and_the_parent_itself_are_no_listed_children(desk: Any, people: Any, change: dict[str, Any]) -> None:
    claim = replace(people.petya, snils=people.mother.snils) if "snils_is_parents" in change else replace(people.petya, **change)
    outcome = desk.sign_in(replace(people.mother, children=(claim,)))
    assert (outcome.edges, count(desk, PersonRow)) == ((), 1)


@pytest.mark.rule("A5")
def test_a_minor_parents_edge_waits(desk: Any, people: Any) -> None:
    outcome = desk.sign_in(replace(people.mother, birth_date=date(2009, 1, 1), children=(people.petya,)))
    (change,) = outcome.edges
    assert (change.edge.state, change.edge.missing) == (EdgeState.WAITING, (Missing.UNDER_18,))


@pytest.mark.rule("A1")
def test_a_failed_unit_leaves_nothing(desk: Any, people: Any) -> None:
    def settle_and_fail() -> None:
        settle_sign_in(desk.keys, people.mother, now=desk.now)
        raise LookupError

    with pytest.raises(LookupError):
        desk.run(settle_and_fail)
    assert (count(desk, PersonRow), count(desk, LinkRow), count(desk, EdgeRow)) == (0, 0, 0)

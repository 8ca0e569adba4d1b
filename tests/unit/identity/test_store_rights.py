"""The one answer to "may this person see this child", in the database (RULES A4, A5, A6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from identity.claims import Level
from identity.errors import NotFound
from identity.model import EdgeRight, EdgeState, Missing, PersonId
from identity.store import act_right, children_of, delete_expired, freeze_edges, set_zone, view_right
from identity.store.edges import between


def child(desk: Any, who: PersonId, name: str) -> PersonId:
    shown = desk.run(lambda: children_of(desk.keys, who, now=desk.now))
    return next(PersonId(view.person.id) for view in shown if view.person.first_name == name)


def right(desk: Any, viewer: PersonId, whom: PersonId, **more: Any) -> Any:
    return desk.run(lambda: view_right(desk.keys, viewer, whom, now=desk.now, **more))


@pytest.mark.rule("A5")
@pytest.mark.security("30")
def test_a_foreign_child_and_an_absent_one_get_the_same_answer(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    masha = child(desk, mother, "Мария")
    foreign, absent = right(desk, father, masha), right(desk, father, PersonId("f" * 32))
    assert foreign == absent
    assert (foreign.allowed, foreign.missing) == (False, (Missing.FOREIGN,))


@pytest.mark.rule("A5")
def test_a_child_does_not_see_the_parent_nor_the_sibling(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    masha = desk.sign_in(people.account_of(people.masha)).person
    assert not right(desk, masha, mother).allowed
    assert not right(desk, masha, child(desk, mother, "Пётр")).allowed


@pytest.mark.rule("A4")
def test_a_weaker_session_sees_less_than_the_last_strong_sign_in(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    masha = child(desk, mother, "Мария")
    assert right(desk, mother, masha).allowed
    assert right(desk, mother, masha, level=Level.UNKNOWN).missing == (Missing.LEVEL_TOO_LOW,)


@pytest.mark.rule("A4")
def test_an_account_that_lost_its_confirmation_loses_the_view(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    masha = child(desk, mother, "Мария")
    desk.sign_in(replace(people.mother, level=Level.STANDARD, children=None))
    assert right(desk, mother, masha).missing == (Missing.LEVEL_TOO_LOW,)


@pytest.mark.rule("A5")
def test_i_do_not_know_this_person_closes_the_child_to_that_guardian(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    petya = child(desk, mother, "Пётр")
    frozen = desk.run(lambda: freeze_edges(desk.keys, mother, father, petya, now=desk.now))
    assert [edge.state for edge in frozen] == [EdgeState.FROZEN]
    assert right(desk, father, petya).missing == (Missing.EDGE_FROZEN,)
    desk.sign_in(people.father)
    assert right(desk, father, petya).missing == (Missing.EDGE_FROZEN,)
    assert right(desk, mother, petya).allowed


@pytest.mark.rule("A5")
def test_a_pupil_of_14_may_say_so_too_and_a_stranger_may_not(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    masha = desk.sign_in(people.account_of(people.masha)).person
    father = desk.sign_in(people.father).person
    with pytest.raises(NotFound):
        desk.run(lambda: freeze_edges(desk.keys, father, mother, masha, now=desk.now))
    desk.run(lambda: freeze_edges(desk.keys, masha, mother, masha, now=desk.now))
    assert not right(desk, mother, masha).allowed


@pytest.mark.rule("A5")
def test_a_frozen_guardian_may_not_freeze_the_other(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    petya = child(desk, mother, "Пётр")
    desk.run(lambda: freeze_edges(desk.keys, mother, father, petya, now=desk.now))
    with pytest.raises(NotFound):
        desk.run(lambda: freeze_edges(desk.keys, father, mother, petya, now=desk.now))


@pytest.mark.rule("A2")
def test_ninety_days_without_a_sign_in_close_the_view(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    petya = child(desk, mother, "Пётр")
    desk.later(days=89, hours=23)
    assert right(desk, mother, petya).allowed
    desk.later(hours=1)
    assert right(desk, mother, petya).missing == (Missing.EVIDENCE_EXPIRED,)


@pytest.mark.rule("A2")
def test_the_job_ends_an_edge_that_nobody_confirmed(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    petya = child(desk, mother, "Пётр")
    desk.sign_in(replace(people.mother, children=(people.masha,)))
    desk.later(days=14)
    done = desk.run(lambda: delete_expired(now=desk.now))
    assert (done.edges_ended, done.parted) == (1, ((mother, petya),))
    assert desk.run(lambda: between(mother, petya)) == ()
    assert desk.run(lambda: delete_expired(now=desk.now)).parted == (), "once is enough"
    assert right(desk, mother, petya).missing == (Missing.FOREIGN,)


@pytest.mark.rule("A2")
def test_acts_follow_the_edge(desk: Any, people: Any) -> None:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    petya, masha = child(desk, mother, "Пётр"), child(desk, mother, "Мария")

    def may_pay(who: PersonId, whom: PersonId) -> bool:
        return bool(desk.run(lambda: act_right(desk.keys, who, whom, EdgeRight.PAY, now=desk.now)).allowed)

    assert may_pay(mother, petya)
    assert may_pay(father, petya)
    assert not may_pay(father, masha)


@pytest.mark.rule("A6")
def test_the_childs_zone_decides_when_18_is_reached(desk: Any, people: Any) -> None:
    desk.now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    nearly = replace(people.petya, birth_date=date(2008, 11, 3))
    mother = desk.sign_in(replace(people.mother, children=(nearly,))).person
    petya = child(desk, mother, "Пётр")
    desk.now = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
    assert right(desk, mother, petya).allowed
    desk.run(lambda: set_zone(petya, "Asia/Kamchatka", now=desk.now))
    assert right(desk, mother, petya).missing == (Missing.CHILD_IS_ADULT,)


@pytest.mark.rule("A6")
def test_the_pupil_of_14_keeps_viewing_ninety_days_at_the_former_level(desk: Any, people: Any) -> None:
    turning = replace(people.petya, birth_date=date(2012, 11, 3))
    own = desk.sign_in(people.account_of(turning, level=Level.STANDARD)).person
    for days, allowed in ((0, True), (1, True), (90, True), (91, False)):
        moment = desk.now + timedelta(days=days)
        answer = desk.run(lambda moment=moment: view_right(desk.keys, own, own, now=moment))
        assert answer.allowed is allowed


@pytest.mark.rule("A6")
@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "x" * 300, "Европа/Москва"])
def test_a_zone_that_does_not_exist_is_not_taken(desk: Any, people: Any, zone: str) -> None:
    mother = desk.sign_in(people.mother).person
    petya = child(desk, mother, "Пётр")
    assert not desk.run(lambda: set_zone(petya, zone, now=desk.now))
    assert right(desk, mother, petya).allowed

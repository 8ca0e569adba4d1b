"""Merging two records: what forbids it, preview, undo, what never comes back, two merges at once (RULES A11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.claims import Level
from identity.errors import NotAllowed
from identity.linking.merging import MergeFault
from identity.model import PersonId, PersonState
from identity.store import (
    Redeemed,
    Side,
    edges,
    held_by_merge,
    merge_persons,
    merges_of,
    person,
    persons,
    preview_merge,
    undo_merge,
    view_right,
)
from tests.unit.identity.crowd import at_once
from tests.unit.identity.school import School


@pytest.fixture
def school(desk: Any) -> School:
    return School(desk)


@pytest.fixture
def two(desk: Any, people: Any) -> tuple[PersonId, PersonId]:
    """The mother as Gosuslugi proves her, and as a bank knew her before."""
    strong = desk.sign_in(replace(people.mother, children=(replace(people.petya, snils=None),))).person
    bank = replace(people.mother, system="bank", subject="b1", level=Level.UNKNOWN, snils=None, children=None)
    return strong, desk.sign_in(bank).person


def side(desk: Any, who: PersonId, ago: timedelta = timedelta(minutes=1)) -> Side:
    return Side(person=who, auth_time=desk.now - ago)


def merge(desk: Any, one: PersonId, other: PersonId) -> Any:
    return desk.run(lambda: merge_persons(desk.keys, side(desk, one), side(desk, other), now=desk.now))


@pytest.mark.rule("A11")
def test_a_preview_tells_what_goes_over_and_changes_nothing(desk: Any, school: School, two: tuple[PersonId, PersonId]) -> None:
    strong, weak = two
    school.redeem(weak, school.code(school.pupil()))
    shown = desk.run(lambda: preview_merge(desk.keys, side(desk, weak), side(desk, strong), now=desk.now))
    assert (shown.kept.id, shown.gone.id, shown.faults) == (strong, weak, ())
    assert [link.system for link in shown.links] == ["bank"]
    assert [child.first_name for child in shown.children] == ["Олег"]
    assert desk.run(lambda: person(desk.keys, weak)).state is PersonState.ACTIVE


@pytest.mark.rule("A11")
def test_links_and_edges_go_over_and_come_back(desk: Any, people: Any, school: School, two: tuple[PersonId, PersonId]) -> None:
    strong, weak = two
    child = school.pupil()
    school.redeem(weak, school.code(child))
    bank = replace(people.mother, system="bank", subject="b1", level=Level.UNKNOWN, snils=None, children=None)
    done = merge(desk, strong, weak)
    assert desk.sign_in(bank).person == strong
    assert [edge.guardian for edge in desk.run(lambda: edges.of_child(child))] == [strong]
    undone = desk.run(lambda: undo_merge(desk.keys, done.id, strong, now=desk.now))
    assert undone.state == "undone"
    assert desk.sign_in(bank).person == weak
    assert [edge.guardian for edge in desk.run(lambda: edges.of_child(child))] == [weak]
    assert [one.state for one in desk.run(lambda: merges_of(weak))] == ["undone"]


@pytest.mark.rule("A11")
def test_parent_and_child_never_merge_not_even_after_the_edge_ended(desk: Any, people: Any, two: tuple[PersonId, PersonId]) -> None:
    strong, _ = two
    (edge,) = desk.run(lambda: edges.of_guardian(strong))
    with pytest.raises(NotAllowed, match=MergeFault.PARENT_AND_CHILD):
        merge(desk, strong, edge.child)
    desk.run(lambda: edges.end([edge.id], now=desk.now))
    with pytest.raises(NotAllowed, match=MergeFault.PARENT_AND_CHILD):
        merge(desk, edge.child, strong)


@pytest.mark.rule("A11")
def test_two_verified_snils_never_merge(desk: Any, people: Any, two: tuple[PersonId, PersonId]) -> None:
    other = desk.sign_in(replace(people.father, last_name="Ёлкина", first_name="Анна", children=())).person
    with pytest.raises(NotAllowed, match=MergeFault.TWO_SNILS):
        merge(desk, two[0], other)


@pytest.mark.rule("A11")
@pytest.mark.rule("A16")
@pytest.mark.parametrize("stale", [0, 1])
def test_both_sides_are_fresh(desk: Any, two: tuple[PersonId, PersonId], stale: int) -> None:
    sides = [side(desk, who, timedelta(minutes=6) if n == stale else timedelta(0)) for n, who in enumerate(two)]
    with pytest.raises(NotAllowed, match=MergeFault.NOT_FRESH):
        desk.run(lambda: merge_persons(desk.keys, *sides, now=desk.now))


@pytest.mark.rule("A4")
def test_two_weak_records_do_not_merge(desk: Any, people: Any, two: tuple[PersonId, PersonId]) -> None:
    other = desk.sign_in(replace(people.mother, system="vkid", subject="v", level=Level.UNKNOWN, snils=None, children=None)).person
    with pytest.raises(NotAllowed, match=MergeFault.LEVEL_TOO_LOW):
        merge(desk, two[1], other)
    with pytest.raises(NotAllowed, match=MergeFault.SAME_PERSON):
        merge(desk, two[1], two[1])


@pytest.mark.rule("A11")
def test_nothing_final_rests_on_the_other_side_for_fourteen_days(desk: Any, school: School, two: tuple[PersonId, PersonId]) -> None:
    strong, weak = two
    child = school.pupil()
    school.redeem(weak, school.code(child))
    own = next(edge.child for edge in desk.run(lambda: edges.of_guardian(strong)))
    done = merge(desk, strong, weak)

    def held(whom: PersonId) -> bool:
        return bool(desk.run(lambda: held_by_merge(desk.keys, strong, whom, now=desk.now)))

    assert (held(child), held(own)) == (True, False)
    desk.later(days=14)
    assert not held(child)
    with pytest.raises(NotAllowed, match="undo_closed"):
        desk.run(lambda: undo_merge(desk.keys, done.id, strong, now=desk.now))


@pytest.mark.rule("A11")
def test_an_undo_revives_no_ended_edge(desk: Any, school: School, two: tuple[PersonId, PersonId]) -> None:
    strong, weak = two
    child = school.pupil()
    school.redeem(weak, school.code(child))
    done = merge(desk, strong, weak)
    desk.run(lambda: edges.end([edge.id for edge in edges.of_child(child)], now=desk.now))
    desk.run(lambda: undo_merge(desk.keys, done.id, strong, now=desk.now))
    assert desk.run(lambda: edges.of_child(child)) == ()


@pytest.mark.rule("A11")
@pytest.mark.rule("A5a")
@pytest.mark.parametrize("before", [True, False], ids=["restricted before", "restricted after"])
def test_neither_a_merge_nor_its_undo_gets_round_a_restriction(
    desk: Any, school: School, two: tuple[PersonId, PersonId], before: bool
) -> None:
    strong, weak = two
    child = school.pupil()
    school.redeem(weak, school.code(child))
    if before:
        school.restrict(child, guardian=weak)
    done = merge(desk, strong, weak)
    if not before:
        school.restrict(child, guardian=strong)
    assert not school.sees(strong, child)
    assert school.redeem(strong, school.code(child)).result is Redeemed.REFUSED
    desk.run(lambda: undo_merge(desk.keys, done.id, strong, now=desk.now))
    for who in two:
        assert not desk.run(lambda who=who: view_right(desk.keys, who, child, now=desk.now)).allowed


@pytest.mark.rule("A11")
@pytest.mark.rule("A12")
def test_of_parallel_merges_of_one_record_one_wins(desk: Any, people: Any, two: tuple[PersonId, PersonId]) -> None:
    strong, weak = two
    third = desk.sign_in(replace(people.mother, system="vkid", subject="v", level=Level.UNKNOWN, snils=None, children=None)).person
    pairs = [(strong, weak), (weak, strong), (strong, third), (third, strong)]
    calls = [
        lambda one=one, other=other: merge_persons(desk.keys, side(desk, one), side(desk, other), now=desk.now) for one, other in pairs * 3
    ]
    answers = at_once(desk, calls)
    assert sum(not isinstance(one, Exception) for one in answers) == 1
    assert {type(one) for one in answers if isinstance(one, Exception)} == {NotAllowed}


@pytest.mark.rule("A11")
@pytest.mark.rule("A17")
@pytest.mark.parametrize("recovered", [0, 1])
def test_the_wait_after_a_recovery_goes_over_with_a_merge(desk: Any, two: tuple[PersonId, PersonId], recovered: int) -> None:
    before = desk.run(lambda: person(desk.keys, two[recovered]))
    desk.run(lambda: persons.change(desk.keys, before, replace(before, recovered_at=desk.now), now=desk.now))
    kept = merge(desk, *two).kept
    assert desk.run(lambda: person(desk.keys, kept)).recovered_at == desk.now

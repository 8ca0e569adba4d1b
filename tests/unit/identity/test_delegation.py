"""Lent views, the grown pupil's grant and early full capacity (RULES A5b, A6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.errors import NotAllowed, NotFound
from identity.model import EdgeRight, Missing, PersonId
from identity.store import (
    accept_delegation,
    act_right,
    delegations_of_child,
    edges,
    end_delegation,
    freeze_edges,
    offer_delegation,
    set_full_capacity,
    view_right,
)
from tests.unit.identity.crowd import at_once
from tests.unit.identity.school import OFFICER, SECOND, School


@pytest.fixture
def school(desk: Any) -> School:
    return School(desk)


@pytest.fixture
def family(desk: Any, people: Any) -> dict[str, PersonId]:
    mother = desk.sign_in(people.mother).person
    by_birth = {desk.run(lambda e=e: e.child): e for e in desk.run(lambda: edges.of_guardian(mother))}
    found = {"mother": mother, "father": desk.sign_in(people.father).person}
    petya = desk.run(lambda: edges.of_guardian(found["father"]))[0].child
    masha = next(child for child in by_birth if child != petya)
    granny = replace(people.mother, subject="31", last_name="Старшая", birth_date=people.mother.birth_date.replace(year=1955), children=())
    return found | {"petya": petya, "masha": masha, "granny": desk.sign_in(replace(granny, snils=people.snils(171_000_001))).person}


def lend(desk: Any, giver: PersonId, child: PersonId, days: float = 30) -> Any:
    return desk.run(lambda: offer_delegation(desk.keys, giver, child, until=desk.now + timedelta(days=days), now=desk.now))


def take(desk: Any, who: PersonId, code: str) -> Any:
    return desk.run(lambda: accept_delegation(desk.keys, who, code, now=desk.now))


@pytest.mark.rule("A5b")
def test_a_lent_view_is_a_view_and_ends_on_its_day(desk: Any, school: School, family: dict[str, PersonId]) -> None:
    offer = lend(desk, family["mother"], family["petya"])
    assert offer.tell == (family["father"],)
    assert not school.sees(family["granny"], family["petya"])
    take(desk, family["granny"], offer.code.lower())
    assert school.sees(family["granny"], family["petya"])
    right = desk.run(lambda: view_right(desk.keys, family["granny"], family["petya"], now=desk.now))
    assert (right.delegated, right.rights) == (True, {EdgeRight.VIEW})
    for act in (EdgeRight.ACT, EdgeRight.PAY):
        assert not desk.run(lambda act=act: act_right(desk.keys, family["granny"], family["petya"], act, now=desk.now)).allowed
    desk.later(days=30)
    assert not school.sees(family["granny"], family["petya"])


@pytest.mark.rule("A5b")
@pytest.mark.parametrize(("days", "reason"), [(90.001, "too_long"), (0, "in_the_past"), (-1, "in_the_past")])
def test_it_is_lent_for_up_to_ninety_days(desk: Any, family: dict[str, PersonId], days: float, reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        lend(desk, family["mother"], family["petya"], days)
    lend(desk, family["mother"], family["petya"], 90)


@pytest.mark.rule("A5b")
def test_what_was_lent_is_not_lent_on_and_a_stranger_lends_nothing(desk: Any, family: dict[str, PersonId]) -> None:
    take(desk, family["granny"], lend(desk, family["mother"], family["petya"]).code)
    with pytest.raises(NotAllowed, match="not_yours_to_lend"):
        lend(desk, family["granny"], family["petya"])
    with pytest.raises(NotFound):
        lend(desk, family["granny"], family["masha"])


@pytest.mark.rule("A5b")
def test_a_lent_view_lives_only_as_long_as_the_givers_own(desk: Any, school: School, family: dict[str, PersonId]) -> None:
    take(desk, family["granny"], lend(desk, family["father"], family["petya"]).code)
    assert school.sees(family["granny"], family["petya"])
    desk.run(lambda: freeze_edges(desk.keys, family["mother"], family["father"], family["petya"], now=desk.now))
    assert not school.sees(family["granny"], family["petya"])


@pytest.mark.rule("A5b")
def test_an_offer_is_taken_once_within_a_week_and_not_by_giver_or_child(desk: Any, family: dict[str, PersonId]) -> None:
    offer = lend(desk, family["mother"], family["petya"])
    for who, code in ((family["mother"], offer.code), (family["petya"], offer.code), (family["granny"], "AAAA-AAAA-AAAA")):
        with pytest.raises(NotAllowed, match="code_unknown"):
            take(desk, who, code)
    desk.later(days=7, seconds=1)
    with pytest.raises(NotAllowed, match="code_unknown"):
        take(desk, family["granny"], offer.code)
    code = lend(desk, family["mother"], family["petya"]).code
    calls = [lambda: accept_delegation(desk.keys, family["granny"], code, now=desk.now)] * 20
    answers = at_once(desk, calls)
    assert sum(not isinstance(one, Exception) for one in answers) == 1


@pytest.mark.rule("A5b")
@pytest.mark.parametrize("by", ["mother", "father", "granny"])
def test_the_giver_the_delegate_and_the_other_guardian_end_it(desk: Any, school: School, family: dict[str, PersonId], by: str) -> None:
    lent = take(desk, family["granny"], lend(desk, family["mother"], family["petya"]).code)
    assert len(desk.run(lambda: delegations_of_child(family["petya"], now=desk.now))) == 1
    with pytest.raises(NotFound):
        desk.run(lambda: end_delegation(desk.keys, family["masha"], lent.id, now=desk.now))
    for _ in range(2):
        desk.run(lambda: end_delegation(desk.keys, family[by], lent.id, now=desk.now))
    assert not school.sees(family["granny"], family["petya"])


@pytest.mark.rule("A6")
def test_from_eighteen_a_guardian_sees_only_by_the_pupils_own_grant(
    desk: Any, people: Any, school: School, family: dict[str, PersonId]
) -> None:
    pupil = desk.sign_in(people.account_of(people.masha)).person
    assert pupil == family["masha"]
    desk.now = desk.now.replace(year=2028, month=6)
    desk.sign_in(people.account_of(people.masha))
    right = desk.run(lambda: view_right(desk.keys, family["mother"], pupil, now=desk.now))
    assert not right.allowed
    grant = desk.run(lambda: offer_delegation(desk.keys, pupil, pupil, until=None, now=desk.now))
    take(desk, family["mother"], grant.code)
    assert desk.run(lambda: view_right(desk.keys, family["mother"], pupil, now=desk.now)).delegated
    desk.run(lambda: end_delegation(desk.keys, pupil, grant.delegation.id, now=desk.now))
    assert not desk.run(lambda: view_right(desk.keys, family["mother"], pupil, now=desk.now)).allowed


@pytest.mark.rule("A6")
def test_early_full_capacity_ends_the_guardians_view_and_needs_two_officers(desk: Any, school: School, family: dict[str, PersonId]) -> None:
    def declare(one: PersonId, other: PersonId) -> None:
        desk.run(
            lambda: set_full_capacity(
                desk.keys, family["masha"], since=desk.now, document="решение", officer=one, second=other, now=desk.now
            )
        )

    for pair in ((OFFICER, OFFICER), (OFFICER, family["mother"]), (family["masha"], OFFICER)):
        with pytest.raises(NotAllowed):
            declare(*pair)
    assert school.sees(family["mother"], family["masha"])
    declare(OFFICER, SECOND)
    right = desk.run(lambda: view_right(desk.keys, family["mother"], family["masha"], now=desk.now))
    assert right.missing == (Missing.CHILD_IS_ADULT,)
    assert not school.sees(family["mother"], family["masha"])
    assert not desk.run(lambda: act_right(desk.keys, family["mother"], family["masha"], EdgeRight.PAY, now=desk.now)).allowed


@pytest.mark.rule("A6")
def test_a_pupil_under_eighteen_grants_nothing(desk: Any, people: Any, family: dict[str, PersonId]) -> None:
    pupil = desk.sign_in(people.account_of(people.masha)).person
    with pytest.raises(NotAllowed, match="not_yours_to_lend"):
        desk.run(lambda: offer_delegation(desk.keys, pupil, pupil, until=None, now=desk.now))

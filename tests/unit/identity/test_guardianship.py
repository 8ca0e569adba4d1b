"""Guardianship edges, pure: activation, the Gosuslugi list, what each state lets see and do (RULES A2, A4, A5, A6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from identity.ages import reaches
from identity.claims import Level
from identity.guardianship import (
    HOW,
    RIGHTS_OF,
    Change,
    acting_right,
    activation,
    effective_rights,
    needs,
    own_right,
    plan_listed,
    view_by_edges,
)
from identity.model import (
    EdgeId,
    EdgeRight,
    EdgeState,
    Evidence,
    EvidenceKind,
    GuardianKind,
    Guardianship,
    How,
    Missing,
    Person,
    PersonId,
)
from identity.snils import Snils

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ANNA, PETYA, MASHA = PersonId("anna"), PersonId("petya"), PersonId("masha")
MOTHER = Person(id=ANNA, birth_date=date(1985, 1, 2), level=Level.CONFIRMED, snils=Snils("112-233-445 95"))
SMALL = Person(id=PETYA, birth_date=date(2016, 1, 1))
TEEN = Person(id=MASHA, birth_date=date(2010, 1, 1))


def edge(state: EdgeState = EdgeState.ACTIVE, kind: EvidenceKind = EvidenceKind.ESIA_KID, **changes: Any) -> Guardianship:
    until = changes.pop("valid_until", NOW + timedelta(days=90))
    plain = Guardianship(
        id=EdgeId("e1"),
        guardian=ANNA,
        child=PETYA,
        kind=GuardianKind.PARENT,
        state=state,
        rights=RIGHTS_OF[kind],
        evidence=Evidence(kind=kind, at=NOW, by="esia", valid_until=until),
    )
    return replace(plain, **changes)


@pytest.mark.rule("A5")
@pytest.mark.parametrize(
    ("level", "birth_date", "state", "missing"),
    [
        (Level.CONFIRMED, date(1985, 1, 2), EdgeState.ACTIVE, ()),
        (Level.CONFIRMED, date(2008, 11, 2), EdgeState.ACTIVE, ()),
        (Level.CONFIRMED, date(2008, 11, 3), EdgeState.WAITING, (Missing.UNDER_18,)),
        (Level.CONFIRMED, None, EdgeState.WAITING, (Missing.BIRTH_DATE_MISSING,)),
        (Level.STANDARD, date(1985, 1, 2), EdgeState.WAITING, (Missing.LEVEL_TOO_LOW,)),
        (Level.SIMPLIFIED, date(1985, 1, 2), EdgeState.WAITING, (Missing.LEVEL_TOO_LOW,)),
        (Level.UNKNOWN, date(2010, 1, 2), EdgeState.WAITING, (Missing.LEVEL_TOO_LOW, Missing.UNDER_18)),
    ],
)
def test_an_edge_becomes_active_only_for_a_confirmed_adult(
    level: Level, birth_date: date | None, state: EdgeState, missing: tuple[Missing, ...]
) -> None:
    assert activation(replace(MOTHER, birth_date=birth_date), level, NOW) == (state, missing)


def plan(
    edges: list[Guardianship], listed: set[PersonId], *, state: EdgeState = EdgeState.ACTIVE, frozen: tuple[PersonId, ...] = ()
) -> Any:
    planned = plan_listed(edges, listed, state=state, missing=(), frozen=frozen, now=NOW)
    return [(one.child, one.state, one.valid_until - NOW, one.change) for one in planned]


DAYS = timedelta(days=1)


@pytest.mark.rule("A2")
@pytest.mark.parametrize(
    ("before", "state", "after", "change"),
    [
        (EdgeState.ACTIVE, EdgeState.ACTIVE, EdgeState.ACTIVE, Change.RENEWED),
        (EdgeState.WAITING, EdgeState.ACTIVE, EdgeState.ACTIVE, Change.ACTIVATED),
        (EdgeState.WAITING, EdgeState.WAITING, EdgeState.WAITING, Change.RENEWED),
        (EdgeState.ACTIVE, EdgeState.WAITING, EdgeState.WAITING, Change.WAITING),
        (EdgeState.TO_CONFIRM, EdgeState.ACTIVE, EdgeState.ACTIVE, Change.CONFIRMED_AGAIN),
        (EdgeState.FROZEN, EdgeState.ACTIVE, EdgeState.FROZEN, Change.RENEWED),
    ],
)
def test_a_listed_child_is_renewed_for_ninety_days(before: EdgeState, state: EdgeState, after: EdgeState, change: Change) -> None:
    assert plan([edge(before)], {PETYA}, state=state) == [(PETYA, after, 90 * DAYS, change)]


@pytest.mark.rule("A2")
@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (EdgeState.ACTIVE, [(PETYA, EdgeState.TO_CONFIRM, 14 * DAYS, Change.TO_CONFIRM)]),
        (EdgeState.WAITING, [(PETYA, EdgeState.ENDED, 0 * DAYS, Change.ENDED)]),
        (EdgeState.TO_CONFIRM, []),
        (EdgeState.FROZEN, []),
        (EdgeState.ENDED, []),
    ],
)
def test_a_child_no_longer_listed_is_to_be_confirmed_within_fourteen_days(before: EdgeState, expected: list[Any]) -> None:
    assert plan([edge(before)], set()) == expected


@pytest.mark.rule("A2")
def test_signing_in_again_does_not_prolong_the_fourteen_days() -> None:
    held = edge(EdgeState.TO_CONFIRM, valid_until=NOW + timedelta(days=3))
    assert plan([held], set()) == []


@pytest.mark.rule("A5")
def test_a_new_listed_child_of_a_frozen_pair_starts_frozen() -> None:
    code = edge(EdgeState.FROZEN, EvidenceKind.INVITATION_CODE)
    assert plan([code], {PETYA}, frozen=(PETYA,)) == [(PETYA, EdgeState.FROZEN, 90 * DAYS, Change.NEW)]


@pytest.mark.rule("A5")
def test_an_ended_edge_is_not_revived_a_new_one_begins() -> None:
    planned = plan_listed([edge(EdgeState.ENDED)], {PETYA}, state=EdgeState.ACTIVE, missing=(), now=NOW)
    assert [(one.edge, one.change) for one in planned] == [(None, Change.NEW)]


@pytest.mark.rule("A5")
def test_no_profile_of_a_messenger_or_diary_makes_kinship() -> None:
    assert set(RIGHTS_OF) == {
        EvidenceKind.ESIA_KID,
        EvidenceKind.SNILS_IN_SCHOOL_CARD,
        EvidenceKind.INVITATION_CODE,
        EvidenceKind.SCHOOL_APPROVAL,
    }
    assert RIGHTS_OF[EvidenceKind.INVITATION_CODE] == {EdgeRight.VIEW, EdgeRight.NOTICES}


@pytest.mark.rule("A2")
@pytest.mark.parametrize(
    ("state", "rights"),
    [
        (EdgeState.ACTIVE, set(EdgeRight)),
        (EdgeState.TO_CONFIRM, {EdgeRight.VIEW}),
        (EdgeState.WAITING, set()),
        (EdgeState.FROZEN, set()),
        (EdgeState.ENDED, set()),
    ],
)
def test_what_each_state_gives(state: EdgeState, rights: set[EdgeRight]) -> None:
    assert effective_rights(edge(state), NOW) == rights
    assert effective_rights(edge(state), NOW + timedelta(days=90)) == set()


VIEWS = [
    # state, evidence, child, level -> what is missing
    (EdgeState.ACTIVE, EvidenceKind.ESIA_KID, SMALL, Level.CONFIRMED, None),
    (EdgeState.ACTIVE, EvidenceKind.ESIA_KID, SMALL, Level.STANDARD, Missing.LEVEL_TOO_LOW),
    (EdgeState.ACTIVE, EvidenceKind.INVITATION_CODE, SMALL, Level.UNKNOWN, None),
    (EdgeState.ACTIVE, EvidenceKind.SCHOOL_APPROVAL, SMALL, Level.SIMPLIFIED, None),
    (EdgeState.ACTIVE, EvidenceKind.INVITATION_CODE, TEEN, Level.STANDARD, Missing.LEVEL_TOO_LOW),
    (EdgeState.ACTIVE, EvidenceKind.INVITATION_CODE, TEEN, Level.CONFIRMED, None),
    (EdgeState.ACTIVE, EvidenceKind.ESIA_KID, TEEN, Level.CONFIRMED, None),
    (EdgeState.ACTIVE, EvidenceKind.INVITATION_CODE, replace(SMALL, birth_date=None), Level.STANDARD, Missing.LEVEL_TOO_LOW),
    (EdgeState.ACTIVE, EvidenceKind.ESIA_KID, replace(SMALL, birth_date=date(2008, 11, 2)), Level.CONFIRMED, Missing.CHILD_IS_ADULT),
    (EdgeState.ACTIVE, EvidenceKind.ESIA_KID, replace(SMALL, birth_date=date(2008, 11, 3)), Level.CONFIRMED, None),
    (EdgeState.TO_CONFIRM, EvidenceKind.ESIA_KID, SMALL, Level.CONFIRMED, None),
    (EdgeState.WAITING, EvidenceKind.ESIA_KID, SMALL, Level.CONFIRMED, Missing.EDGE_WAITING),
    (EdgeState.FROZEN, EvidenceKind.ESIA_KID, SMALL, Level.CONFIRMED, Missing.EDGE_FROZEN),
    (EdgeState.ENDED, EvidenceKind.ESIA_KID, SMALL, Level.CONFIRMED, Missing.FOREIGN),
]


@pytest.mark.feature("F212", "F214")
@pytest.mark.rule("A4")
@pytest.mark.rule("A6")
@pytest.mark.parametrize(("state", "kind", "child", "level", "missing"), VIEWS)
def test_who_sees_a_child(state: EdgeState, kind: EvidenceKind, child: Person, level: Level, missing: Missing | None) -> None:
    right = view_by_edges(child, [edge(state, kind)], level, NOW)
    assert right.allowed is (missing is None)
    assert right.missing == (() if missing is None else (missing,))
    assert right.allowed or right.how


@pytest.mark.rule("A5")
def test_a_frozen_edge_closes_the_pair_whatever_other_evidence_there_is() -> None:
    both = [edge(), edge(EdgeState.FROZEN, EvidenceKind.INVITATION_CODE, id=EdgeId("e2"))]
    assert view_by_edges(SMALL, both, Level.CONFIRMED, NOW).missing == (Missing.EDGE_FROZEN,)


@pytest.mark.rule("A2")
def test_an_edge_that_was_not_renewed_for_ninety_days_shows_nothing() -> None:
    right = view_by_edges(SMALL, [edge(valid_until=NOW)], Level.CONFIRMED, NOW)
    assert (right.allowed, right.missing) == (False, (Missing.EVIDENCE_EXPIRED,))
    assert How.SIGN_IN_AGAIN in right.how


@pytest.mark.rule("A2")
def test_while_to_be_confirmed_there_are_no_acts_and_no_money() -> None:
    held = [edge(EdgeState.TO_CONFIRM)]
    for right in (EdgeRight.ACT, EdgeRight.PAY, EdgeRight.NOTICES):
        answer = acting_right(MOTHER, SMALL, held, right, Level.CONFIRMED, NOW)
        assert (answer.allowed, answer.missing) == (False, (Missing.TO_CONFIRM_VIEW_ONLY,))


@pytest.mark.rule("A5")
def test_a_code_gives_neither_acts_nor_money() -> None:
    code = [edge(kind=EvidenceKind.INVITATION_CODE)]
    assert acting_right(MOTHER, SMALL, code, EdgeRight.PAY, Level.CONFIRMED, NOW).missing == (Missing.RIGHT_NOT_GIVEN,)
    assert acting_right(MOTHER, SMALL, code, EdgeRight.ACT, Level.STANDARD, NOW).missing == (Missing.LEVEL_TOO_LOW,)
    assert acting_right(MOTHER, SMALL, [edge()], EdgeRight.PAY, Level.CONFIRMED, NOW).allowed


@pytest.mark.rule("A17")
def test_for_72_hours_after_a_recovery_money_waits_and_the_view_does_not() -> None:
    back = replace(MOTHER, recovered_at=NOW - timedelta(hours=71))
    assert acting_right(back, SMALL, [edge()], EdgeRight.PAY, Level.CONFIRMED, NOW).missing == (Missing.RECENT_RECOVERY,)
    assert acting_right(back, SMALL, [edge()], EdgeRight.PAY, Level.CONFIRMED, NOW + timedelta(hours=1)).allowed
    assert view_by_edges(SMALL, [edge()], Level.CONFIRMED, NOW).allowed


BORN = date(2012, 11, 2)


@pytest.mark.rule("A6")
@pytest.mark.parametrize(
    ("days", "level", "allowed"),
    [
        (-1, Level.STANDARD, True),
        (0, Level.STANDARD, True),
        (89, Level.UNKNOWN, True),
        (90, Level.STANDARD, False),
        (90, Level.CONFIRMED, True),
        (3000, Level.CONFIRMED, True),
    ],
)
def test_the_pupil_keeps_viewing_for_ninety_days_after_14(days: int, level: Level, allowed: bool) -> None:
    pupil = Person(id=PETYA, birth_date=BORN)
    right = own_right(pupil, level, reaches(BORN, 14) + timedelta(days=days))
    assert (right.allowed, right.is_self) == (allowed, True)
    assert allowed or right.how == (How.CONFIRM_GOSUSLUGI_ACCOUNT,)


@pytest.mark.rule("A6")
def test_the_grace_tells_its_end() -> None:
    right = own_right(Person(id=PETYA, birth_date=BORN), Level.STANDARD, reaches(BORN, 14))
    assert right.until == reaches(BORN, 14) + timedelta(days=90)


@pytest.mark.rule("A12")
def test_every_missing_thing_has_a_way_to_get_it() -> None:
    assert set(HOW) == set(Missing)
    assert all(HOW.values())


@pytest.mark.rule("A4")
@pytest.mark.parametrize(
    ("change", "edges", "told", "expected"),
    [
        ({}, [edge()], True, []),
        ({}, [], True, [Missing.NO_CHILDREN_LISTED]),
        ({}, [], False, [Missing.CHILDREN_NOT_TOLD]),
        ({"level": Level.STANDARD}, [edge(EdgeState.WAITING)], True, [Missing.LEVEL_TOO_LOW]),
        ({"level": Level.SIMPLIFIED, "snils": None}, [], True, [Missing.LEVEL_TOO_LOW, Missing.SNILS_MISSING, Missing.NO_CHILDREN_LISTED]),
        ({"birth_date": None}, [edge()], True, [Missing.BIRTH_DATE_MISSING]),
        ({"birth_date": date(2010, 1, 1)}, [], True, []),
        ({"birth_date": date(2010, 1, 1)}, [edge(EdgeState.WAITING)], True, [Missing.UNDER_18]),
        ({}, [edge(EdgeState.TO_CONFIRM)], True, [Missing.TO_CONFIRM_VIEW_ONLY]),
        ({}, [edge(EdgeState.FROZEN)], True, [Missing.EDGE_FROZEN]),
    ],
)
def test_what_is_missing_is_named(change: dict[str, Any], edges: list[Guardianship], told: bool, expected: list[Missing]) -> None:
    found = needs(replace(MOTHER, **change), edges, now=NOW, told=told)
    assert [need.missing for need in found] == expected
    assert all(need.how for need in found)


@pytest.mark.rule("A2")
def test_of_several_edges_the_best_one_counts() -> None:
    code = edge(kind=EvidenceKind.INVITATION_CODE, id=EdgeId("e2"))
    assert view_by_edges(SMALL, [edge(valid_until=NOW), code], Level.CONFIRMED, NOW).edge == "e2"
    assert view_by_edges(SMALL, [edge(), code], Level.STANDARD, NOW).edge == "e2"
    assert view_by_edges(SMALL, [code, edge()], Level.CONFIRMED, NOW).edge == "e1"
    assert view_by_edges(SMALL, [edge(EdgeState.TO_CONFIRM), code], Level.CONFIRMED, NOW).edge == "e2"

"""The child's own login: who makes and resets it at which age, how the password is kept (RULES A6, F071, F072)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from identity.errors import NotAllowed, NotFound
from identity.family.child_login import guardian_may, password_fault, password_matches, password_record, readable_login
from identity.model import PersonId
from identity.store import change_own_password, child_login, edges, login_record, put_child_login, remove_child_login
from tests.unit.identity.school import School

BORN = date(2013, 3, 1)
MOSCOW = "Europe/Moscow"
DAY_14 = datetime(2027, 2, 28, 21, 0, tzinfo=UTC)  # 00:00 of 1 March in Moscow
RECORD = password_record("длинный пароль 7")


@pytest.mark.rule("A6")
@pytest.mark.parametrize(
    ("now", "make", "reset", "tell"),
    [
        (DAY_14 - timedelta(seconds=1), True, True, False),
        (DAY_14, False, True, True),
        (DAY_14 + timedelta(days=90, seconds=-1), False, True, True),
        (DAY_14 + timedelta(days=90), False, False, False),
        (DAY_14 + timedelta(days=365 * 5), False, False, False),
    ],
)
def test_a_guardian_makes_it_before_14_and_resets_it_for_ninety_days_more(now: datetime, make: bool, reset: bool, tell: bool) -> None:
    rule = guardian_may(BORN, now, MOSCOW)
    assert (rule.may_make, rule.may_reset, rule.tell_pupil) == (make, reset, tell)


@pytest.mark.rule("A6")
def test_at_an_unknown_age_a_guardian_may_nothing() -> None:
    assert guardian_may(None, DAY_14, MOSCOW).may_reset is False


@pytest.mark.parametrize(
    ("login", "read"), [(" Petya.Elkin ", "petya.elkin"), ("ab", ""), ("пётр", ""), (".petya", ""), ("a" * 33, ""), ("p_7-x", "p_7-x")]
)
def test_a_login_is_read_in_lower_case(login: str, read: str) -> None:
    assert readable_login(login) == read


@pytest.mark.parametrize(
    ("password", "weak"),
    [("длинный пароль 7", False), ("short", True), ("12345678", True), ("petya.elkin", True), ("aaaaaaaaab", True), ("x" * 129, True)],
)
def test_a_weak_password_is_refused(password: str, weak: bool) -> None:
    assert bool(password_fault(password, "petya.elkin")) is weak


def test_only_the_password_matches_its_record() -> None:
    assert password_matches(RECORD, "длинный пароль 7")
    assert not password_matches(RECORD, "длинный пароль 8")
    assert password_record("длинный пароль 7") != RECORD
    for nothing in (None, "", "plain$1$1$1$YQ==$YQ==", "scrypt$x"):
        assert not password_matches(nothing, "длинный пароль 7")


@pytest.fixture
def family(desk: Any, people: Any) -> tuple[PersonId, PersonId]:
    mother = desk.sign_in(replace(people.mother, children=(people.petya,))).person
    return mother, desk.run(lambda: edges.of_guardian(mother))[0].child


def put(desk: Any, by: PersonId, child: PersonId, login: str = "petya.elkin") -> Any:
    return desk.run(lambda: put_child_login(desk.keys, by, child, login=login, record=RECORD, now=desk.now))


@pytest.mark.rule("A6")
@pytest.mark.feature("F071")
@pytest.mark.feature("F072")
def test_a_parent_makes_and_resets_the_login(desk: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, child = family
    made = put(desk, mother, child)
    assert (made.login, made.must_change, made.tell_pupil) == ("petya.elkin", True, False)
    found = desk.run(lambda: login_record(desk.keys, " PETYA.elkin"))
    assert (found.person, password_matches(found.record, "длинный пароль 7")) == (child, True)
    assert desk.run(lambda: login_record(desk.keys, "nobody")) is None
    assert desk.run(lambda: change_own_password(desk.keys, child, record=RECORD, now=desk.now))
    assert desk.run(lambda: child_login(desk.keys, child)).must_change is False
    desk.now = desk.now.replace(year=2029, month=4)
    with pytest.raises(NotFound):
        put(desk, mother, child)  # the Gosuslugi list has lapsed


@pytest.mark.rule("A6")
def test_after_fourteen_the_pupil_decides(desk: Any, people: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, child = family
    put(desk, mother, child)
    desk.now = datetime(2029, 3, 15, 9, 0, tzinfo=UTC)
    desk.sign_in(replace(people.mother, children=(people.petya,)))
    assert put(desk, mother, child).tell_pupil
    desk.later(days=80)
    desk.sign_in(replace(people.mother, children=(people.petya,)))
    with pytest.raises(NotAllowed, match="pupil_decides"):
        put(desk, mother, child)
    with pytest.raises(NotAllowed, match="pupil_decides"):
        desk.run(lambda: remove_child_login(desk.keys, mother, child, now=desk.now))
    assert desk.run(lambda: remove_child_login(desk.keys, child, child, now=desk.now))
    with pytest.raises(NotAllowed, match="pupil_decides"):
        put(desk, mother, child)


@pytest.mark.rule("A6")
def test_a_stranger_a_taken_and_a_malformed_login_are_refused(desk: Any, people: Any, family: tuple[PersonId, PersonId]) -> None:
    mother, child = family
    other = School(desk).pupil()
    with pytest.raises(NotFound):
        put(desk, mother, other)
    with pytest.raises(NotAllowed, match="login_malformed"):
        put(desk, mother, child, "петя")
    put(desk, mother, child)
    school = School(desk)
    school.redeem(mother, school.code(other))
    with pytest.raises(NotAllowed, match="login_taken"):
        put(desk, mother, other, "PETYA.ELKIN")

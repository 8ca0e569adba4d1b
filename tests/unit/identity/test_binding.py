"""Children inside a diary account and the guarded children of its owner (RULES A15)."""

from __future__ import annotations

from datetime import date

import pytest

from identity.linking import BindBy, ListedChild, bind_children
from identity.model import Person, PersonId

pytestmark = pytest.mark.rule("A15")
PETYA = Person(id=PersonId("petya"), last_name="Ёлкин", first_name="Пётр", birth_date=date(2015, 3, 1))
TWIN = Person(id=PersonId("twin"), last_name="Елкин", first_name="Петр", birth_date=date(2016, 3, 1))
MASHA = Person(id=PersonId("masha"), last_name="Ёлкина", first_name="Мария")


def listed(key: str, last: str, first: str, born: date | None = None) -> ListedChild:
    return ListedChild(key=key, last_name=last, first_name=first, birth_date=born)


def bound(*children: ListedChild, own: tuple[Person, ...]) -> list[tuple[BindBy, object, tuple[object, ...]]]:
    return [(one.by, one.child, one.candidates) for one in bind_children(children, own)]


def test_exactly_one_fit_binds_by_itself() -> None:
    assert bound(listed("1", "ЕЛКИН", "Петр", date(2015, 3, 1)), own=(PETYA, MASHA)) == [(BindBy.EXACT, "petya", ())]


def test_without_a_birth_date_the_name_is_enough_when_one_fits() -> None:
    assert bound(listed("1", "Елкин", "петр"), own=(PETYA, MASHA)) == [(BindBy.EXACT, "petya", ())]


def test_the_birth_date_tells_namesakes_apart() -> None:
    assert bound(listed("1", "Елкин", "Петр", date(2016, 3, 1)), own=(PETYA, TWIN)) == [(BindBy.EXACT, "twin", ())]


def test_several_fits_are_the_owners_choice() -> None:
    assert bound(listed("1", "Елкин", "Петр"), own=(PETYA, TWIN)) == [(BindBy.PICK, None, ("petya", "twin"))]


@pytest.mark.parametrize(
    "child",
    [listed("1", "Иванов", "Пётр"), listed("1", "Ёлкин", "Павел"), listed("1", "Ёлкин", "Пётр", date(2015, 3, 2)), listed("1", "", "")],
)
def test_a_child_that_does_not_fit_stays_diary_only(child: ListedChild) -> None:
    assert bound(child, own=(PETYA, MASHA)) == [(BindBy.DIARY_ONLY, None, ())]


def test_a_child_whose_birth_date_the_hub_lacks_does_not_fit_a_listed_one() -> None:
    assert bound(listed("1", "Ёлкина", "Мария", date(2010, 1, 1)), own=(MASHA,)) == [(BindBy.DIARY_ONLY, None, ())]


def test_two_listed_children_never_share_one_person_by_themselves() -> None:
    pair = bound(listed("1", "Ёлкин", "Пётр"), listed("2", "Елкин", "Петр"), own=(PETYA,))
    assert pair == [(BindBy.PICK, None, ("petya",)), (BindBy.PICK, None, ("petya",))]

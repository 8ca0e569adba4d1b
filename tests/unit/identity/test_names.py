"""Names are compared without case, ё, spaces and hyphens."""

from __future__ import annotations

import pytest

from identity.model import normalised, same_name


@pytest.mark.rule("A7")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Семёнов", "СЕМЕНОВ"),
        ("Петрова-Водкина", "петрова водкина"),
        ("Петрова - Водкина", "Петрова\u2011Водкина"),
        ("  Анна   Мария ", "Анна-Мария"),
        ("Семе\u0308нов", "семенов"),
        ("Й", "и\u0306"),
    ],
)
def test_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), [("Иванов", "Иванова"), ("Ли", "Лиля"), ("Йод", "Иод")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.rule("A3")
def test_empty_names_never_agree() -> None:
    assert not same_name("", "", "", "")
    assert not same_name("Иванов", "", "Иванов", "")
    assert same_name("Иванов", "Пётр", "ИВАНОВ", "Петр")

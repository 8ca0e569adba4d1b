"""SNILS under any input: spelling does not matter, one wrong digit mostly does, digits are never shown."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from identity.snils import LAST_WITHOUT_CHECKSUM, InvalidSnils, Snils, checksum

pytestmark = pytest.mark.rule("A8")
numbers = st.integers(min_value=0, max_value=999_999_999)
spaces = st.sampled_from(["", " ", "-", "\u00a0", "\u2011", " - ", "\t", "\u2013"])


def valid(number: int) -> str:
    nine = f"{number:09d}"
    return f"{nine}{checksum(nine):02d}"


@given(numbers, st.lists(spaces, min_size=12, max_size=12))
def test_any_spelling_gives_the_same_number(number: int, between: list[str]) -> None:
    digits = valid(number)
    spelt = "".join(space + digit for space, digit in zip(between, [*digits, ""], strict=True))
    assert Snils(spelt) == Snils(digits)
    assert Snils(Snils(digits).canonical).digits == digits


@given(numbers, st.integers(0, 99))
def test_only_the_right_control_digits_pass_above_the_border(number: int, control: int) -> None:
    text = f"{number:09d}{control:02d}"
    if number <= LAST_WITHOUT_CHECKSUM or control == checksum(f"{number:09d}"):
        assert Snils(text).digits == text
    else:
        with pytest.raises(InvalidSnils):
            Snils(text)


@given(st.integers(min_value=LAST_WITHOUT_CHECKSUM + 1, max_value=999_999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_mistyped_digit_is_noticed(number: int, place: int, shift: int) -> None:
    digits = valid(number)
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assume(int(wrong[:9]) > LAST_WITHOUT_CHECKSUM)
    # The weighted sum changes by at most 81 and never by 101, so only 100 and 101, both written 00, can be confused.
    assume(not (digits.endswith("00") and wrong.endswith("00")))
    with pytest.raises(InvalidSnils):
        Snils(wrong)


@given(numbers)
def test_it_prints_only_the_last_two_digits(number: int) -> None:
    snils = Snils(valid(number))
    for shown in (str(snils), repr(snils), f"{snils}", snils.masked):
        assert sum(character.isdigit() for character in shown) == 2
        assert snils.digits[9:] in shown


@given(st.text(max_size=20))
def test_any_text_is_a_snils_or_refused(text: str) -> None:
    try:
        assert len(Snils(text).digits) == 11
    except InvalidSnils as refusal:
        assert not any(character.isdigit() for character in str(refusal).replace("11", ""))

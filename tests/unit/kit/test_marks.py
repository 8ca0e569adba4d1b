"""Every awkward mark of facts/diaries.md: the text stays as written, what is derived is Decimal or absent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.diary import AttendanceKind, Scale
from connectors.kit.marks import attendance, read_mark


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("text", "number", "scale"),
    [
        ("5", "5", Scale.FIVE),
        ("5-", "5", Scale.FIVE),
        ("5+", "5", Scale.FIVE),
        ("4−", "4", Scale.FIVE),
        ("3–", "3", Scale.FIVE),
        ("4.5", "4.5", Scale.FIVE),
        ("4,50", "4.50", Scale.FIVE),
        ("10", "10", Scale.UNKNOWN),
        ("87", "87", Scale.HUNDRED),
        ("100", "100", Scale.HUNDRED),
    ],
)
def test_a_number_is_derived_and_the_text_stays(text: str, number: str, scale: Scale) -> None:
    reading = read_mark(text)
    assert (reading.text, reading.number, reading.scale) == (text, Decimal(number), scale)
    assert not reading.flagged
    assert reading.attendance is None


@pytest.mark.rule("C1")
def test_four_and_a_half_does_not_become_four() -> None:
    assert read_mark("4.5").number == Decimal("4.5")


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("text", "parts"), [("4/5", ("4", "5")), ("5-/4+", ("5-", "4+")), ("3 / 4", ("3", "4")), ("5/5/4", ("5", "5", "4"))]
)
def test_a_double_mark_keeps_its_parts_and_has_no_number_of_its_own(text: str, parts: tuple[str, ...]) -> None:
    reading = read_mark(text)
    assert (reading.text, reading.parts, reading.number, reading.scale, reading.flagged) == (text, parts, None, Scale.FIVE, False)


@pytest.mark.rule("C1")
@pytest.mark.parametrize("text", ["зач", "Зачёт", "зачтено", "незач", "незачёт", "н/з"])
def test_pass_and_fail_are_a_scale_without_numbers(text: str) -> None:
    reading = read_mark(text)
    assert (reading.text, reading.scale, reading.number, reading.parts, reading.flagged) == (text, Scale.PASS, None, (), False)


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Н", AttendanceKind.ABSENT_UNEXCUSED),
        ("н", AttendanceKind.ABSENT_UNEXCUSED),
        ("н.", AttendanceKind.ABSENT_UNEXCUSED),
        ("H", AttendanceKind.ABSENT_UNEXCUSED),
        ("НП", AttendanceKind.ABSENT_UNEXCUSED),
        ("Б", AttendanceKind.ILL),
        ("У", AttendanceKind.EXCUSED),
        ("УП", AttendanceKind.EXCUSED),
        ("ОТ", AttendanceKind.UNKNOWN),
        ("ОП", AttendanceKind.LATE),
        ("ОСВ", AttendanceKind.EXEMPT),
        ("осв", AttendanceKind.EXEMPT),
    ],
)
def test_an_absence_in_the_place_of_a_mark_is_no_mark(text: str, kind: AttendanceKind) -> None:
    reading = read_mark(text)
    assert (reading.text, reading.attendance, reading.number) == (text, kind, None)
    assert attendance(text) is kind


@pytest.mark.rule("C1")
@pytest.mark.parametrize("text", ["•", "Замечание", "н/а", "Н/А"])
def test_a_known_text_that_counts_as_nothing_is_not_flagged(text: str) -> None:
    reading = read_mark(text)
    assert (reading.text, reading.number, reading.attendance, reading.flagged) == (text, None, None, False)


@pytest.mark.rule("C1")
@pytest.mark.parametrize("text", ["?!", "5*", "молодец", "4/", "/", "4/н", "５", "1000", "0", "0.0"])
def test_what_nobody_knows_is_kept_as_text_and_flagged(text: str) -> None:
    reading = read_mark(text)
    assert (reading.text, reading.flagged) == (text, True)
    assert reading.number is None


@pytest.mark.parametrize("text", ["", "   ", None])
def test_no_text_is_no_mark(text: str | None) -> None:
    assert read_mark(text).empty


@pytest.mark.parametrize("text", ["A", "B+", "C-", "F"])
def test_letters_are_a_scale(text: str) -> None:
    assert (read_mark(text).scale, read_mark(text).flagged) == (Scale.LETTER, False)


def test_the_source_knows_its_scale_better_than_a_guess() -> None:
    assert read_mark("5", scale=Scale.HUNDRED).scale is Scale.HUNDRED
    assert read_mark("12", scale=Scale.UNKNOWN).number == 12


@pytest.mark.rule("C1")
@given(st.text(max_size=40))
def test_no_text_is_ever_lost_or_refused(text: str) -> None:
    reading = read_mark(text)
    assert reading.text == text.strip()
    assert reading.number is None or isinstance(reading.number, Decimal)


@pytest.mark.rule("C1")
@given(st.integers(1, 5), st.sampled_from(["", "+", "-", "−"]))
def test_a_sign_never_changes_the_number(value: int, sign: str) -> None:
    assert read_mark(f"{value}{sign}").number == value


@pytest.mark.rule("C1")
@given(st.lists(st.sampled_from(["2", "3", "3+", "4", "4-", "5", "5-"]), min_size=2, max_size=4))
def test_the_parts_of_a_double_mark_make_its_text_again(parts: list[str]) -> None:
    reading = read_mark("/".join(parts))
    assert (list(reading.parts), "/".join(reading.parts), reading.number) == (parts, reading.text, None)


@given(st.text(max_size=20), st.sampled_from([" ", "\t", "\n", "\u00a0"]))
def test_blanks_around_a_mark_mean_nothing(text: str, blank: str) -> None:
    assert read_mark(f"{blank}{text}{blank}") == read_mark(text)

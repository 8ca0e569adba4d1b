"""SNILS: what is accepted, refused and shown (RULES A8)."""

from __future__ import annotations

import pytest

from identity.snils import InvalidSnils, Snils, checksum

pytestmark = pytest.mark.rule("A8")


@pytest.mark.feature("F011")
@pytest.mark.parametrize(
    "text",
    [
        "112-233-445 95",
        "112-233-44595",
        "11223344595",
        "112 233 445 95",
        "112-233-445-95",
        " 112\u00a0233\u2011445 95 ",
        "112\u2013233\u2014445\t95",
    ],
)
def test_any_spelling_of_the_eleven_digits_is_one_number(text: str) -> None:
    assert Snils(text).digits == "11223344595"


@pytest.mark.parametrize("text", ["", "1122334459", "112233445955", "11223344596", "112-233-445 9x", "١١٢٢٣٣٤٤٥٩٥", "112.233.445.95", "-"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidSnils):
        Snils(text)


def test_the_refusal_does_not_repeat_the_digits() -> None:
    with pytest.raises(InvalidSnils) as refusal:
        Snils("11223344596")
    assert "1122" not in str(refusal.value)


@pytest.mark.parametrize("text", ["001-001-998 00", "001-001-998 99", "000-000-001 17", "00100199801"])
def test_numbers_up_to_001_001_998_have_no_checksum(text: str) -> None:
    assert Snils(text).masked.endswith(text[-2:])


def test_the_next_number_has_one() -> None:
    fitting = [two for two in range(100) if _accepted(f"001001999{two:02d}")]
    assert len(fitting) == 1


def _accepted(text: str) -> bool:
    try:
        Snils(text)
    except InvalidSnils:
        return False
    return True


@pytest.mark.parametrize(
    ("nine", "total", "control"),
    [
        ("112233445", 95, "95"),
        ("002118785", 99, "99"),
        ("002506816", 100, "00"),
        ("002229651", 101, "00"),
        ("990000000", 153, "52"),
        ("007994683", 201, "00"),
        ("007875898", 202, "00"),
    ],
)
def test_the_control_digits_follow_the_rule_at_its_borders(nine: str, total: int, control: str) -> None:
    weighted = sum(int(digit) * weight for digit, weight in zip(nine, range(9, 0, -1), strict=True))
    assert (weighted, checksum(nine)) == (total, int(control))


@pytest.mark.feature("F011")
def test_it_is_shown_masked_everywhere() -> None:
    snils = Snils("112-233-445 95")
    shown = f"{snils} {snils!r} {[snils]} {snils.masked}"
    assert "112" not in shown
    assert snils.masked == "***-***-*** 95"
    assert snils.canonical == "112-233-445 95"


def test_it_does_not_change_and_compares_by_number() -> None:
    snils = Snils("112-233-445 95")
    with pytest.raises(AttributeError):
        snils.digits = "0"
    assert snils == Snils("11223344595")
    assert len({snils, Snils("11223344595")}) == 1
    assert snils != "11223344595"

"""Numbers that nobody asked for do not reach the store."""

from __future__ import annotations

import pytest

from hub.flows.support.masking import CARD, cover


@pytest.mark.rule("A8")
@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("СНИЛС 112-233-445 95, не входит", "СНИЛС ***-***-*** 95, не входит"),
        ("снилс:11223344595", "снилс:***-***-*** 95"),
        ("112 233 445 95", "***-***-*** 95"),
        ("112–233–445–95", "***-***-*** 95"),
        ("112-233-445 00", "***-***-*** 00"),
        ("сына 112-233-445 95 и мой 087-654-303 00", "сына ***-***-*** 95 и мой ***-***-*** 00"),
        ("позвоните 8 913 123-45-67", "позвоните 8 913 123-45-67"),
        ("+7 (913) 123-45-67", "+7 (913) 123-45-67"),
        ("договор 0012345678", "договор 0012345678"),
        ("8 класс, 23 ноября 2026, кабинет 112", "8 класс, 23 ноября 2026, кабинет 112"),
    ],
)  # fmt: skip
def test_a_snils_is_covered_however_it_is_written(text: str, stored: str) -> None:
    assert cover(text) == (stored, text != stored)


@pytest.mark.rule("D12")
@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("карта 4111 1111 1111 1111", f"карта {CARD}"),
        ("2200-0000-0000-0004!", f"{CARD}!"),
        ("счёт 40817810000000000001", "счёт 40817810000000000001"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
    ],
    ids=["spaces", "hyphens", "an account of twenty digits", "control digit does not fit"],
)  # fmt: skip
def test_a_bank_cards_number_is_covered(text: str, stored: str) -> None:
    assert cover(text)[0] == stored


@pytest.mark.rule("A8")
@pytest.mark.parametrize(
    ("text", "stored", "any_number"),
    [
        ("\u0000\u200b \n", "", False),
        ("112-\u200b233-445 95", "***-***-*** 95", True),
        ("112\u00ad23344595", "***-***-*** 95", True),
        (" две\r\nстроки\u202e ", "две\nстроки", False),
    ],
    ids=["nothing but them", "inside a SNILS", "a soft hyphen", "around a text"],
)
def test_signs_that_nobody_sees_are_not_kept_and_hide_no_number(text: str, stored: str, *, any_number: bool) -> None:
    assert cover(text) == (stored, any_number)

"""Invitation codes, pure: alphabet, bits, reading, slips, terms, networks, limits (RULES A7)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from identity.invitations import (
    ALPHABET,
    BITS,
    bound_name,
    expires_at,
    network_of,
    new_code,
    printed,
    read_code,
    shown_name,
    slow_down_s,
    too_many,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LOOK_ALIKE = ["0O", "1I", "1L", "IL", "5S", "2Z", "8B", "6G", "UV", "OQ", "0Q"]


@pytest.mark.rule("A7")
def test_a_code_has_fifty_bits_and_no_look_alike_letters() -> None:
    assert BITS >= 50
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not [pair for pair in LOOK_ALIKE if set(pair) <= set(ALPHABET)]


@pytest.mark.rule("A7")
def test_codes_use_the_whole_alphabet_and_do_not_repeat() -> None:
    codes = [new_code() for _ in range(2000)]
    assert len(set(codes)) == 2000
    counts = Counter("".join(codes))
    assert set(counts) == set(ALPHABET)
    assert max(counts.values()) < 1.3 * min(counts.values())


@pytest.mark.rule("A7")
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ACDE-FHJK-MNPR", "ACDEFHJKMNPR"),
        (" acde fhjk mnpr ", "ACDEFHJKMNPR"),
        ("acde\u2013fhjk\u2014mnpr", "ACDEFHJKMNPR"),
        ("асде-FНJК-МNРR", ""),  # Cyrillic Д is no look-alike
        ("аСеН-КМРТ-ХуАС", "ACEHKMPTXYAC"),  # typed with the Russian keyboard
        ("ACDE-FHJK-MNP", ""),
        ("ACDE-FHJK-MNPRT", ""),
        ("OOOO-1111-0000", ""),
        ("", ""),
        ("a" * 10_000, ""),
    ],
)
def test_a_code_is_read_without_case_spaces_and_hyphens(typed: str, read: str) -> None:
    assert read_code(typed) == read


@pytest.mark.rule("A7")
def test_what_is_printed_is_read_again() -> None:
    code = new_code()
    assert len(printed(code)) == 14
    assert read_code(printed(code)) == code


@pytest.mark.rule("A7")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ёлкин", "Пётр"), ("ЕЛКИН", "петр")),
        (("Салтыков-Щедрин", "Анна Мария"), ("салтыков щедрин", "анна-мария")),
        (("  Ким ", "Ли"), ("КИМ", "ли")),
    ],
)
def test_the_bound_name_is_read_in_any_spelling(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert bound_name(*one) == bound_name(*other)


@pytest.mark.rule("A7")
def test_surname_and_first_name_are_not_run_together() -> None:
    assert bound_name("Ким Ли", "Ан") != bound_name("Ким", "Ли Ан")


@pytest.mark.rule("A7")
def test_a_slip_shows_first_name_and_initial_only() -> None:
    assert shown_name("Ёлкин", "Пётр") == "Пётр Ё."
    assert shown_name("", "Пётр") == "Пётр"


@pytest.mark.rule("A7")
def test_a_code_lives_thirty_days_or_ten_beside_a_guardian() -> None:
    assert expires_at(NOW, has_guardian=False) - NOW == timedelta(days=30)
    assert expires_at(NOW, has_guardian=True) - NOW == timedelta(days=10)


@pytest.mark.security("29")
@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown, 1.2.3.4", "unknown"),
        ("", "unknown"),
    ],
)
def test_one_customer_is_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.rule("A7")
@pytest.mark.parametrize(("count", "limited"), [(1, False), (10, False), (11, True), (1000, True)])
def test_ten_wrong_tries_are_met_and_then_none(count: int, limited: bool) -> None:
    assert too_many(count) is limited


@pytest.mark.rule("A7")
def test_the_count_per_name_slows_down_and_never_refuses() -> None:
    delays = [slow_down_s(count) for count in range(100)]
    assert delays[:11] == [0] * 11, "one account is refused before the name slows anybody down"
    assert delays == sorted(delays)
    assert delays[-1] == 2

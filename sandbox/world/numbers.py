"""Numbers that pass their own checks: SNILS, INN, OGRN, phones, passwords and tokens of the town."""

from __future__ import annotations

from random import Random

WORDS = ("sosna", "klyuch", "veter", "radost", "yablko", "skazka", "reka", "zima", "luna", "pero", "kniga", "ulitka", "bereza", "iskra")
HEX = "0123456789abcdef"
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def snils(nine: int) -> str:
    """The nine digits with their two control digits, spelt as ESIA does."""
    text = f"{nine:09d}"
    control = sum(int(digit) * weight for digit, weight in zip(text, range(9, 0, -1), strict=True)) % 101 % 100
    return f"{text[:3]}-{text[3:6]}-{text[6:]} {control:02d}"


def _inn_digit(digits: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)


def company_inn(nine: str) -> str:
    return nine + _inn_digit(nine, (2, 4, 10, 3, 5, 9, 4, 6, 8))


def person_inn(ten: str) -> str:
    eleven = ten + _inn_digit(ten, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    return eleven + _inn_digit(eleven, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def ogrn(twelve: str) -> str:
    return twelve + str(int(twelve) % 11 % 10)


def password(rng: Random) -> str:
    """Easy to read and to type, for people who try the sandbox."""
    return f"{rng.choice(WORDS).capitalize()}-{rng.randint(1000, 9999)}"


def hex_token(rng: Random, length: int) -> str:
    return "".join(rng.choices(HEX, k=length))


def token(rng: Random, length: int) -> str:
    return "".join(rng.choices(LETTERS, k=length))


def guid(rng: Random) -> str:
    digits = hex_token(rng, 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

"""SNILS: eleven digits with a checksum, shown masked everywhere (RULES A8)."""

from __future__ import annotations

import re

LAST_WITHOUT_CHECKSUM = 1_001_998


class InvalidSnils(ValueError):
    """The text is not a SNILS; the message says why in Russian and never repeats the digits."""


def checksum(first_nine: str) -> int:
    """The two control digits of the first nine, as the Pension Fund's rule counts them."""
    total = sum(int(digit) * weight for digit, weight in zip(first_nine, range(9, 0, -1), strict=True))
    return total % 101 % 100


class Snils:
    """A valid SNILS. Printing it shows `***-***-*** 95`; `digits` is the only way to the number."""

    __slots__ = ("digits",)

    digits: str

    def __init__(self, text: str) -> None:
        digits = re.sub(r"[\s\u00a0\u2010-\u2015-]", "", text)
        if not re.fullmatch(r"[0-9]{11}", digits):
            raise InvalidSnils("СНИЛС состоит из 11 цифр")
        if int(digits[:9]) > LAST_WITHOUT_CHECKSUM and checksum(digits[:9]) != int(digits[9:]):
            raise InvalidSnils("В СНИЛС ошибка: контрольные цифры не сходятся")
        object.__setattr__(self, "digits", digits)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Snils does not change")

    @property
    def masked(self) -> str:
        return f"***-***-*** {self.digits[9:]}"

    @property
    def canonical(self) -> str:
        d = self.digits
        return f"{d[:3]}-{d[3:6]}-{d[6:9]} {d[9:]}"

    def __repr__(self) -> str:
        return f"Snils({self.masked})"

    def __str__(self) -> str:
        return self.masked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Snils) and other.digits == self.digits

    def __hash__(self) -> int:
        return hash(self.digits)

"""How many messages a text is, and a phone as its digits; pure."""

from __future__ import annotations

import re
from typing import Final

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE: Final = frozenset("^{}\\[~]|€")
"""Each takes two places."""
LATIN, WIDE = (160, 153), (70, 67)
CODE: Final = re.compile(r"(?:\bкод\w*|\bPIN|\bПИН|\bпарол\w*)[^\d\n]{0,40}?(\d{4,8})\b", re.IGNORECASE)
RUSSIAN: Final = re.compile(r"7[3489]\d{9}", re.ASCII)


def parts(text: str) -> int:
    """A text longer than one message is cut into shorter pieces; one letter outside the GSM alphabet makes all of it wide."""
    latin = all(letter in GSM or letter in TWICE for letter in text)
    length = len(text) + sum(letter in TWICE for letter in text) if latin else len(text.encode("utf-16-be")) // 2
    one, several = LATIN if latin else WIDE
    return 1 if length <= one else -(-length // several)


def code_in(text: str) -> str | None:
    """What somebody will have to type."""
    found = CODE.search(text)
    return found[1] if found else None


def phone(text: str) -> str | None:
    """Digits with the country's number, or None; ten digits and a leading eight are Russian."""
    digits = re.sub(r"[\s().+-]", "", text)
    if not digits.isdecimal() or not digits.isascii():
        return None
    if len(digits) == 10 and digits[0] in "3489":
        digits = f"7{digits}"
    elif len(digits) == 11 and digits[0] == "8" and not text.strip().startswith("+"):
        digits = f"7{digits[1:]}"
    return digits if 10 < len(digits) < 16 else None


def russian(digits: str) -> bool:
    return RUSSIAN.fullmatch(digits) is not None

"""The number that a carrier shows to a reader: how it is compared, and that it is never a bank card's (RULES D12)."""

from __future__ import annotations

import re

LONGEST = 128
BANK_DIGITS = range(13, 20)
TERMINALS_TOKEN = "bank_card"
"""The kind whose number is a token that the terminal made: compared as it is."""
_DROPPED = re.compile(r"[\s\-:._]+")
_SHOWN = 4


def plain(kind: str, typed: str) -> str:
    """As it is compared: a card's without spaces and signs between. Raises ValueError for one that no register can hold."""
    bare = _DROPPED.sub("", typed)
    if is_bank_number(bare):
        raise BankCardNumber
    found = typed.strip() if kind == TERMINALS_TOKEN else bare.upper()
    if not found or len(found) > LONGEST or not found.isprintable() or not found.isascii():
        raise ValueError("a carrier's number")
    return found


class BankCardNumber(ValueError):
    """13 to 19 digits with the checksum of bank cards: neither kept nor logged."""


def is_bank_number(bare: str) -> bool:
    if not (bare.isascii() and bare.isdigit() and len(bare) in BANK_DIGITS):
        return False
    total = 0
    for place, sign in enumerate(reversed(bare)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def tail(number: str) -> str:
    """Enough to tell two cards apart; a short one shows less."""
    shown = min(_SHOWN, len(number) // 2)
    return f"…{number[-shown:]}" if shown else "…"

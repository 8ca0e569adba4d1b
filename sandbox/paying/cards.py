"""Test cards: what each of them does on the page for the payer; no other number is taken and none is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CODE: Final = "12345678"
"""What the played bank sends to confirm a payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`refusal` None pays; `checked` asks the code from the bank first."""

    number: str
    brand: str
    title: str
    refusal: str | None = None
    checked: bool = False

    @property
    def masked(self) -> str:
        return f"{self.number[:6]}**{self.number[-4:]}"


CARDS: Final = tuple(
    Card(number=number, brand=brand, title=title, refusal=refusal, checked=checked)
    for number, brand, title, refusal, checked in (
        ("4111111111111111", "VISA", "платит, банк спросит код", None, True),
        ("5555555555554444", "MASTERCARD", "платит без кода", None, False),
        ("2200000000000004", "MIR", "платит, банк спросит код", None, True),
        ("2200000000000012", "MIR", "недостаточно средств", "insufficient_funds", False),
        ("2200000000000020", "MIR", "карта просрочена", "card_expired", False),
        ("2200000000000038", "MIR", "карта потеряна", "card_lost", False),
        ("2200000000000046", "MIR", "банк отказал без объяснений", "general_decline", False),
        ("2200000000000053", "MIR", "код не подойдёт", "check_failed", True),
    )
)
PAYING: Final = CARDS[1]
BY_NUMBER: Final = {card.number: card for card in CARDS}


def find(text: str) -> Card | None:
    """By the number as a person types it."""
    return BY_NUMBER.get("".join(letter for letter in text if letter.isdecimal()))


def luhn(number: str) -> bool:
    digits = [int(letter) for letter in reversed(number)]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(digit * 2, 10)) for digit in digits[1::2]) % 10

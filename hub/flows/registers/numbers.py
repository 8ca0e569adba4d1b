"""The number of a carrier as it is kept and shown: never a bank card's, whatever it is called (RULES D12)."""

from __future__ import annotations

import re

from hub.flows.refusals import Reason, Refused
from hub.store.school.carriers import CarrierKind

LONGEST = 128
BANK_DIGITS = range(13, 20)
NOT_A_BANK_CARD = (
    "Похоже на номер банковской карты: его мы не берём и не храним. Нужен номер школьной карты или метка, которую сделал терминал."
)
_DROPPED = re.compile(r"[\s\-:._]+")
_SHOWN = 4


def number_of(kind: CarrierKind, typed: str) -> str:
    """As it is compared: a card's without spaces and signs between, a terminal's token as it is."""
    plain = _DROPPED.sub("", typed)
    if is_bank_number(plain):
        raise Refused(Reason.MALFORMED, NOT_A_BANK_CARD)
    found = typed.strip() if kind is CarrierKind.BANK_CARD else plain.upper()
    if not found or len(found) > LONGEST or not found.isprintable() or not found.isascii():
        raise Refused(Reason.MALFORMED, f"Номер — латинские буквы и цифры, не длиннее {LONGEST} знаков.")
    return found


def is_bank_number(plain: str) -> bool:
    """13 to 19 digits with the checksum of bank cards."""
    if not (plain.isascii() and plain.isdigit() and len(plain) in BANK_DIGITS):
        return False
    total = 0
    for place, sign in enumerate(reversed(plain)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def masked(number: str) -> str:
    """Enough to tell two cards apart; a short one shows less."""
    shown = min(_SHOWN, len(number) // 2)
    return f"…{number[-shown:]}" if shown else "…"

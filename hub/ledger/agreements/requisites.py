"""A payer's bank requisites: checked by the bank's own control key, and never a card's number, pure (RULES D9, D12)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

_BIK = re.compile(r"0[1-5]\d{7}", re.ASCII)
_ACCOUNT = re.compile(r"\d{20}", re.ASCII)
_CARD = re.compile(r"\d{13,19}", re.ASCII)
_WEIGHTS = (7, 1, 3)
_SETTLEMENT_OFFICES = frozenset({"000", "001", "002"})
PEOPLES = ("40817", "40820", "42301", "42302", "42303", "42304", "42305", "42306", "42307", "42601")
"""Accounts of people, current and savings ones; a firm's or an entrepreneur's is not the payer's own."""
ROUBLES = "810"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisites:
    bik: str
    account: str = field(repr=False)
    name: str = field(default="", repr=False)


class Fault(StrEnum):
    CARD = "card"
    BIK = "bik"
    ACCOUNT = "account"
    NOT_A_PERSONS = "not_a_persons"
    KEY = "key"


def fault_of(bik: str, account: str) -> Fault | None:
    """What is wrong with them; None where a bank would take them."""
    if looks_like_a_card(account) or looks_like_a_card(bik):
        return Fault.CARD
    if not _BIK.fullmatch(bik):
        return Fault.BIK
    if not _ACCOUNT.fullmatch(account):
        return Fault.ACCOUNT
    if not account.startswith(PEOPLES) or account[5:8] != ROUBLES:
        return Fault.NOT_A_PERSONS
    return None if key_fits(bik, account) else Fault.KEY


def key_fits(bik: str, account: str) -> bool:
    """The Bank of Russia's control key: the bank's sign before the account, weights 7, 1, 3, the last digit of the sum is zero."""
    sign = f"0{bik[4:6]}" if bik[6:] in _SETTLEMENT_OFFICES else bik[6:]
    return sum(int(digit) * _WEIGHTS[place % 3] % 10 for place, digit in enumerate(sign + account)) % 10 == 0


def looks_like_a_card(text: str) -> bool:
    """Thirteen to nineteen digits with Luhn's sum, whatever stands between them."""
    digits = "".join(one for one in text if one.isdigit())
    if not _CARD.fullmatch(digits):
        return False
    doubled = [int(one) if place % 2 == 0 else sum(divmod(int(one) * 2, 10)) for place, one in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def only_digits(text: str) -> str:
    """As people type them: with spaces and dots between."""
    return "".join(one for one in text if one not in " .-\u00a0")

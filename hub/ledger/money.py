"""Whole kopecks at every edge: reading roubles, writing them, and the fee (RULES D1, D6)."""

from __future__ import annotations

import re

_ROUBLES = re.compile(r"(\d{1,11})(?:[.](\d{1,2}))?")
NBSP = "\u00a0"


def kopecks(text: str) -> int | None:
    """`106.50` as 10650; None for anything else: a comma, a third decimal, a sign, an exponent."""
    found = _ROUBLES.fullmatch(text) if text.isascii() else None
    if found is None:
        return None
    roubles, part = found.groups()
    return int(roubles) * 100 + int((part or "0").ljust(2, "0"))


def roubles(kop: int) -> str:
    """10650 as `106.50`, for the wires that write decimals."""
    sign = "-" if kop < 0 else ""
    return f"{sign}{abs(kop) // 100}.{abs(kop) % 100:02}"


def in_table(kop: int) -> str:
    """`106,50` as table programs of this country read it; a debt is said in a word, for no cell begins with a sign (RULES C8)."""
    text = roubles(abs(kop)).replace(".", ",")
    return f"долг {text}" if kop < 0 else text


def shown(kop: int, *, signed: bool = False) -> str:
    """10650 as «106,50 ₽»; thousands apart, a real minus, and a plus where it is asked for."""
    whole, part = divmod(abs(kop), 100)
    sign = "\u2212" if kop < 0 else "+" if signed and kop > 0 else ""
    return f"{sign}{whole:,}".replace(",", NBSP) + f",{part:02}{NBSP}₽"


def fee(net_kop: int, *, hundredths: int) -> int:
    """The fee on top, half up; `hundredths` of a per cent: 500 is 5 %. 10650 at 5 % is 533."""
    return (net_kop * hundredths + 5_000) // 10_000

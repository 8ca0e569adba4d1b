"""Numbers of payments that grow, and what was paid: the terminal keeps it until the day's register."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sandbox.clock import start_number
from sandbox.paying.register import Row
from sandbox.terminal.wire.dialects import Payment
from sandbox.terminal.wire.register import PLACE

KEPT: Final = 10_000
SUM: Final = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?", re.ASCII)
PAID: Final = {"osmp": ("0",), "sber2": ("0",), "sber_upper": ("0", "8"), "sber_old": ("0",)}
"""The third answers a repeat by 8 with the first payment's number: it was taken."""


@dataclass(slots=True)
class Till:
    """`paid` by dialect and number, once each: a repeated payment is one payment."""

    paid: dict[tuple[str, str], Row] = field(default_factory=dict)
    last: int = field(default_factory=lambda: start_number() * 1000)

    def reset(self) -> None:
        """Numbers go on, so that a hub that remembers old payments meets no number twice."""
        self.paid.clear()

    def number(self) -> str:
        self.last += 1
        return str(self.last)

    def keep(self, payment: Payment, result: str | None) -> None:
        amount = SUM.fullmatch(payment.sum)
        key = payment.dialect, payment.txn_id
        if result not in PAID[payment.dialect] or amount is None or key in self.paid:
            return
        while len(self.paid) >= KEPT:
            del self.paid[next(iter(self.paid))]
        kop = int(amount[1]) * 100 + int((amount[2] or "").ljust(2, "0"))
        self.paid[key] = Row(id=payment.txn_id, order=payment.account, at=payment.at, amount_kop=kop, way=PLACE)

    def of_dialect(self, dialect: str) -> list[Row]:
        return [it for (name, _), it in self.paid.items() if name == dialect]

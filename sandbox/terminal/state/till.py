"""Numbers of payments that grow, and what was paid: the terminal keeps it until the day's register."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sandbox.terminal.wire.dialects import MOSCOW, Payment
from sandbox.terminal.wire.register import Line

KEPT: Final = 10_000
SUM: Final = re.compile(r"(\d{1,10})\.(\d\d)", re.ASCII)
PAID: Final = {"osmp": "0", "sber2": "0", "sber_upper": "0", "sber_old": "0"}


@dataclass(slots=True)
class Till:
    """`paid` by dialect and number, once each: a repeated payment is one payment."""

    paid: dict[tuple[str, str], Line] = field(default_factory=dict)
    last: int = 100_000_000

    def reset(self) -> None:
        """Numbers go on, so that a hub that remembers old payments meets no number twice."""
        self.paid.clear()

    def number(self) -> str:
        self.last += 1
        return str(self.last)

    def keep(self, payment: Payment, result: str | None) -> None:
        amount = SUM.fullmatch(payment.sum)
        key = payment.dialect, payment.txn_id
        if result != PAID[payment.dialect] or amount is None or key in self.paid:
            return
        while len(self.paid) >= KEPT:
            del self.paid[next(iter(self.paid))]
        self.paid[key] = Line(
            txn_id=payment.txn_id, at=payment.at, account=payment.account, amount_kop=int(amount[1]) * 100 + int(amount[2])
        )

    def of_day(self, dialect: str, day: date) -> list[Line]:
        return [it for (name, _), it in self.paid.items() if name == dialect and it.at.astimezone(MOSCOW).date() == day]

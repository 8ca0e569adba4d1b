"""Invoices: a ten-digit code, paid at once or in parts until their time is over."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.paying.desk import Stopped

CREATED, CANCELED, PAID, HELD, PART = "3", "4", "5", "6", "7"
NAMES: Final = {CREATED: "Created", CANCELED: "Canceled", PAID: "Paid", HELD: "Held", PART: "PartPaid"}
LIFE: Final = timedelta(days=180)
KEPT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Money at a counter, or back."""

    amount: int
    at: datetime


@dataclass(slots=True, kw_only=True)
class Demand:
    """`status` is the number that notices carry; `paid` and `back` in kopecks."""

    code: str
    shop: str
    order: str
    amount: int
    currency: str
    created_at: datetime
    ends_at: datetime
    service: str = ""
    user: str = ""
    email: str = ""
    phone: str | None = None
    success_url: str | None = None
    back_url: str | None = None
    result_url: str | None = None
    status: str = CREATED
    paid: int = 0
    back: int = 0
    paid_at: datetime | None = None
    over: bool = False
    parts: list[Given] = field(default_factory=list)
    backs: list[Given] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.amount - self.paid

    @property
    def open(self) -> bool:
        return not self.over and self.status in (CREATED, PART)


@dataclass(slots=True, kw_only=True)
class Desk:
    """`tell` is called after each change."""

    now: Callable[[], datetime]
    tell: Callable[[Demand, str], None]
    all: dict[str, Demand] = field(default_factory=dict)
    orders: dict[tuple[str, str], str] = field(default_factory=dict)

    def reset(self) -> None:
        self.all.clear()
        self.orders.clear()

    def add(self, demand: Demand) -> None:
        while len(self.all) >= KEPT:
            oldest = self.all.pop(next(iter(self.all)))
            self.orders.pop((oldest.shop, oldest.order), None)
        self.all[demand.code] = demand
        self.orders[demand.shop, demand.order] = demand.code

    def new_code(self) -> str:
        while (code := f"3{secrets.randbelow(10**9):09d}") in self.all:
            continue
        return code

    def settle(self) -> None:
        """Unpaid ones are canceled; what was paid in part stays, but takes no more money."""
        now = self.now()
        for it in self.all.values():
            if it.open and now >= it.ends_at:
                it.over = True
                if it.status == CREATED:
                    self._turn(it, CANCELED)

    def pay(self, it: Demand, amount: int | None) -> None:
        must(it.open, "СКО уже не принимает деньги")
        given = it.left if amount is None else amount
        must(0 < given <= it.left, "Сумма больше оставшейся")
        it.paid += given
        it.paid_at = self.now()
        it.parts.append(Given(amount=given, at=it.paid_at))
        self._turn(it, PART if it.left else PAID)

    def cancel(self, it: Demand) -> None:
        must(it.open and it.status == CREATED, "Отменить можно только неоплаченный СКО")
        it.over = True
        self._turn(it, CANCELED)

    def give_back(self, it: Demand, amount: int | None) -> None:
        """Returned whole it is canceled; in part it stays paid."""
        rest = it.paid - it.back
        given = rest if amount is None else amount
        must(0 < given <= rest, "Возвращать нечего")
        it.back += given
        it.backs.append(Given(amount=given, at=self.now()))
        it.over = True
        self._turn(it, CANCELED if it.back == it.paid else it.status)

    def _turn(self, it: Demand, status: str) -> None:
        it.status = status
        self.tell(it, status)


def must(right: bool, why: str) -> None:
    if not right:
        raise Stopped(why)

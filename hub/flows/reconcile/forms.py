"""How each provider writes its register: a map of columns, as data (RULES D10; docs/wire/registers.md)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

COLUMNS = frozenset({"txn_id", "part", "at", "account", "order", "sum", "fee", "transferred", "place", "way", "currency", "-"})
TOTALS = frozenset({"mark", "count", "sum", "fee", "transferred", "currency", "-"})
NEEDED = ("txn_id", "at", "sum")
WHOSE = ("account", "order")


class BadForm(ValueError):
    """The map itself does not say enough."""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`-` is a column that is not read. `at` is a form of `strptime`, in `zone`. The line that begins with `mark` has the totals.

    `account` is a contract's number; `order` is our own number of the payment, for who never hears of a contract. `tags` are fields that
    say their own name, `CLIENTNO:0270390000`, behind the columns; a line without all of them is no payment, and no total counts it.
    `fees` is what the contract lets the provider keep, in hundredths of a per cent by way, `*` for any other; empty: nobody looks.
    """

    encoding: Literal["cp1251", "cp866", "utf-8"] = "cp1251"
    separator: str = ";"
    decimal: Literal[".", ","] = "."
    columns: tuple[str, ...] = ("txn_id", "at", "account", "sum", "fee", "place")
    tags: Mapping[str, str] = MappingProxyType({})
    at: str = "%d.%m.%Y %H:%M:%S"
    zone: str = "Europe/Moscow"
    mark: str = "="
    totals: tuple[str, ...] = ("mark", "count", "sum", "fee")
    header_lines: int = 0
    fees: Mapping[str, int] = MappingProxyType({})

    def __post_init__(self) -> None:
        read = {*self.columns, *self.tags.values()}
        if not read <= COLUMNS or not set(NEEDED) <= read or not read & set(WHOSE):
            raise BadForm(f"columns: {', '.join(sorted(COLUMNS))}, and among them {', '.join(NEEDED)}, and account or order")
        if not set(self.totals) <= TOTALS or self.totals[:1] != ("mark",) or not {"count", "sum"} <= set(self.totals):
            raise BadForm("totals: the mark comes first, then count and sum in any order")
        named = [name for name in (*self.columns, *self.tags.values()) if name != "-"]
        if len(named) != len(set(named)):
            raise BadForm("columns: each once")
        if len(self.separator) != 1 or not self.mark or self.header_lines < 0:
            raise BadForm("separator is one character, mark is a text, header_lines is not below zero")
        if any(not 0 <= rate <= 10_000 for rate in self.fees.values()):
            raise BadForm("fees: hundredths of a per cent, 0 to 10000")

    @property
    def by_order(self) -> bool:
        return "account" not in {*self.columns, *self.tags.values()}


TERMINALS = Form()
SBERBANK = Form(
    columns=("-", "-", "-", "-", "sum", "fee", "at"),
    tags=MappingProxyType({"CLIENTNO": "account", "CLIENTDOCNO": "txn_id", "METHOD_PAY": "way"}),
    at="%d/%m/%Y",
    totals=("mark", "count", "sum", "transferred", "fee", "-", "-"),
)
"""Branch, sub-branch, cashier and operation come first; the date has no time."""
FORMS: Mapping[str, Form] = MappingProxyType(
    dict.fromkeys(("osmp", "sber2", "sber_upper", "sber_old"), TERMINALS)
    | {
        "rbs": Form(
            decimal=",",
            header_lines=1,
            columns=("order", "txn_id", "at", "sum", "fee", "transferred", "way"),
            mark="Итого",
            totals=("mark", "count", "-", "sum", "fee", "transferred", "-"),
            fees=MappingProxyType({"SBP": 70, "*": 180}),
        ),
        "yookassa": Form(
            encoding="utf-8",
            header_lines=3,
            columns=("txn_id", "at", "sum", "currency", "fee", "transferred", "way", "order"),
            at="%Y-%m-%d %H:%M:%S",
            mark="Итого",
            totals=("mark", "count", "sum", "currency", "fee", "transferred", "-", "-"),
            fees=MappingProxyType({"bank_card": 350, "sbp": 40}),
        ),
        "tbank": Form(
            encoding="utf-8",
            separator=",",
            header_lines=1,
            columns=("-", "order", "txn_id", "at", "sum", "fee", "way"),
            at="%Y-%m-%dT%H:%M:%S",
            mark="TOTAL",
            totals=("mark", "-", "count", "-", "sum", "fee", "-"),
            fees=MappingProxyType({"sbp": 40, "*": 229}),
        ),
        "demand": Form(
            encoding="cp866",
            separator="|",
            columns=("txn_id", "part", "order", "at", "sum", "fee", "place"),
            mark="ИТОГО",
            totals=("mark", "count", "-", "-", "sum", "fee", "-"),
            fees=MappingProxyType({"*": 0}),
        ),
    }
)
"""Where a contract with a provider says another form, the command is given a map."""
_TAGGED = b"CLIENTNO:"


def form_of(provider: str, data: bytes) -> Form | None:
    """The form of this provider's file; the bank sends its counters' payments in one of two, told apart by the tags."""
    usual = FORMS.get(provider)
    return SBERBANK if usual is TERMINALS and provider != "osmp" and _TAGGED in data else usual

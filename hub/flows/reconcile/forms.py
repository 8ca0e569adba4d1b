"""How each provider writes its register: a map of columns, as data (RULES D10)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

COLUMNS = frozenset({"txn_id", "at", "account", "sum", "fee", "place", "currency", "-"})
TOTALS = frozenset({"mark", "count", "sum", "fee", "-"})
NEEDED = ("txn_id", "at", "account", "sum")


class BadForm(ValueError):
    """The map itself does not say enough."""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`-` is a column that is not read. `at` is a form of `strptime`, in `zone`. The line that begins with `mark` has the totals."""

    encoding: Literal["cp1251", "cp866", "utf-8"] = "cp1251"
    separator: str = ";"
    decimal: Literal[".", ","] = "."
    columns: tuple[str, ...] = ("txn_id", "at", "account", "sum", "fee", "place")
    at: str = "%d.%m.%Y %H:%M:%S"
    zone: str = "Europe/Moscow"
    mark: str = "="
    totals: tuple[str, ...] = ("mark", "count", "sum", "fee")
    header_lines: int = 0

    def __post_init__(self) -> None:
        if not set(self.columns) <= COLUMNS or not set(NEEDED) <= set(self.columns):
            raise BadForm(f"columns: {', '.join(sorted(COLUMNS))}, and among them {', '.join(NEEDED)}")
        if not set(self.totals) <= TOTALS or self.totals[:1] != ("mark",) or not {"count", "sum"} <= set(self.totals):
            raise BadForm("totals: the mark comes first, then count and sum in any order")
        named = [name for name in self.columns if name != "-"]
        if len(named) != len(set(named)):
            raise BadForm("columns: each once")
        if len(self.separator) != 1 or not self.mark or self.header_lines < 0:
            raise BadForm("separator is one character, mark is a text, header_lines is not below zero")


TERMINALS = Form()
FORMS: Mapping[str, Form] = MappingProxyType(dict.fromkeys(("osmp", "sber2", "sber_upper", "sber_old"), TERMINALS))
"""Where a contract with a provider says another form, the command is given a map."""

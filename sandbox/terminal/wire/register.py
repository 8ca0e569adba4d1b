"""The two looks of a terminals' and a bank's register: as OSMP's, and the bank's own with tagged fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.paying.register import Look

PLACE: Final = "Терминал 0017, Барнаул"
FORMS: Final[Mapping[str, Look]] = {
    "osmp": Look(columns=("{id}", "{at}", "{order}", "{sum}", "{fee}", "{way}"), totals=("=", "{count}", "{sum}", "{fee}")),
    "sber": Look(
        at="%d/%m/%Y",
        columns=(
            "8644", "0123", "17", "4001", "{sum}", "{fee}", "{at}", "CLIENTNO:{order}", "CLIENTDOCNO:{id}", "METHOD_PAY:01",
        ),
        totals=("=", "{count}", "{sum}", "{transferred}", "{fee}", "000517", "{day}"),
        aside="8644;0123;17;4001;15.00;0.00;01/01/2026;Плата за справку",
    ),
}  # fmt: skip

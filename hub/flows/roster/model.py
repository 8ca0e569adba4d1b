"""The rows of an uploaded roster and what is said of them; rows are kept sealed, verdicts name nobody (RULES A8)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

MOST_ROWS = 5000
MOST_GUARDIANS = 10
ROWS_A_PART = 25


class Plan(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class TypedGuardian(msgspec.Struct, frozen=True, array_like=True):
    """`snils` is 11 digits, checked."""

    snils: str
    last_name: str
    first_name: str


class Line(msgspec.Struct, frozen=True, array_like=True):
    """`number` is the row's number as Excel shows it; `card` the school's own number, `snils` the pupil's."""

    number: int
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None
    klass: str = ""
    card: str = ""
    guardians: tuple[TypedGuardian, ...] = ()
    snils: str = ""


class Trouble(msgspec.Struct, frozen=True, array_like=True):
    """A sentence about one cell, without what the cell says; a `fatal` one refuses the row."""

    line: int
    column: str
    text: str
    fatal: bool = True


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """`guardians` are new in the card; of them `waiting` wait for a second officer (RULES B5)."""

    line: int
    plan: Plan
    guardians: int = 0
    waiting: int = 0
    troubles: tuple[Trouble, ...] = ()


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    create: int = 0
    update: int = 0
    unchanged: int = 0
    refused: int = 0
    guardians: int = 0
    waiting: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How the file was read, what the dry run found, what became of it, and why it stopped if it did."""

    encoding: str
    separator: str
    ignored: tuple[str, ...] = ()
    plan: Counts
    result: Counts = Counts()
    reason: str = ""


def counted(verdicts: tuple[Verdict, ...], start: Counts | None = None) -> Counts:
    """The counts with these verdicts added."""
    sums = msgspec.structs.asdict(start or Counts())
    for one in verdicts:
        sums[one.plan.value] += 1
        sums["guardians"] += one.guardians
        sums["waiting"] += one.waiting
    return Counts(**sums)

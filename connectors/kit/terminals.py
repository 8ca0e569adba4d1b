"""Terminals and banks that call the hub: neutral records of a question and its answer, and who turns them into a dialect's bytes."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from connectors.kit.registry import manifests, packages
from connectors.kit.secret import Secret


class Command(StrEnum):
    CHECK = "check"
    PAY = "pay"
    STATUS = "status"


class Said(StrEnum):
    """What the hub answers; each dialect has its own code for it. `TEMPORARY` alone is asked again."""

    OK = "ok"
    REPEATED = "repeated"
    """Credited before, by the same request."""
    TEMPORARY = "temporary"
    UNKNOWN_COMMAND = "unknown_command"
    BAD_ACCOUNT = "bad_account"
    UNKNOWN_ACCOUNT = "unknown_account"
    INACTIVE = "inactive"
    FORBIDDEN = "forbidden"
    BAD_ID = "bad_id"
    BAD_SUM = "bad_sum"
    BAD_DATE = "bad_date"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NO_PAYMENT = "no_payment"
    CONFLICT = "conflict"
    """The id is known with another account or sum."""
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayAsked:
    """`account` and `id` as they were written, leading zeros too; `pay_type` empty: the contract's first purpose."""

    command: Command
    id: str
    account: str
    amount_kop: int
    pay_type: str = ""
    at: datetime | None = None


class BadAsked(ValueError):
    """The request is not what the dialect allows; `id` is echoed where there is one."""

    def __init__(self, said: Said, id: str = "") -> None:
        super().__init__(said.value)
        self.said = said
        self.id = id


@dataclass(frozen=True, slots=True, kw_only=True)
class PayAnswer:
    """`id` is the provider's own, `ours` the hub's; `payee` is initials and purpose, never a name."""

    said: Said
    id: str = ""
    ours: str = ""
    amount_kop: int | None = None
    at: datetime | None = None
    payee: str = ""
    least_kop: int | None = None


class TerminalServer(Protocol):
    """The connector's `server` module: pure, parameters to a record and record to answer bytes (ARCHITECTURE 1.3)."""

    CONTENT_TYPE: str

    def asked(self, dialect: str, given: Mapping[str, str]) -> PayAsked:
        """Raises `BadAsked`."""
        ...

    def answer(self, dialect: str, answer: PayAnswer) -> bytes: ...

    def status(self, dialect: str, answer: PayAnswer) -> int:
        """The HTTP status: 200, but where a dialect has no code for «later»."""
        ...

    def signed(self, given: Mapping[str, str], secret: Secret) -> bool: ...


@cache
def terminal_servers() -> Mapping[str, TerminalServer]:
    """Dialect -> the `server` module that speaks it."""
    found: dict[str, TerminalServer] = {}
    for id_, package in packages().items():
        if manifests()[id_].served and any(one.name == "server" for one in pkgutil.iter_modules(import_module(package).__path__)):
            module = cast(TerminalServer, import_module(f"{package}.server"))
            found |= {instance.name: module for instance in manifests()[id_].instances}
    return found


def first_day(options: Mapping[str, str]) -> date | None:
    """The day since which this dialect takes money; none where it always did."""
    said = options.get("SINCE", "")
    return date.fromisoformat(said) if said else None

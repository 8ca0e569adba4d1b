"""Parameters of each dialect into one question; money only where it is written exactly (facts/payments-and-ledger.md 1a)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from connectors.kit.terminals import BadAsked, Command, PayAsked, Said

MOSCOW = ZoneInfo("Europe/Moscow")
_SUM = re.compile(r"(\d{1,40})(?:\.(\d{1,2}))?", re.ASCII)
_ACCOUNT = re.compile(r"\d{10}", re.ASCII)
_DIGITS = re.compile(r"\d{1,20}", re.ASCII)
_LETTERS = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
LONGEST_PAY_TYPE = 20
YEARS = range(1970, 2100)
"""What a clock may say that is only wrong; a year beyond it is no date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How one dialect names its parameters, its commands and its time. `late_id`: a check has none."""

    command: str
    id: str
    account: str
    sum: str
    at: str
    commands: Mapping[str, Command]
    form: str
    is_id: re.Pattern[str]
    late_id: bool = False


_OSMP = Names(
    command="command", id="txn_id", account="account", sum="sum", at="txn_date", form="%Y%m%d%H%M%S", is_id=_DIGITS,
    commands={"check": Command.CHECK, "pay": Command.PAY},
)  # fmt: skip
_UPPER = Names(
    command="ACTION", id="PAY_ID", account="ACCOUNT", sum="AMOUNT", at="PAY_DATE", form="%d.%m.%Y_%H:%M:%S", is_id=_LETTERS, late_id=True,
    commands={"check": Command.CHECK, "payment": Command.PAY},
)  # fmt: skip
_OLD = Names(
    command="action", id="receipt", account="number", sum="amount", at="date", form="%Y-%m-%dT%H:%M:%S", is_id=_LETTERS, late_id=True,
    commands={"check": Command.CHECK, "payment": Command.PAY, "status": Command.STATUS},
)  # fmt: skip
NAMES: Mapping[str, Names] = MappingProxyType({"osmp": _OSMP, "sber2": _OSMP, "sber_upper": _UPPER, "sber_old": _OLD})


def read(dialect: str, given: Mapping[str, str]) -> PayAsked:
    """A check may have the id 0 and the sum 0.00: a terminal asks so before it knows either."""
    names = NAMES[dialect]
    id_ = given.get(names.id, "")
    echo = id_ if names.is_id.fullmatch(id_) else ""
    command = names.commands.get(given.get(names.command, ""))
    if command is None:
        raise BadAsked(Said.UNKNOWN_COMMAND, echo)
    if (id_ or not names.late_id or command is not Command.CHECK) and not echo:
        raise BadAsked(Said.BAD_ID)
    if command is Command.STATUS:
        return PayAsked(command=command, id=id_, account="", amount_kop=0)
    amount = _kopecks(given.get(names.sum, "0" if command is Command.CHECK else ""))
    if amount is None or (command is Command.PAY and amount == 0):
        raise BadAsked(Said.BAD_SUM, echo)
    if command is Command.PAY and not id_.strip("0"):
        raise BadAsked(Said.BAD_ID, echo)
    account = given.get(names.account, "")
    if not _ACCOUNT.fullmatch(account):
        raise BadAsked(Said.BAD_ACCOUNT, echo)
    at = _instant(given.get(names.at, ""), names.form, echo) if command is Command.PAY else None
    pay_type = given.get("pay_type", given.get("PAY_TYPE", ""))
    if len(pay_type) > LONGEST_PAY_TYPE:
        raise BadAsked(Said.BAD_ACCOUNT, echo)
    return PayAsked(command=command, id=id_, account=account, amount_kop=amount, pay_type=pay_type, at=at)


def _kopecks(text: str) -> int | None:
    """A dot and up to two decimals; no sign, no comma, no third decimal."""
    found = _SUM.fullmatch(text)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def _instant(text: str, form: str, echo: str) -> datetime | None:
    """The provider's own time, Moscow's; it may be left out, and be another one at a repeat."""
    if not text:
        return None
    try:
        found = datetime.strptime(text, form).replace(tzinfo=MOSCOW)
    except ValueError as error:
        raise BadAsked(Said.BAD_DATE, echo) from error
    if found.year not in YEARS:
        raise BadAsked(Said.BAD_DATE, echo)
    return found


def roubles(kop: int) -> str:
    return f"{kop // 100}.{kop % 100:02}"

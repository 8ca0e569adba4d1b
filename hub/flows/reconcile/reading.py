"""A register's bytes into lines, pure: whole, or refused with the reason (RULES D10)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.flows.reconcile.forms import Form
from hub.ledger.model import MOST_KOP
from hub.ledger.money import kopecks, roubles, shown
from hub.ledger.registers import Line

MOST_BYTES = 32 * 1024 * 1024
RUSSIAN = frozenset({"RUB", "RUR", "643", "810"})
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_ACCOUNT = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
LONGEST_PLACE = 200


class BadRegister(Exception):
    """Nothing of the file was taken. The reason holds a line's number, and nothing that stands there; `said` is the same in Russian."""

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(reason)
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    lines: tuple[Line, ...]
    sum_kop: int
    fee_kop: int


def read(data: bytes, form: Form) -> Register:
    """Raises `BadRegister`."""
    if len(data) > MOST_BYTES:
        raise BadRegister(f"the file is larger than {MOST_BYTES // 1024 // 1024} MB", "файл слишком велик")
    try:
        text = data.decode("utf-8-sig" if form.encoding == "utf-8" else form.encoding)
    except UnicodeDecodeError as error:
        raise BadRegister(f"the file is not {form.encoding}: byte {error.start}", f"это не {form.encoding}") from error
    if "\x00" in text:
        raise BadRegister("a zero byte in the file", "в файле нулевой байт")
    numbered = [(number, one.strip(" \t\r")) for number, one in enumerate(text.split("\n"), start=1)]
    rows = [(number, one.split(form.separator)) for number, one in numbered[form.header_lines :] if one]
    if not rows or rows[-1][1][0].strip() != form.mark:
        raise BadRegister("the last line does not hold the totals", "в последней строке нет итогов")
    lines = tuple(_line(number, cells, form) for number, cells in rows[:-1])
    return _summed(lines, *rows[-1], form)


def _line(number: int, cells: Sequence[str], form: Form) -> Line:
    if len(cells) != len(form.columns):
        raise BadRegister(f"line {number}: {len(cells)} columns and not {len(form.columns)}", f"строка {number}: не столько столбцов")
    said = {name: cell.strip() for name, cell in zip(form.columns, cells, strict=True)}
    if not _ID.fullmatch(said["txn_id"]) or not said["txn_id"].strip("0"):
        raise BadRegister(f"line {number}: no id of a payment", f"строка {number}: нет номера платежа")
    if not _ACCOUNT.fullmatch(said["account"]):
        raise BadRegister(f"line {number}: no account", f"строка {number}: нет номера договора")
    if said.get("currency", "RUB").upper() not in RUSSIAN:
        raise BadRegister(f"line {number}: another currency", f"строка {number}: не рубли")
    amount = _money(said["sum"], number, "sum", form)
    if amount == 0:
        raise BadRegister(f"line {number}: a sum of nothing", f"строка {number}: сумма ноль")
    return Line(
        number=number,
        key=said["txn_id"],
        at=_instant(said["at"], number, form),
        account=said["account"],
        amount_kop=amount,
        fee_kop=_money(said.get("fee") or "0", number, "fee", form),
        place=said.get("place", "")[:LONGEST_PLACE],
    )


def _summed(lines: tuple[Line, ...], number: int, cells: Sequence[str], form: Form) -> Register:
    """What the last line says must be what the lines are."""
    if len(cells) != len(form.totals):
        raise BadRegister(
            f"line {number}: the totals have {len(cells)} columns and not {len(form.totals)}",
            f"строка {number}: не столько столбцов в итогах",
        )
    said = {name: cell.strip() for name, cell in zip(form.totals, cells, strict=True)}
    if not _COUNT.fullmatch(said["count"]):
        raise BadRegister(f"line {number}: no count of payments", f"строка {number}: нет числа платежей")
    told = int(said["count"]), _money(said["sum"], number, "sum", form), _money(said.get("fee") or "0", number, "fee", form)
    found = len(lines), sum(one.amount_kop for one in lines), sum(one.fee_kop for one in lines)
    names: Mapping[str, int] = {"count": 0, "sum": 1, "fee": 2}
    wrong = [name for name, place in names.items() if name in said and told[place] != found[place]]
    if wrong:
        raise BadRegister(
            f"the totals do not match the lines ({', '.join(wrong)}): said {_told(*told)}; the lines are {_told(*found)}",
            f"в итогах платежей {told[0]} на {shown(told[1])}, а в строках {found[0]} на {shown(found[1])}, или не равны комиссии",
        )
    return Register(lines=lines, sum_kop=found[1], fee_kop=found[2])


def _told(count: int, sum_kop: int, fee_kop: int) -> str:
    return f"{count} payments, {roubles(sum_kop)}, fee {roubles(fee_kop)}"


def _money(text: str, number: int, name: str, form: Form) -> int:
    """Exactly written, no sign, at most two decimals after the form's mark."""
    usual = text
    if form.decimal == ",":
        usual = "" if "." in text else text.replace(",", ".")
    found = kopecks(usual)
    if found is None or found > MOST_KOP:
        raise BadRegister(f"line {number}: {name} is no sum of roubles", f"строка {number}: сумма записана неверно")
    return found


def _instant(text: str, number: int, form: Form) -> datetime:
    try:
        return datetime.strptime(text, form.at).replace(tzinfo=ZoneInfo(form.zone))
    except ValueError as error:
        raise BadRegister(f"line {number}: no date", f"строка {number}: дата записана неверно") from error

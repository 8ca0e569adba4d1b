"""A register's bytes into lines, pure: whole, or refused with the reason (RULES D10)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hub.flows.reconcile.forms import Form
from hub.ledger.model import MOST_KOP
from hub.ledger.money import fee, kopecks, roubles, shown
from hub.ledger.registers import YEARS, Line

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
    lines = tuple(_line(number, said, form) for number, cells in rows[:-1] if (said := _named(number, cells, form)) is not None)
    return _summed(lines, *rows[-1], form)


def _named(number: int, cells: Sequence[str], form: Form) -> Mapping[str, str] | None:
    """What stands in each column; None for a line that is no payment."""
    plain = len(form.columns)
    if not form.tags:
        if len(cells) != plain:
            raise BadRegister(f"line {number}: {len(cells)} columns and not {plain}", f"строка {number}: не столько столбцов")
        return {name: cell.strip() for name, cell in zip(form.columns, cells, strict=True)}
    tagged = {tag.strip(): value.strip() for tag, colon, value in (cell.partition(":") for cell in cells[plain:]) if colon}
    if not tagged.keys() & form.tags.keys():
        return None
    if len(cells) < plain:
        raise BadRegister(f"line {number}: {len(cells)} columns and not {plain}", f"строка {number}: не столько столбцов")
    said = {name: cell.strip() for name, cell in zip(form.columns, cells, strict=False)}
    return said | {name: tagged.get(tag, "") for tag, name in form.tags.items()}


def _line(number: int, said: Mapping[str, str], form: Form) -> Line:
    key = said["txn_id"]
    if not _ID.fullmatch(key) or not key.strip("0"):
        raise BadRegister(f"line {number}: no id of a payment", f"строка {number}: нет номера платежа")
    whose = said["order" if form.by_order else "account"]
    # What somebody paid past us has no number of ours: it is money all the same, and waits in suspense.
    if not _ACCOUNT.fullmatch(whose) and (whose or not form.by_order):
        raise BadRegister(f"line {number}: no account", f"строка {number}: нет номера договора")
    if said.get("currency", "RUB").upper() not in RUSSIAN:
        raise BadRegister(f"line {number}: another currency", f"строка {number}: не рубли")
    amount = _money(said["sum"], number, "sum", form)
    if amount == 0:
        raise BadRegister(f"line {number}: a sum of nothing", f"строка {number}: сумма ноль")
    kept = _money(said.get("fee") or "0", number, "fee", form)
    if "transferred" in said and _money(said["transferred"], number, "transferred", form) != amount - kept:
        raise BadRegister(
            f"line {number}: what is transferred is not the sum less the fee", f"строка {number}: сумма к перечислению неверна"
        )
    part = _part(said, number)
    return Line(
        number=number,
        key=key if part < 2 else f"{key}:{part}",
        at=_instant(said["at"], number, form),
        account=whose,
        amount_kop=amount,
        fee_kop=kept,
        place=(said.get("place") or said.get("way", ""))[:LONGEST_PLACE],
        by_order=form.by_order,
        fee_due_kop=_due(amount, said.get("way", ""), form),
        part=part,
    )


def _part(said: Mapping[str, str], number: int) -> int:
    """A code that was paid in several visits has a line for each: the first is the code alone, as one that was paid at once."""
    if "part" not in said:
        return 0
    if not _COUNT.fullmatch(said["part"]) or int(said["part"]) == 0:
        raise BadRegister(f"line {number}: no number of a part", f"строка {number}: нет номера части")
    return int(said["part"])


def _due(amount_kop: int, way: str, form: Form) -> int | None:
    rate = form.fees.get(way, form.fees.get("*"))
    return None if rate is None else fee(amount_kop, hundredths=rate)


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
    total, kept = sum(one.amount_kop for one in lines), sum(one.fee_kop for one in lines)
    found = {"count": len(lines), "sum": total, "fee": kept, "transferred": total - kept}
    told = {name: _money(said.get(name) or "0", number, name, form) for name in ("sum", "fee", "transferred")} | {
        "count": int(said["count"])
    }
    wrong = [name for name in found if name in said and told[name] != found[name]]
    if wrong:
        raise BadRegister(
            f"the totals do not match the lines ({', '.join(wrong)}): said {_told(told)}; the lines are {_told(found)}",
            f"в итогах платежей {told['count']} на {shown(told['sum'])}, строки — {found['count']} на {shown(total)}; или комиссии",
        )
    return Register(lines=lines, sum_kop=total, fee_kop=kept)


def _told(said: Mapping[str, int]) -> str:
    return f"{said['count']} payments, {roubles(said['sum'])}, fee {roubles(said['fee'])}"


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
    wrong = BadRegister(f"line {number}: no date", f"строка {number}: дата записана неверно")
    try:
        found = datetime.strptime(text, form.at).replace(tzinfo=ZoneInfo(form.zone))
    except ValueError as error:
        raise wrong from error
    if found.year not in YEARS:
        raise wrong
    return found


def must_be_ours(day: date) -> None:
    if day.year not in YEARS:
        raise BadRegister(f"{day}: no such day of payments", "за такой день платежей не бывает")

"""Which receipt an act wants, by dated data, and what of it is told to people; pure (RULES D11)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hub.ledger.model import Kind

FILE = Path(__file__).with_name("policy.toml")
ACQUIRER, AGENT, ANY = "acquirer", "agent", "*"
PENDING, FISCALISED, MISSING, NOT_NEEDED = "pending", "fiscalised", "missing", "not_needed"
REFUND, OFFSET, PREPAYMENT, REFUND_OF_OFFSET = "refund", "offset", "prepayment", "refund_of_offset"

KINDS: Mapping[str, str] = MappingProxyType({PREPAYMENT: "Аванс", OFFSET: "Зачёт аванса", REFUND: "Возврат"})
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "school_meals": "Питание учеников в школе оплачивают без кассового чека.",
        "agent_prints": "Чек печатает тот, кто принял деньги: терминал, салон или банк.",
        "given_elsewhere": "Чек выдала прежняя система, из которой перенесены записи.",
        "budget": "Это деньги бюджета: человек ничего не платил.",
        "correction": "Это исправление записи: денег никто не платил и не возвращал.",
        "own_transfer": "Деньги перешли между вашими же счетами.",
        "account_unknown": "Деньги ещё не отнесены ни к какому счёту.",
        "not_paid": "Оплаты не было, поэтому и чека нет.",
    }
)
STATES: Mapping[str, str] = MappingProxyType(
    {
        PENDING: "Чек готовится. Обычно он приходит за несколько минут.",
        FISCALISED: "Чек есть, его можно проверить на сайте налоговой службы.",
        MISSING: "Чека пока нет, хотя срок вышел. Оператор разбирается; ваши деньги на счёте, это на них не влияет.",
        NOT_NEEDED: "Чек не нужен.",
    }
)
MONTHLY = "Чек на все такие списания месяца печатают один раз, до 10-го числа следующего месяца."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`due_at`: until then it may come. `monthly`: one receipt for all acts of the month."""

    state: str
    reason: str = ""
    due_at: datetime | None = None
    monthly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    since: date
    kind: str
    purpose: str
    by: str
    state: str
    reason: str = ""
    days: int = 0
    monthly: int = 0


@cache
def every() -> Sequence[Row]:
    with FILE.open("rb") as file:
        return tuple(Row(**row) for row in tomllib.load(file)["rule"])


def wanted(receipt: str, reversed_kind: str | None, purpose: str, *, by: str, at: datetime, zone: str) -> Wanted:
    """`receipt` is what the ledger noted of the act: a kind, or `none:` with the reason. What no row covers is somebody's work."""
    if receipt.startswith("none:"):
        return Wanted(state=NOT_NEEDED, reason=receipt.removeprefix("none:"))
    what = REFUND_OF_OFFSET if receipt == REFUND and reversed_kind not in (None, Kind.TOP_UP) else receipt
    here = at.astimezone(ZoneInfo(zone))
    for row in every():
        if row.kind == what and row.purpose in (ANY, purpose) and row.by in (ANY, by) and row.since <= here.date():
            return _by(row, here)
    return Wanted(state=MISSING)


def _by(row: Row, here: datetime) -> Wanted:
    if row.state == NOT_NEEDED:
        return Wanted(state=NOT_NEEDED, reason=row.reason)
    if row.monthly:
        first = (here.replace(day=1) + timedelta(days=32)).date().replace(day=row.monthly)
        due = datetime.combine(first + timedelta(days=1), time(0), here.tzinfo)
        return Wanted(state=PENDING, due_at=due.astimezone(UTC), monthly=True)
    return Wanted(state=PENDING, due_at=(here + timedelta(days=row.days)).astimezone(UTC))


def explained(state: str, reason: str, *, kind: str, provider: str) -> str:
    if state == NOT_NEEDED:
        return REASONS.get(reason, reason)
    if state == PENDING and kind != PREPAYMENT and not provider:
        return MONTHLY
    return STATES[state]


def qr_text(*, kind: str, total_kop: int, at: datetime, drive: str, document: str, sign: str, zone: str) -> str:
    """What the tax service's app reads: time by the register, sum, drive, document, sign, and 1 for money in or 2 for money back."""
    here = at.astimezone(ZoneInfo(zone))
    way = 2 if kind == REFUND else 1
    return f"t={here:%Y%m%dT%H%M}&s={total_kop // 100}.{total_kop % 100:02}&fn={drive}&i={document}&fp={sign}&n={way}"

"""What an account lets happen: the floor, the day's limit, the receipt that an act wants (RULES D5, D8, D11), pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hub.ledger.model import Floor, Kind, Purpose

DAILY_LIMIT_KOP = 20_000


class Policy(StrEnum):
    """What a school does when the money is not there."""

    FEED = "feed"
    REFUSE = "refuse"


def meal_floor(policy: Policy, price_kop: int, *, floor_kop: int | None = None) -> Floor:
    """Fed down to twice the price of that meal, unless the school refuses or has a floor of its own. The decision names its rule."""
    if policy is Policy.REFUSE:
        return Floor(kop=0, rule="meal.no_funds")
    if floor_kop is not None:
        return Floor(kop=floor_kop, rule="meal.school_floor")
    return Floor(kop=-2 * price_kop, rule="meal.fed_down_to_two_meals")


BENEFIT_FLOOR = Floor(kop=0, rule="meal.benefit_spent")
NOTICE_FLOOR = Floor(kop=0, rule="notices.no_funds")
SERVICE_FLOOR = Floor(kop=0, rule="services.no_funds")
REFUND_FLOOR = Floor(kop=0, rule="refund.no_funds")


def floor_of(kind: Kind, purpose: Purpose, *, price_kop: int, policy: Policy, floor_kop: int | None = None) -> Floor:
    """The floor under a debit."""
    if kind is Kind.MEAL:
        return BENEFIT_FLOOR if purpose is Purpose.MEAL_BENEFIT else meal_floor(policy, price_kop, floor_kop=floor_kop)
    if purpose is Purpose.NOTICES:
        return NOTICE_FLOOR
    return SERVICE_FLOOR if kind in (Kind.LESSON, Kind.CARD_DUPLICATE) else REFUND_FLOOR


@dataclass(frozen=True, slots=True, kw_only=True)
class OverLimit:
    limit_kop: int
    spent_kop: int
    rule: str = "meal.daily_limit"


def over_limit(purpose: Purpose, *, spent_kop: int, price_kop: int, limit_kop: int | None = DAILY_LIMIT_KOP) -> OverLimit | None:
    """Meals of the school's day, net of what was taken back the same day; a benefit has no limit."""
    if purpose is not Purpose.MEAL or limit_kop is None or spent_kop + price_kop <= limit_kop:
        return None
    return OverLimit(limit_kop=limit_kop, spent_kop=spent_kop)


def day_of(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The school's day that holds this instant: its beginning and its end."""
    here = now.astimezone(ZoneInfo(zone))
    start = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=1)).replace(fold=0)


def month_of(year: int, month: int, zone: str) -> tuple[datetime, datetime]:
    """A month of the school's calendar: its first instant and the first one after it."""
    start = datetime(year, month, 1, tzinfo=ZoneInfo(zone))
    return start, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(zone))


class Receipt(StrEnum):
    """The fiscal receipt of an act: an advance paid, an advance used, an advance returned."""

    PREPAYMENT = "prepayment"
    OFFSET = "offset"
    REFUND = "refund"


_RECEIPTS: Mapping[Kind, Receipt] = MappingProxyType(
    {
        Kind.TOP_UP: Receipt.PREPAYMENT,
        Kind.MEAL: Receipt.OFFSET,
        Kind.NOTICE_PASS: Receipt.OFFSET,
        Kind.NOTICE_MEAL: Receipt.OFFSET,
        Kind.TARIFF: Receipt.OFFSET,
        Kind.LESSON: Receipt.OFFSET,
        Kind.CARD_DUPLICATE: Receipt.OFFSET,
        Kind.REFUND: Receipt.REFUND,
        Kind.PAYOUT: Receipt.REFUND,
        Kind.CHARGEBACK: Receipt.REFUND,
    }
)
_WHY_NONE: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.CORRECTION: "correction",
        Kind.BENEFIT_GRANT: "budget",
        Kind.BENEFIT_RETURN: "budget",
        Kind.TRANSFER_OUT: "own_transfer",
        Kind.TRANSFER_IN: "own_transfer",
        Kind.SUSPENSE: "account_unknown",
    }
)


def receipt_of(kind: Kind, purpose: Purpose | None, *, reversed_kind: Kind | None = None, elsewhere: bool = False) -> str:
    """The receipt's kind, or `none:` and the reason for none (RULES D11). `elsewhere`: another system has given it."""
    if elsewhere:
        return "none:given_elsewhere"
    if purpose is Purpose.MEAL_BENEFIT:
        return "none:budget"
    if purpose is None and Kind.PAYOUT in (kind, reversed_kind):
        # The receipt was given when the money left the family's account.
        return "none:given_before"
    if kind is Kind.REVERSAL:
        before = _RECEIPTS.get(reversed_kind) if reversed_kind else None
        # What was offset becomes an advance again; a payment undone is a refund.
        turned = {Receipt.OFFSET: Receipt.REFUND, Receipt.PREPAYMENT: Receipt.REFUND, Receipt.REFUND: Receipt.PREPAYMENT}
        return turned[before].value if before else "none:correction"
    found = _RECEIPTS.get(kind)
    return found.value if found else f"none:{_WHY_NONE[kind]}"

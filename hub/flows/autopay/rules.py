"""When a rule is due, what it may say and what it may spend: decided without asking anybody (RULES D6, D8, A14)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.flows.refusals import Reason, Refused
from hub.flows.views.money import AccountView
from hub.ledger.money import shown
from hub.store.wishes.autopay import MONTHLY, THRESHOLD

MORNING = time(9)
"""At this hour of the school's day money is taken: a person who hears of a decline is awake."""
DECLINES = 3
"""So many in a row, and the rule waits for a word of its owner."""
AGREED_FOR = timedelta(days=3 * 365)
TIMES_A_MONTH = 31
LAST_DAY = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`cap_kop` is the most that may be charged in a calendar month, fees and all. One of `threshold_kop` and `day`, by `kind`."""

    kind: str
    amount_kop: int
    cap_kop: int
    threshold_kop: int | None = None
    day: int | None = None
    provider: str = ""
    method: str = ""


def require_wish(wish: Wish, view: AccountView, total_kop: int) -> None:
    """The sum itself is looked at where every top-up's is."""
    if (wish.kind, wish.threshold_kop is None, wish.day is None) not in ((THRESHOLD, False, True), (MONTHLY, True, False)):
        raise Refused(Reason.MALFORMED, "Правило — это либо остаток, ниже которого пополнять, либо день месяца.")
    if wish.threshold_kop is not None and not 0 < wish.threshold_kop <= view.top_up_max_kop:
        raise Refused(Reason.WRONG_AMOUNT, f"Остаток, ниже которого пополнять, — больше нуля и не больше {shown(view.top_up_max_kop)}.")
    if wish.day is not None and not 1 <= wish.day <= LAST_DAY:
        raise Refused(Reason.MALFORMED, "День месяца — число от 1 до 31.")
    most = TIMES_A_MONTH * total_kop
    if not total_kop <= wish.cap_kop <= most:
        raise Refused(
            Reason.WRONG_AMOUNT,
            f"Предел за месяц — от {shown(total_kop)} (одно пополнение с комиссией) до {shown(most)}.",
            more={"least_kop": total_kop, "most_kop": most},
        )


def month_of(now: datetime, zone: str) -> str:
    """The school's calendar month, by which the cap counts."""
    return f"{now.astimezone(ZoneInfo(zone)):%Y-%m}"


def on_day(day: int, zone: str, after: datetime) -> datetime:
    """The next morning of that day of a month, strictly after; a month without such a day takes its last."""
    here = after.astimezone(ZoneInfo(zone))
    year, month = here.year, here.month
    while True:
        last = monthrange(year, month)[1]
        at = datetime.combine(here.date().replace(year=year, month=month, day=min(day, last)), MORNING, ZoneInfo(zone))
        if at > after:
            return at.astimezone(UTC)
        year, month = year + month // 12, month % 12 + 1
        here = here.replace(day=1)


def next_morning(zone: str, after: datetime) -> datetime:
    """Of the school's next day: money is taken once a day at most, and a declined charge is tried again then."""
    here = after.astimezone(ZoneInfo(zone)) + timedelta(days=1)
    return datetime.combine(here.date(), MORNING, ZoneInfo(zone)).astimezone(UTC)


def next_month(zone: str, after: datetime) -> datetime:
    """The first morning on which the cap counts anew."""
    return on_day(1, zone, after)


def next_time(kind: str, day: int | None, zone: str, after: datetime) -> datetime:
    """After a charge was begun."""
    return on_day(day or 1, zone, after) if kind == MONTHLY else next_morning(zone, after)

"""How a contract stands with tariffs today: what is on, what comes, what it costs, when it rests. Reads only (RULES D6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.flows.money.sight import zone_of
from hub.ledger.model import Purpose
from hub.ledger.school_days import DAY, Break, back_at_school, break_on, next_month
from hub.ledger.store import terms
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState
from hub.ledger.store.heads import head_of
from hub.ledger.store.paid import consents, months, subscriptions
from hub.ledger.store.paid.consents import ConsentCard
from hub.ledger.store.paid.subscriptions import SubscriptionCard
from hub.ledger.tariffs import Item, MonthCharge, Priced, Tariff, next_charge
from hub.store.school import breaks

ANNOUNCED = timedelta(days=3)
"""So long before a first charge the family is told."""
WORD_LASTS = timedelta(days=40)
"""A charge after a longer rest is told of anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`current` is the paid tariff of today, `coming` one that begins later; the free one is the lack of both."""

    contract: ContractCard
    zone: str
    today: date
    breaks: Sequence[Break]
    current: SubscriptionCard | None
    coming: SubscriptionCard | None

    @property
    def account(self) -> AccountCard | None:
        """Where tariffs are paid from, while the contract is in force."""
        if self.contract.state is not ContractState.ACTIVE:
            return None
        return next((one for one in self.contract.accounts if one.purpose is Purpose.NOTICES and not one.closed), None)

    @property
    def tariff(self) -> Tariff:
        return self.current.tariff if self.current else Tariff.ZERO

    @property
    def paused_until(self) -> date | None:
        return back_at_school(self.today, self.breaks) if break_on(self.today, self.breaks) else None


def standing(contract: ContractCard, *, now: datetime) -> Standing:
    """In the caller's unit."""
    zone = zone_of(contract)
    today = now.astimezone(ZoneInfo(zone)).date()
    return Standing(
        contract=contract,
        zone=zone,
        today=today,
        breaks=own_breaks(contract.school, since=today.replace(day=1)),
        current=subscriptions.current(contract.id, today),
        coming=subscriptions.coming(contract.id, today),
    )


def lock(contract: ContractCard, *, now: datetime) -> None:
    """In the caller's unit: taps and the worker take turns at this contract's tariff."""
    account = next((one for one in contract.accounts if one.purpose is Purpose.NOTICES), None)
    if account is not None:
        head_of(account.id, now=now)


def own_breaks(school: str, *, since: date) -> Sequence[Break]:
    return [Break(first=one.first, last=one.last, title=one.title) for one in breaks.of_school(school, since=since)]


def agreed(one: SubscriptionCard) -> ConsentCard | None:
    """The living word behind it."""
    found = consents.consent(one.consent) if one.consent else None
    return found if found is not None and found.ended_at is None else None


def is_paid(contract: str, month: date) -> bool:
    return bool(months.paid_months(contract, [f"{month:%Y-%m}"]))


def soonest(stands: Standing, tariff: Tariff) -> date:
    """When this tariff would begin: after the announcement, and in a month that was paid already only from the next one on.

    Who has it and learnt of another price agrees to it from the day of that price."""
    change = price_change(stands, tariff)
    if stands.tariff is tariff and change is not None:
        return change[0]
    day = stands.today + ANNOUNCED
    return max(day, next_month(stands.today)) if is_paid(stands.contract.id, stands.today) else day


def price_change(stands: Standing, tariff: Tariff) -> tuple[date, Priced] | None:
    return terms.next_price(Item.MONTH, stands.today, tariff=tariff)


def expected(stands: Standing, one: SubscriptionCard, price_kop: int) -> MonthCharge | None:
    """The charge that comes next by this subscription, if nobody says a word more: a new price ends it."""
    change = price_change(stands, one.tariff)
    until = one.until or (change[0] if change and change[0] > one.since else None)
    begins = max(stands.today, one.since).replace(day=1)
    near = [f"{begins:%Y-%m}", f"{next_month(begins):%Y-%m}"]
    paid = months.paid_months(stands.contract.id, near)
    return next_charge(stands.today, since=one.since, until=until, breaks=stands.breaks, price_kop=price_kop, paid=paid)


def charged_on(stands: Standing, one: SubscriptionCard, found: MonthCharge) -> date:
    """The day on which it will be taken: its own, or three days after a word that is still to be said or was said late."""
    assert found.due is not None, "a month without a paid day is not expected"
    day = max(found.due, stands.today)
    if is_paid(stands.contract.id, found.month - DAY):
        return day
    told = told_on(stands, one)
    return max(day, (told or stands.today) + ANNOUNCED)


def told_on(stands: Standing, one: SubscriptionCard) -> date | None:
    """When the family was told of a charge, if that word still counts."""
    if one.announced_at is None:
        return None
    day = one.announced_at.astimezone(ZoneInfo(stands.zone)).date()
    return day if stands.today - day <= WORD_LASTS else None

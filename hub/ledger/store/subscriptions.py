"""Which tariff a contract has on a day: the free one until a paid one is asked for, with a consent (RULES D6; F151, F152)."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from hub.ledger.store.tables import Subscription
from hub.ledger.tariffs import Tariff
from hub.store.fields import rows


def tariff_on(contract: str, day: date) -> Tariff:
    begun = "SELECT tariff FROM tariff_subscription WHERE contract = ? AND since <= ?"
    sql = f"{begun} AND (until IS NULL OR until > ?) ORDER BY since DESC LIMIT 1"
    found = rows(Subscription, sql, (contract, day.isoformat(), day.isoformat()))
    return Tariff(found[0][0]) if found else Tariff.ZERO


def subscribe(contract: str, tariff: Tariff, *, consent: str | None, since: date, now: datetime) -> None:
    """From that day on. The database refuses a paid tariff without a consent."""
    Subscription.update(until=since.isoformat()).where(Subscription.contract == contract, Subscription.until.is_null()).execute()
    known = {"tariff": tariff.value, "consent": consent, "until": None}
    same_day = (Subscription.contract == contract) & (Subscription.since == since.isoformat())
    if not Subscription.update(known).where(same_day).execute():
        Subscription.insert(id=uuid.uuid4().hex, contract=contract, since=since.isoformat(), created_at=now, **known).execute()


def leave(contract: str, *, day: date) -> None:
    """One tap: from that day the free tariff holds again."""
    Subscription.update(until=day.isoformat()).where(Subscription.contract == contract, Subscription.until.is_null()).execute()

"""A paid tariff ends: at once, without a debt, and what was paid for the days that are left returns (RULES D6; F151)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.tariffs.standing import Standing
from hub.flows.tariffs.telling import note, tell_family
from hub.flows.tariffs.words import ENDINGS
from hub.ledger.money import shown
from hub.ledger.school_days import DAY
from hub.ledger.store.paid import months, subscriptions
from hub.ledger.tariffs import TITLES, Tariff, unused_kop


def end(deps: Deps, stands: Standing, *, why: str, now: datetime, actor: str = "") -> bool:
    """In the caller's unit: from today on the free tariff holds; nothing more is taken. False where nothing paid was on."""
    ended = subscriptions.leave(stands.contract.id, day=stands.today, now=now, why=why)
    if not ended:
        return False
    back = _back(stands, actor=actor, now=now) if stands.current is not None else 0
    title = TITLES[ended[0].tariff]
    text = f"Тариф «{title}» отключён, теперь «{TITLES[Tariff.ZERO]}»: платить не за что. {ENDINGS[why]}"
    if back:
        text += f" На «Баланс СМС» вернулось {shown(back)} за оставшиеся дни."
    note(stands.contract, "tariff.ended", f"{ended[0].tariff.value} {why}", actor=actor, now=now)
    tell_family(deps, stands.contract, "tariff_ended", text, now=now)
    return True


def _back(stands: Standing, *, actor: str, now: datetime) -> int:
    """Today is not paid for any more: the tariff does not serve it."""
    month = f"{stands.today:%Y-%m}"
    paid = months.paid_month(stands.contract.id, month)
    if paid is None:
        return 0
    since = paid.since or stands.today.replace(day=1)
    left = unused_kop(paid.kop, month=stands.today, since=since, after=stands.today - DAY, breaks=stands.breaks)
    assert stands.current is not None, "asked for a tariff that was on"
    item = f"«{TITLES[stands.current.tariff]}», дни без тарифа"
    return months.give_back(stands.contract.id, month, left, item=item, actor=actor or "hub", now=now)

"""The worker looks at each paid tariff once a day: announces a first charge, takes a month, or ends what may not go on (RULES D6)."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.tariffs.choose import announce
from hub.flows.tariffs.ending import end
from hub.flows.tariffs.paying import still_pays
from hub.flows.tariffs.standing import ANNOUNCED, Standing, agreed, charged_on, expected, is_paid, price_change, standing, told_on
from hub.flows.tariffs.telling import note, tell_family
from hub.flows.tariffs.words import item_of, on_day
from hub.ledger.errors import AccountClosed, NotEnough
from hub.ledger.money import shown
from hub.ledger.posting import Own
from hub.ledger.school_days import DAY, break_on
from hub.ledger.store import contracts, terms
from hub.ledger.store.paid import months, subscriptions
from hub.ledger.store.paid.consents import ConsentCard
from hub.ledger.store.paid.subscriptions import SubscriptionCard
from hub.ledger.store.writing import post
from hub.ledger.tariffs import TITLES, Item, MonthCharge

BATCH = 20
EARLY = time(0, 5)
"""A little after the school's midnight: the day has begun on every clock that counts."""


async def charge_months(deps: Deps) -> bool:
    """A bounded batch of those that are due; whether there may be more."""
    now = deps.now()
    if not await deps.db.read(lambda: subscriptions.due(now=now, limit=1)):
        return False

    def unit() -> bool:
        found = subscriptions.due(now=now, limit=BATCH)
        for one in found:
            _look(deps, one, now=now)
        return len(found) == BATCH

    return await deps.db.write(unit)


def _look(deps: Deps, one: SubscriptionCard, *, now: datetime) -> None:
    """In the caller's unit, whatever was changed since the last look."""
    contract = contracts.by_id(one.contract)
    if contract is None:
        subscriptions.looked(one.id, look_at=None)
        return
    stands = standing(contract, now=now)
    over = one.until is not None and one.until <= stands.today
    subscriptions.looked(one.id, look_at=None if over else _tomorrow(stands))
    if over:
        return
    word = agreed(one)
    why = _why_not(deps, stands, one, word, now=now)
    if why or word is None:
        end(deps, stands, why=why or "consent", now=now)
        return
    _tell_of_price(deps, stands, one, now=now)
    found = expected(stands, one, word.price.kop)
    if found is not None:
        _take_or_tell(deps, stands, one, word, found, now=now)


def _tomorrow(stands: Standing) -> datetime:
    return datetime.combine(stands.today + DAY, EARLY, ZoneInfo(stands.zone))


def _why_not(deps: Deps, stands: Standing, one: SubscriptionCard, word: ConsentCard | None, *, now: datetime) -> str:
    """Why it may not go on; empty when all is well."""
    if stands.account is None:
        return "contract"
    if word is None or not still_pays(deps, word.person, stands.contract, now=now):
        return "consent"
    begun = one.since <= stands.today
    return "price_changed" if begun and terms.price_of(Item.MONTH, stands.today, tariff=one.tariff) != word.price else ""


def _tell_of_price(deps: Deps, stands: Standing, one: SubscriptionCard, *, now: datetime) -> None:
    """Once for a change: what will cost how much, and what happens without a word to it."""
    change = price_change(stands, one.tariff)
    if change is None or one.until is not None:
        return
    since, price = change
    text = (
        f"Тариф «{TITLES[one.tariff]}» с {on_day(since)} стоит {shown(price.kop)} в месяц. Согласитесь с новой ценой, иначе в этот день "
        "он сам отключится и платить будет не за что."
    )
    tell_family(deps, stands.contract, "tariff_price", text, now=now, once=f"{stands.contract.id} {price.version}")


def _take_or_tell(deps: Deps, stands: Standing, one: SubscriptionCard, word: ConsentCard, found: MonthCharge, *, now: datetime) -> None:
    assert found.due is not None, "a month without a paid day is not expected"
    told, again = told_on(stands, one), is_paid(stands.contract.id, found.month - DAY)
    if told is None and not again:
        if found.due - stands.today <= ANNOUNCED:
            announce(deps, stands, now=now)
        return
    if stands.today >= charged_on(stands, one, found) and break_on(stands.today, stands.breaks) is None:
        _take(deps, stands, one, word, found, now=now)


def _take(deps: Deps, stands: Standing, one: SubscriptionCard, word: ConsentCard, found: MonthCharge, *, now: datetime) -> None:
    account = stands.account
    assert account is not None, "looked at before"
    posting = months.month_posting(
        stands.contract.id, Own(id=account.id, purpose=account.purpose), one.tariff, found, price=word.price, since=one.since,
        item=item_of(one.tariff, found), at=now,
    )  # fmt: skip
    try:
        post(posting, now=now)
    except NotEnough:
        end(deps, stands, why="no_funds", now=now)
    except AccountClosed:
        end(deps, stands, why="contract", now=now)
    else:
        note(stands.contract, "tariff.charged", f"{one.tariff.value} {found.name} {found.kop}", now=now)

"""The worker looks at each paid tariff once a day: announces a first charge, takes a month, or ends what may not go on (RULES D6)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.tariffs.choose import announce
from hub.flows.tariffs.ending import end
from hub.flows.tariffs.paying import still_pays
from hub.flows.tariffs.standing import ANNOUNCED, Standing, agreed, charged_on, expected, is_paid, lock, price_change, standing, told_on
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
AGAIN = timedelta(hours=1)
"""Whoever was being looked at when a process died is looked at again."""
EARLY = time(0, 5)
"""A little after the school's midnight: the day has begun on every clock that counts."""


async def charge_months(deps: Deps) -> bool:
    """A bounded batch of those that are due, each in a unit of its own; whether there may be more."""
    now = deps.now()
    if not await deps.db.read(lambda: subscriptions.waits(now=now)):
        return False
    ids = await deps.db.write(lambda: subscriptions.claim(now=now, again_at=now + AGAIN, limit=BATCH))
    for id_ in ids:
        await deps.db.write(partial(_look, deps, id_, now=now))
    return len(ids) == BATCH


def _look(deps: Deps, id_: str, *, now: datetime) -> None:
    """In the caller's unit, as it stands once nobody else is at it."""
    known = subscriptions.by_id(id_)
    contract = contracts.by_id(known.contract) if known else None
    if contract is not None:
        lock(contract, now=now)
    one = subscriptions.by_id(id_)
    if contract is None or one is None:
        subscriptions.looked(id_, look_at=None)
        return
    stands = standing(contract, now=now)
    over = one.until is not None and one.until <= max(stands.today, one.since)
    subscriptions.looked(id_, look_at=None if over else _tomorrow(stands))
    if over:
        return
    word = agreed(one)
    why = _why_not(deps, stands, one, word, now=now)
    if why or word is None:
        _stop(deps, stands, one, why or "consent", now=now)
        return
    _tell_of_price(deps, stands, one, now=now)
    found = expected(stands, one, word.price.kop)
    if found is not None:
        _take_or_tell(deps, stands, one, word, found, now=now)


def _stop(deps: Deps, stands: Standing, one: SubscriptionCard, why: str, *, now: datetime) -> None:
    """What has not begun does not; what is on by another's word goes on."""
    if one.since > stands.today and stands.current is not None and why == "consent":
        subscriptions.keep(stands.contract.id, stands.today, now=now)
    else:
        end(deps, stands, why=why, now=now)


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
            announce(deps, stands, one, now=now)
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

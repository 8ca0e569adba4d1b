"""Which tariff a contract has on a day: the free one until a paid one is asked for, with a consent (RULES D6; F151, F152)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hub.ledger.store.paid import consents
from hub.ledger.store.tables import Subscription
from hub.ledger.tariffs import Tariff
from hub.store.fields import from_micros, rows, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCard:
    """From `since` to before `until`. `ended` is why it does not go on: a person's wish, or a rule's name."""

    id: str
    contract: str
    tariff: Tariff
    consent: str
    since: date
    until: date | None
    announced_at: datetime | None
    ended: str | None


_COLUMNS = "id, contract, tariff, consent, since, until, announced_at, ended"
_LIVES = "tariff <> 'zero' AND (until IS NULL OR until > since)"


def tariff_on(contract: str, day: date) -> Tariff:
    found = current(contract, day)
    return found.tariff if found else Tariff.ZERO


def current(contract: str, day: date) -> SubscriptionCard | None:
    """The paid tariff of that day."""
    sql = "contract = ? AND since <= ? AND (until IS NULL OR until > ?) ORDER BY since DESC LIMIT 1"
    found = _cards(sql, (contract, day.isoformat(), day.isoformat()))
    return found[0] if found and found[0].tariff is not Tariff.ZERO else None


def coming(contract: str, day: date) -> SubscriptionCard | None:
    """The one that begins after that day."""
    return next(iter(_cards(f"contract = ? AND since > ? AND {_LIVES} ORDER BY since LIMIT 1", (contract, day.isoformat()))), None)


def last_ended(contract: str, day: date) -> SubscriptionCard | None:
    """The one that ended last, for who asks why nothing is paid."""
    sql = "contract = ? AND tariff <> 'zero' AND until <= ? ORDER BY until DESC, since DESC LIMIT 1"
    return next(iter(_cards(sql, (contract, day.isoformat()))), None)


def subscribe(contract: str, tariff: Tariff, *, consent: str | None, since: date, now: datetime) -> str:
    """From that day on, in place of what was to hold then. The database refuses a paid tariff without a consent."""
    before = Subscription.contract == contract
    _cut(contract, since, now=now)
    known = {"tariff": tariff.value, "consent": consent, "until": None, "announced_at": None, "ended": None, "look_at": now}
    same_day = before & (Subscription.since == since.isoformat())
    if Subscription.update(known).where(same_day).execute():
        ((id_,),) = rows(Subscription, "SELECT id FROM tariff_subscription WHERE contract = ? AND since = ?", (contract, since.isoformat()))
        return str(id_)
    made = uuid.uuid4().hex
    Subscription.insert(id=made, contract=contract, since=since.isoformat(), created_at=now, **known).execute()
    return made


def leave(contract: str, *, day: date, now: datetime, why: str = "asked") -> Sequence[SubscriptionCard]:
    """From that day the free tariff holds, and the words to the paid ones with it are over. Answers which ended by this."""
    sql = f"contract = ? AND {_LIVES} AND (until IS NULL OR until > ?)"
    ended = _cards(sql, (contract, day.isoformat()))
    _cut(contract, day, now=now)
    for one in ended:
        Subscription.update(ended=why, look_at=None).where(Subscription.id == one.id).execute()
    consents.end([one.consent for one in ended], now=now)
    return ended


def keep(contract: str, day: date, *, now: datetime) -> None:
    """What was to begin later does not; the tariff of that day goes on by the word that it has."""
    later = _cards(f"contract = ? AND since > ? AND {_LIVES}", (contract, day.isoformat()))
    held = current(contract, day)
    Subscription.update(until=Subscription.since, look_at=None, ended="asked").where(
        Subscription.id.in_([one.id for one in later])
    ).execute()
    consents.end([one.consent for one in later], now=now)
    if held is not None:
        Subscription.update(until=None, look_at=now).where(Subscription.id == held.id).execute()


def _cut(contract: str, day: date, *, now: datetime) -> None:
    """Nothing holds from that day on; what was to begin later never does."""
    before, text = Subscription.contract == contract, day.isoformat()
    lasts = Subscription.until.is_null() | (Subscription.until > text)
    Subscription.update(until=text).where(before, Subscription.since <= text, lasts).execute()
    consents.end([one.consent for one in _cards(f"contract = ? AND since > ? AND {_LIVES}", (contract, text))], now=now)
    Subscription.update(until=Subscription.since).where(before, Subscription.since > text, lasts).execute()


def waits(*, now: datetime) -> bool:
    return bool(rows(Subscription, "SELECT 1 FROM tariff_subscription WHERE look_at <= ? LIMIT 1", (to_micros(now),)))


def claim(*, now: datetime, again_at: datetime, limit: int) -> Sequence[str]:
    """Those that are to be looked at by now, the longest waiting first; whoever dies over one has it back later."""
    found = rows(
        Subscription, "SELECT id FROM tariff_subscription WHERE look_at <= ? ORDER BY look_at, id LIMIT ?", (to_micros(now), limit)
    )
    ids = [id_ for (id_,) in found]
    if ids:
        Subscription.update(look_at=again_at).where(Subscription.id.in_(ids)).execute()
    return ids


def by_id(id_: str) -> SubscriptionCard | None:
    return next(iter(_cards("id = ?", (id_,))), None)


def looked(id_: str, *, look_at: datetime | None) -> None:
    Subscription.update(look_at=look_at).where(Subscription.id == id_).execute()


def wake(tariff: Tariff | None, *, now: datetime) -> None:
    """Those of this tariff are looked at now: there is a new price to tell of."""
    if tariff is not None:
        Subscription.update(look_at=now).where(Subscription.tariff == tariff.value, Subscription.until.is_null()).execute()


def announced(id_: str, *, now: datetime) -> None:
    Subscription.update(announced_at=now).where(Subscription.id == id_).execute()


def of_tariff(tariff: Tariff, day: date) -> int:
    """How many contracts have it on that day."""
    sql = "SELECT COUNT(DISTINCT contract) FROM tariff_subscription WHERE tariff = ? AND since <= ? AND (until IS NULL OR until > ?)"
    ((count,),) = rows(Subscription, sql, (tariff.value, day.isoformat(), day.isoformat()))
    return int(count)


def _cards(where: str, values: Sequence[object]) -> list[SubscriptionCard]:
    found = rows(Subscription, f"SELECT {_COLUMNS} FROM tariff_subscription WHERE {where}", values)  # noqa: S608 - own words
    return [
        SubscriptionCard(
            id=id_,
            contract=contract,
            tariff=Tariff(tariff),
            consent=consent or "",
            since=date.fromisoformat(since),
            until=date.fromisoformat(until) if until else None,
            announced_at=None if announced_at is None else from_micros(announced_at),
            ended=ended,
        )
        for id_, contract, tariff, consent, since, until, announced_at, ended in found
    ]

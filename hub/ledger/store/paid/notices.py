"""Which notices a person asked for about a child, what was agreed for an SMS, and the month's cap of a contract (RULES F2; F026, F158)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.ledger.model import AccountId
from hub.ledger.notices import NoticeKind
from hub.ledger.store.paid import consents
from hub.ledger.store.paid.consents import ConsentCard
from hub.ledger.store.paid.tables import NoticeCap, NoticeSetting
from hub.ledger.store.tables import Entry
from hub.ledger.tariffs import MONTHLY_CAP_KOP, Priced
from hub.store.fields import delete, from_micros, rows, to_micros
from hub.store.outbox.raw import found_among

SMS = "sms"
CHANNELS = ("page", "push", "email", "max", "vk", SMS)
"""The free ones, and the one that costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingCard:
    person: str
    child: str
    kind: NoticeKind
    channel: str
    enabled: bool
    price: Priced
    consent: ConsentCard | None
    updated_at: datetime


def put(
    kind: NoticeKind, channel: str, *, person: str, child: str, enabled: bool, price: Priced, consent: str | None, now: datetime
) -> None:
    """The person's latest wish; whatever was agreed before for this channel is over."""
    mine = _mine(person, child, kind, channel)
    before = [one for (one,) in rows(NoticeSetting, f"SELECT consent FROM notice_setting WHERE {_WHERE}", mine) if one]  # noqa: S608 - own words
    known = {"enabled": int(enabled), "price_kop": price.kop, "price_version": price.version, "consent": consent, "updated_at": now}
    named = {"person": person, "child": child, "kind": kind.value, "channel": channel}
    made = NoticeSetting.insert(id=uuid.uuid4().hex, **named, **known)
    made.on_conflict(
        conflict_target=[NoticeSetting.person, NoticeSetting.child, NoticeSetting.kind, NoticeSetting.channel], update=known
    ).execute()
    consents.end([one for one in before if one != consent], now=now)


def of_child(person: str, child: str) -> Sequence[SettingCard]:
    return _cards("person = ? AND child = ?", (person, child))


def of_person(person: str) -> Sequence[SettingCard]:
    return _cards("person = ?", (person,))


def of_children(children: Collection[str]) -> dict[tuple[str, str, str], tuple[tuple[str, bool], ...]]:
    """By child, person and kind: which channels are on or off by the person's word."""
    found: dict[tuple[str, str, str], tuple[tuple[str, bool], ...]] = {}
    sql = "SELECT child, person, kind, channel, enabled FROM notice_setting WHERE child = {many}"
    for child, person, kind, channel, enabled in found_among(NoticeSetting, sql, children):
        key = child, person, kind
        found[key] = (*found.get(key, ()), (channel, bool(enabled)))
    return found


def setting(person: str, child: str, kind: NoticeKind, channel: str) -> SettingCard | None:
    return next(iter(_cards(_WHERE, _mine(person, child, kind, channel))), None)


def forget(person: str) -> int:
    """The wishes of somebody who leaves; the words to a price stay with the money that was taken by them."""
    return delete(NoticeSetting, NoticeSetting.person == person)


def cap_of(contract: str) -> int:
    found = rows(NoticeCap, "SELECT cap_kop FROM notice_cap WHERE contract = ?", (contract,))
    return int(found[0][0]) if found else MONTHLY_CAP_KOP


def put_cap(contract: str, kop: int, *, by: str, now: datetime) -> None:
    known = {"cap_kop": kop, "updated_by": by, "updated_at": now}
    NoticeCap.insert(contract=contract, **known).on_conflict(conflict_target=[NoticeCap.contract], update=known).execute()


def spent(account: AccountId, *, start: datetime, end: datetime) -> int:
    """Single SMS between two times, less what of them was given back, whenever that was."""
    sql = (
        "SELECT COALESCE(-SUM(e.amount_kop), 0) + COALESCE(-SUM((SELECT SUM(b.amount_kop) FROM ledger_txn AS t JOIN ledger_entry AS b "
        "ON b.txn = t.id AND b.account = e.account WHERE t.reverses = e.txn)), 0) FROM ledger_entry AS e "
        "WHERE e.account = ? AND e.booked_at >= ? AND e.booked_at < ? AND e.kind IN ('notice_pass', 'notice_meal')"
    )
    ((kop,),) = rows(Entry, sql, (account, to_micros(start), to_micros(end)))
    return int(kop)


_WHERE = "person = ? AND child = ? AND kind = ? AND channel = ?"


def _mine(person: str, child: str, kind: NoticeKind, channel: str) -> tuple[str, ...]:
    return person, child, kind.value, channel


def _cards(where: str, values: Sequence[str]) -> list[SettingCard]:
    sql = (
        "SELECT person, child, kind, channel, enabled, price_kop, price_version, consent, updated_at FROM notice_setting "  # noqa: S608 - own words
        f"WHERE {where} ORDER BY child, kind, channel"
    )
    return [
        SettingCard(
            person=person,
            child=child,
            kind=NoticeKind(kind),
            channel=channel,
            enabled=bool(enabled),
            price=Priced(kop=int(kop), version=version),
            consent=consents.consent(consent) if consent else None,
            updated_at=from_micros(updated_at),
        )
        for person, child, kind, channel, enabled, kop, version, consent, updated_at in rows(NoticeSetting, sql, values)
    ]

"""The way that costs: an SMS goes only where it can be paid, is paid when a gateway took it, and paid back when it failed (RULES F2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from hub.deps import Deps
from hub.flows.notices.happenings import says_of
from hub.flows.notices.kinds import RULES, SMS, Kind, Why
from hub.flows.notices.sending.parcels import Parcel
from hub.ledger.notices import NoticeKind
from hub.ledger.notices import Verdict as Money
from hub.ledger.store.paid import charging, notices
from hub.ledger.store.paid.charging import Sms
from hub.store.outbox import claiming
from hub.store.outbox.claiming import DELIVERED, HANDED, NOT_SENT, SENT, Claimed
from hub.store.written import texts
from hub.store.written.texts import NewText, TextStage
from identity.model import MOSCOW

KIND = "notice"
LOOK_S, LOOK_MOST_S = 1.0, 60.0
FOLLOWED = timedelta(days=2)
TOOK = (TextStage.QUEUED, TextStage.SENT, TextStage.DELIVERED)
FAILED: Mapping[TextStage, Why] = MappingProxyType(
    {TextStage.FAILED: Why.UNDELIVERABLE, TextStage.EXPIRED: Why.EXPIRED, TextStage.LOST: Why.UNSURE}
)
_WHY: Mapping[Money, Why] = MappingProxyType({Money.NO_CONTRACT: Why.NO_CONTRACT, Money.OVER_CAP: Why.CAP, Money.NO_FUNDS: Why.NO_FUNDS})


def hand_over(deps: Deps, parcel: Parcel, *, now: datetime) -> Why | None:
    """In the caller's unit: the text stands beside what it will cost. Why not, where it does not."""
    first = parcel.first
    sms = _sms(first)
    foreseen = charging.foresee(sms, now=now, promised_kop=claiming.promised_kop(first.child))
    if not foreseen.verdict.may_send:
        return _refused(foreseen.verdict, sms)
    if not parcel.to:
        return Why.NO_ADDRESS
    life = max(first.expires_at - now, timedelta(minutes=1))
    new = NewText(
        kind=KIND, about=first.decision, person=first.person, phone=parcel.to[0].to.reveal(), text=parcel.text, life=life
    )  # fmt: skip
    ref = texts.put(deps.keys, new, now=now)
    for number, row in enumerate(parcel.rows):
        price = foreseen.price_kop if number == 0 else 0
        claiming.turn(row.id, HANDED, now=now, ref=ref, price_kop=price, next_at=now + timedelta(seconds=LOOK_S))
    return None


def follow(row: Claimed, stages: Mapping[str, str], *, now: datetime) -> None:
    """In the caller's unit: what the gateways say of the text by now."""
    stage = stages.get(row.ref)
    if stage is None:
        claiming.look_again(row.id, at=None)
        return
    found = TextStage(stage)
    if found in TOOK:
        _took(row, found, now=now)
    elif found in FAILED:
        _failed(row, FAILED[found], now=now)
    else:
        claiming.look_again(row.id, at=_next_look(row, now))


def _took(row: Claimed, found: TextStage, *, now: datetime) -> None:
    over = found is TextStage.DELIVERED
    txn, price = row.txn, row.price_kop
    if row.state == HANDED and row.price_kop:
        paid = charging.pay_for(_sms(row), now=now)
        # Whoever spent the money meanwhile owes nothing: the SMS was the house's (RULES F2).
        txn, price = paid.txn, paid.price_kop if paid.txn else 0
    next_at = None if over else _next_look(row, now)
    state = DELIVERED if over else SENT
    if row.state == state:
        claiming.look_again(row.id, at=next_at)
        return
    claiming.turn(row.id, state, now=now, word=found.value, txn=txn, price_kop=price, next_at=next_at)
    claiming.arrived(row.decision, row.step, Why.FALLBACK_NOT_NEEDED, now=now)


def _failed(row: Claimed, why: Why, *, now: datetime) -> None:
    if row.state == SENT and why is Why.UNSURE:
        claiming.look_again(row.id, at=None)
        return
    if row.txn:
        charging.give_back(row.event, row.person, now=now, source=row.source)
    claiming.turn(row.id, NOT_SENT, now=now, rule=why, price_kop=0)


def _refused(verdict: Money, sms: Sms) -> Why:
    if verdict in _WHY:
        return _WHY[verdict]
    known = notices.setting(sms.to, sms.child, sms.kind, SMS)
    living = known is not None and known.consent is not None and known.consent.ended_at is None
    return Why.STALE_SETTING if living else Why.NO_CONSENT


def _sms(row: Claimed) -> Sms:
    setting = RULES[Kind(row.kind)].setting or NoticeKind.PASS
    zone = says_of(row.says).zone or MOSCOW
    return Sms(event_id=row.event, source=row.source, kind=setting, child=row.child, to=row.person, zone=zone, happened_at=row.at)


def _next_look(row: Claimed, now: datetime) -> datetime | None:
    if now - row.at > FOLLOWED:
        return None
    return now + timedelta(seconds=min(LOOK_S * 1.5 ** min(row.tries, 12), LOOK_MOST_S))

"""One SMS is paid: agreed to at this very price, within the cap, once an event; or the rule that says why it is not sent (RULES F1, F2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.ledger.errors import AccountClosed, NotEnough, OverReversed
from hub.ledger.model import Leg, Purpose, TransactionId
from hub.ledger.notices import ITEMS, SCOPE, NoticeKind, Verdict, charge_for_notice, key_of
from hub.ledger.posting import Act, Own, reversal
from hub.ledger.rules import month_of
from hub.ledger.store import contracts, terms
from hub.ledger.store.contracts import AccountCard, ContractCard, ContractState
from hub.ledger.store.heads import head_of, original_of
from hub.ledger.store.paid import notices
from hub.ledger.store.paid.subscriptions import tariff_on
from hub.ledger.store.tables import Txn
from hub.ledger.store.writing import post
from hub.ledger.tariffs import INCLUDES, Priced
from hub.store.fields import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCharge:
    """`txn` is set where it was charged, by this try or an earlier one."""

    verdict: Verdict
    price_kop: int = 0
    txn: TransactionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One SMS about an event of a child to a person; `source` is the device that named the event, `zone` the school's."""

    event_id: str
    kind: NoticeKind
    child: str
    to: str
    zone: str
    source: str = ""
    happened_at: datetime | None = None


def pay_for(sms: Sms, *, now: datetime) -> NoticeCharge:
    """In the caller's unit. The same event to the same person again is the same answer and no second debit."""
    known = rows(Txn, "SELECT id FROM ledger_txn WHERE scope = ? AND key = ?", (SCOPE, key_of(sms.event_id, sms.to, sms.source)))
    contract = _contract(sms.child)
    today = now.astimezone(ZoneInfo(sms.zone)).date()
    price = terms.price_of(ITEMS[sms.kind], today)
    if known:
        return NoticeCharge(verdict=Verdict.CHARGED, price_kop=price.kop, txn=TransactionId(known[0][0]))
    if not _agreed(sms, price):
        return NoticeCharge(verdict=Verdict.NOT_AGREED)
    if contract is None:
        return NoticeCharge(verdict=Verdict.NO_CONTRACT)
    if ITEMS[sms.kind] in INCLUDES[tariff_on(contract.id, today)]:
        return NoticeCharge(verdict=Verdict.INCLUDED)
    return _pay(sms, contract, price, now=now)


def foresee(sms: Sms, *, now: datetime, promised_kop: int = 0) -> NoticeCharge:
    """What `pay_for` would answer, with nothing taken: an SMS is paid for when a gateway took it, and sent only where it can be paid.

    `promised_kop` are the SMS that were handed over before and are not paid for yet."""
    contract = _contract(sms.child)
    today = now.astimezone(ZoneInfo(sms.zone)).date()
    price = terms.price_of(ITEMS[sms.kind], today)
    if not _agreed(sms, price):
        return NoticeCharge(verdict=Verdict.NOT_AGREED)
    if contract is None:
        return NoticeCharge(verdict=Verdict.NO_CONTRACT)
    if ITEMS[sms.kind] in INCLUDES[tariff_on(contract.id, today)]:
        return NoticeCharge(verdict=Verdict.INCLUDED)
    account = _account(contract)
    head = head_of(account.id, now=now)
    if _spent(sms, account, now=now) + promised_kop + price.kop > notices.cap_of(contract.id):
        return NoticeCharge(verdict=Verdict.OVER_CAP)
    if head is None or head.available_kop < promised_kop + price.kop:
        return NoticeCharge(verdict=Verdict.NO_FUNDS)
    return NoticeCharge(verdict=Verdict.CHARGED, price_kop=price.kop)


def give_back(event_id: str, to: str, *, now: datetime, source: str = "") -> bool:
    """The SMS could not be delivered: its price returns, once."""
    found = rows(Txn, "SELECT id FROM ledger_txn WHERE scope = ? AND key = ?", (SCOPE, key_of(event_id, to, source)))
    if not found:
        return False
    txn = TransactionId(found[0][0])
    original = original_of(txn)
    legs = [Leg(account=account, amount_kop=kop) for account, kop in original.legs.items()]
    act = Act(scope=SCOPE, key=f"{key_of(event_id, to, source)}:back", at=now, actor="hub")
    try:
        post(reversal(act, txn, original.purpose, legs), now=now)
    except OverReversed:
        return False  # the family has it already, by a dispute
    return True


def _pay(sms: Sms, contract: ContractCard, price: Priced, *, now: datetime) -> NoticeCharge:
    account = _account(contract)
    head_of(account.id, now=now)  # locked, so that two SMS of one moment do not both fit under the cap
    if _spent(sms, account, now=now) + price.kop > notices.cap_of(contract.id):
        return NoticeCharge(verdict=Verdict.OVER_CAP)
    made = charge_for_notice(
        sms.event_id,
        sms.kind,
        Own(id=account.id, purpose=account.purpose),
        price=price,
        at=now,
        to=sms.to,
        source=sms.source,
        happened_at=sms.happened_at,
    )
    try:
        posted = post(made, now=now)
    except NotEnough:
        return NoticeCharge(verdict=Verdict.NO_FUNDS)
    except AccountClosed:
        return NoticeCharge(verdict=Verdict.NO_CONTRACT)
    return NoticeCharge(verdict=Verdict.CHARGED, price_kop=price.kop, txn=posted.txn)


def _account(contract: ContractCard) -> AccountCard:
    return next(one for one in contract.accounts if one.purpose is Purpose.NOTICES)


def _spent(sms: Sms, account: AccountCard, *, now: datetime) -> int:
    """In the month of the school's clock."""
    here = now.astimezone(ZoneInfo(sms.zone))
    start, end = month_of(here.year, here.month, sms.zone)
    return notices.spent(account.id, start=start, end=end)


def _agreed(sms: Sms, price: Priced) -> bool:
    """At this price and no other: a dearer list wants a new word."""
    found = notices.setting(sms.to, sms.child, sms.kind, notices.SMS)
    if found is None or not found.enabled or found.consent is None or found.consent.ended_at is not None:
        return False
    return found.consent.price.kop >= price.kop


def _contract(child: str) -> ContractCard | None:
    """The child's active one that has money for notices."""
    for one in contracts.of_children([child]):
        if one.state is ContractState.ACTIVE and any(a.purpose is Purpose.NOTICES and not a.closed for a in one.accounts):
            return one
    return None

"""Parts of a payout that go back the way they were paid: reserved at the payment before the acquirer is asked (RULES D4, D9)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.ledger import accounts
from hub.ledger.model import Cause
from hub.ledger.posting import Act, paid_out
from hub.ledger.store.agreements.payouts import PayoutCard
from hub.ledger.store.agreements.tables import PayoutRefund
from hub.ledger.store.contracts import ContractCard
from hub.ledger.store.raw import marks
from hub.ledger.store.writing import post
from hub.store.fields import rows
from hub.store.wishes import top_ups

SCOPE = "payout"


class RefundState(StrEnum):
    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refundable:
    """What of a payment can still go back to whom it came from."""

    top_up: str
    provider: str
    provider_id: str
    amount_kop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCard:
    id: str
    payout: str
    top_up: str
    provider: str
    provider_id: str
    amount_kop: int
    before_kop: int
    state: RefundState


def refundable(contract: ContractCard, providers: Collection[str]) -> Sequence[Refundable]:
    """Payments into this contract through these acquirers, the latest first."""
    ids = [one.id for one in contract.accounts]
    if not ids or not providers:
        return ()
    sql = (
        "SELECT id, provider, provider_id, amount_kop - refunded_kop FROM top_up "  # noqa: S608 - question marks
        f"WHERE account IN ({marks(ids)}) AND provider IN ({marks(providers)}) AND state = 'paid' AND problem = '' "
        "AND provider_id IS NOT NULL AND amount_kop > refunded_kop ORDER BY settled_at DESC, id"
    )
    found = rows(PayoutRefund, sql, [*ids, *sorted(providers)])
    return [Refundable(top_up=id_, provider=name, provider_id=theirs, amount_kop=int(kop)) for id_, name, theirs, kop in found]


def plan(card: PayoutCard, of: Sequence[Refundable]) -> int:
    """In the caller's unit: reserves as much as the payments hold, up to the payout's sum; answers how much that is."""
    rest = card.amount_kop
    for one in of:
        if rest == 0:
            break
        known = top_ups.locked(one.top_up)
        if known is None or known.provider_id is None or known.state != top_ups.PAID:
            continue
        part = min(rest, known.amount_kop - known.refunded_kop)
        if part <= 0:
            continue
        # Reserved here, a notice of this very refund takes nothing from the account a second time.
        top_ups.change(known.id, refunded_kop=known.refunded_kop + part)
        PayoutRefund.insert(
            id=uuid.uuid4().hex, payout=card.id, top_up=known.id, provider=known.provider,
            provider_id=known.provider_id, amount_kop=part, before_kop=known.refunded_kop, state=RefundState.ASKED.value,
        ).execute()  # fmt: skip
        rest -= part
    return card.amount_kop - rest


def of_payout(payout: str) -> Sequence[RefundCard]:
    names = tuple(RefundCard.__dataclass_fields__)
    sql = f"SELECT {', '.join(names)} FROM payout_refund WHERE payout = ? ORDER BY before_kop, id"  # noqa: S608 - own names
    found = [dict(zip(names, row, strict=True)) for row in rows(PayoutRefund, sql, (payout,))]
    return [RefundCard(**{**one, "state": RefundState(one["state"])}) for one in found]


def done(one: RefundCard, *, by: str, now: datetime) -> None:
    """The acquirer gave it back: it has left the clearing, once."""
    if not _turn(one, RefundState.DONE):
        return
    act = Act(scope=SCOPE, key=f"refund:{one.id}", at=now, actor=by, cause=Cause(provider=one.provider, event=one.payout))
    txn = post(paid_out(act, to=accounts.provider(one.provider), amount_kop=one.amount_kop), now=now).txn
    PayoutRefund.update(txn=txn).where(PayoutRefund.id == one.id).execute()


def failed(one: RefundCard) -> None:
    """The acquirer refused for good: what was reserved is free again."""
    if not _turn(one, RefundState.FAILED):
        return
    known = top_ups.locked(one.top_up)
    if known is not None:
        top_ups.change(known.id, refunded_kop=max(0, known.refunded_kop - one.amount_kop))


def _turn(one: RefundCard, then: RefundState) -> bool:
    same = (PayoutRefund.id == one.id) & (PayoutRefund.state == RefundState.ASKED.value)
    return bool(PayoutRefund.update(state=then.value).where(same).execute())

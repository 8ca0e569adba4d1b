"""Each payment, offset and refund gets its receipt's row; providers are asked for the marks; what does not come is missing (RULES D11)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.kit.errors import ConnectorError
from connectors.kit.payment import FiscalPort, FiscalReceipt, Hint
from hub.deps import Deps
from hub.flows.money.sight import zone_of
from hub.flows.receipts.policy import ACQUIRER, AGENT, FISCALISED, MISSING, PENDING, REFUND, wanted
from hub.ledger.model import Kind
from hub.ledger.store import contracts
from hub.ledger.store.raw import new_id
from hub.ledger.store.reading import read_cause
from hub.ledger.store.registers import receipts
from hub.ledger.store.registers.receipts import Act, ReceiptCard
from identity.model import MOSCOW

log = logging.getLogger("hub.pay")
BATCH = 200
ASKED = 20
AGAIN_S = (5, 15, 30, 60, 300, 900, 1800)
OVERLAP = timedelta(minutes=2)
"""So late a transaction may be seen after one with a larger id: units of other processes, a clock that went back."""
TIME_DIGITS = 12


@dataclass(slots=True)
class Receipts:
    """Follows the ledger in the order of its ids, from where the rows end; a piece that was seen is harmless to see again."""

    deps: Deps
    _after: str | None = None

    async def batch(self) -> bool:
        now = self.deps.now()
        after = await self.deps.db.read(lambda: _from(self._after, now=now))
        found = await self.deps.db.read(lambda: receipts.acts_without(after, limit=BATCH))
        if found:
            await self.deps.db.write(lambda: _put_all(self.deps, found))
        self._after = found[-1].txn if len(found) == BATCH else _id_at(now)
        return len(found) == BATCH


def _from(after: str | None, *, now: datetime) -> str:
    """Never later than a little before now: what another process writes meanwhile is not passed by."""
    return min(receipts.last_followed() if after is None else after, _id_at(now - OVERLAP))


def _id_at(now: datetime) -> str:
    return new_id(now)[:TIME_DIGITS]


def _put_all(deps: Deps, found: list[Act]) -> None:
    for act in found:
        put_receipt(deps, act)


def put_receipt(deps: Deps, act: Act) -> ReceiptCard:
    """In the caller's unit; what is there stays."""
    now, home = deps.now(), contracts.account(act.account)
    school, zone = (home[1].school, zone_of(home[1])) if home else ("", MOSCOW)
    provider = _provider(act)
    by = ACQUIRER if _prints(deps, provider) else AGENT
    want = wanted(act.receipt, act.reversed_kind, act.purpose, by=by, at=act.at, zone=zone)
    card = ReceiptCard(
        txn=act.txn,
        kind=act.receipt,
        state=want.state,
        detail=want.reason,
        provider="" if want.monthly else provider or act.scope,
        payment=act.key.partition(":back:")[0] if provider and not want.monthly else "",
        school=school,
        purpose=act.purpose,
        account=act.account,
        amount_kop=act.amount_kop,
        fee_kop=act.fee_kop,
        due_at=want.due_at or (act.at if want.state == MISSING else None),
        ask_after=now if want.state == PENDING and by == ACQUIRER and not want.monthly and _asked(deps, provider) else None,
        at=act.at,
    )
    receipts.put(card, now=now)
    return receipts.get(act.txn) or card


def _provider(act: Act) -> str:
    """Who took or gave back the money; nobody outside where it was only used."""
    if act.kind not in (Kind.TOP_UP, Kind.REFUND, Kind.CHARGEBACK):
        return ""
    return (read_cause(act.cause).provider if act.cause else "") or act.scope


def _prints(deps: Deps, provider: str) -> bool:
    port = deps.payments.get(provider)
    return port is not None and "receipts" not in port.manifest.exempt


def _asked(deps: Deps, provider: str) -> bool:
    return isinstance(deps.payments.get(provider), FiscalPort)


async def ask_receipts(deps: Deps) -> bool:
    """The worker's turn: providers that tell of receipts when asked."""
    now = deps.now()
    if not await deps.db.read(lambda: receipts.asks(now=now)):
        return False
    cards = await deps.db.write(lambda: receipts.to_ask(now=now, limit=ASKED))
    payments = {(one.provider, one.payment) for one in cards}
    await asyncio.gather(*(_ask(deps, provider, payment) for provider, payment in sorted(payments)))
    return len(cards) == ASKED


async def _ask(deps: Deps, provider: str, payment: str) -> None:
    port: object = deps.payments.get(provider)
    told: tuple[FiscalReceipt, ...] = ()
    if isinstance(port, FiscalPort):
        try:
            told = await port.receipts(payment)
        except ConnectorError as error:
            log.info("%s says nothing about a receipt now: %s", provider, error.code)

    def keep() -> None:
        now = deps.now()
        for one in told:
            note(provider, payment, one, now=now)
        for card in receipts.of_payment(provider, payment):
            if card.state in (PENDING, MISSING) and card.ask_after is not None:
                later = now + timedelta(seconds=AGAIN_S[min(card.tries, len(AGAIN_S) - 1)])
                over = card.due_at is not None and later > card.due_at + timedelta(days=7)
                receipts.change(card.txn, now=now, tries=card.tries + 1, ask_after=None if over else later)

    await deps.db.write(keep)


def note(provider: str, payment: str, told: FiscalReceipt, *, now: datetime) -> bool:
    """In the caller's unit: the marks go to the first row of this payment that has none; the same marks again change nothing."""
    cards = [one for one in receipts.of_payment(provider, payment) if (one.kind == REFUND) is told.refund]
    marks = (told.drive, told.document, told.sign)
    if any((one.drive, one.document, one.sign) == marks for one in cards):
        return True
    open_ = next((one for one in cards if one.state in (PENDING, MISSING)), None)
    if open_ is None:
        return bool(cards)
    filled = replace(open_, drive=told.drive, document=told.document, sign=told.sign, given_at=told.at)
    receipts.change(
        open_.txn, now=now, state=FISCALISED, drive=filled.drive, document=filled.document, sign=filled.sign, given_at=filled.given_at,
        ask_after=None,
    )  # fmt: skip
    return True


def hear_receipt(deps: Deps, provider: str, hint: Hint) -> bool:
    """In the caller's unit: the marks that a signed notice told. False where the ledger does not know the payment."""
    if hint.receipt is None:
        return False
    act = receipts.act_of(provider, hint.provider_id)
    if act is not None and receipts.get(act.txn) is None:
        put_receipt(deps, act)
    return note(provider, hint.provider_id, hint.receipt, now=deps.now())


async def miss_overdue(deps: Deps) -> bool:
    """The worker's turn: what should have come by now is somebody's work."""
    now = deps.now()
    late = await deps.db.read(lambda: receipts.overdue(now=now, limit=BATCH))
    if late:
        await deps.db.write(lambda: receipts.miss(late, now=now))
        log.warning("%d receipts have not come in time", len(late))
    return len(late) == BATCH

"""A payer sees the receipt of a payment, or of any act on an account, or why there is none (RULES D11)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.money.sight import seen_account, zone_of
from hub.flows.receipts.policy import FISCALISED, KINDS, NOT_NEEDED, PENDING, REASONS, explained, qr_text
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.receipts import ReceiptView, TopUpReceipt
from hub.ledger.store import contracts, terms
from hub.ledger.store.registers import receipts
from hub.ledger.store.registers.receipts import ReceiptCard
from hub.store.sessions import Visitor
from hub.store.wishes import receipt_contacts, top_ups
from hub.store.wishes.top_ups import DECLINED, PAID, TopUpCard
from identity.model import MOSCOW

NOT_YET = "Чек появится, когда оплата придёт."
REGISTER_ZONE = MOSCOW
"""Cash registers of acquirers keep Moscow's time."""


async def show_receipt(deps: Deps, visitor: Visitor, top_up: str) -> TopUpReceipt:
    now = deps.now()

    def unit() -> TopUpReceipt:
        card = top_ups.get(top_up)
        if card is None:
            raise Refused(Reason.NOT_FOUND)
        if card.person != visitor.person:
            seen_account(deps, visitor, card.account, now=now)
        return _of(deps, card)

    return await deps.db.read(unit)


def _of(deps: Deps, card: TopUpCard) -> TopUpReceipt:
    found = contracts.account(card.account)
    day = card.created_at.astimezone(ZoneInfo(zone_of(found[1]) if found else MOSCOW)).date()
    said = terms.terms_of(found[1].school, found[0].purpose, day) if found else terms.TermsCard()
    own = receipts.get(card.txn) if card.txn else None
    refunds = [one for one in receipts.of_payment(card.provider, card.provider_id or "") if one.kind == "refund"]
    text = NOT_YET
    if card.state == DECLINED:
        text = REASONS["not_paid"]
    elif card.txn:
        text = (
            explained(own.state, own.detail, kind=own.kind, provider=own.provider) if own else explained(PENDING, "", kind="", provider="?")
        )
    return TopUpReceipt(
        top_up=card.id,
        account=card.account,
        status=card.state,
        receipt=view_of(own) if own else _soon(card) if card.state == PAID and card.txn else None,
        refunds=tuple(view_of(one) for one in refunds),
        text=text,
        sent=bool(receipt_contacts.of_top_up(deps.keys, card.id)) or (own is not None and own.state in (FISCALISED, NOT_NEEDED)),
        holder=said.holder_name,
        holder_inn=said.holder_inn,
        supplier=said.supplier_name,
        supplier_inn=said.supplier_inn,
        legal_basis=said.legal_basis,
    )


async def show_receipt_of(deps: Deps, visitor: Visitor, account: str, txn: str) -> ReceiptView:
    """Of any act on an account that this person sees: a payment, an offset, a refund; another account's act does not exist."""
    now = deps.now()

    def unit() -> ReceiptView:
        seen_account(deps, visitor, account, now=now)
        noted = receipts.receipt_note(txn)
        if noted is None or noted[1] != account:
            raise Refused(Reason.NOT_FOUND)
        found = receipts.get(txn)
        if found is not None:
            return view_of(found)
        note, _, kop, at = noted
        kind, _, reason = note.partition(":")
        none = kind == "none"
        state = NOT_NEEDED if none else PENDING
        return view_of(
            ReceiptCard(
                txn=txn, kind="" if none else kind, state=state, detail=reason, provider="?", account=account, amount_kop=kop, at=at
            )
        )

    return await deps.db.read(unit)


def _soon(card: TopUpCard) -> ReceiptView:
    """The row is made within seconds."""
    return view_of(
        ReceiptCard(
            txn=card.txn or "",
            kind="prepayment",
            state=PENDING,
            provider=card.provider,
            account=card.account,
            amount_kop=card.amount_kop,
            fee_kop=card.fee_kop,
            at=card.created_at,
        )
    )


def view_of(card: ReceiptCard) -> ReceiptView:
    qr = None
    if card.state == FISCALISED and card.given_at and card.drive and card.document and card.sign:
        qr = qr_text(
            kind=card.kind,
            total_kop=card.total_kop,
            at=card.given_at,
            drive=card.drive,
            document=card.document,
            sign=card.sign,
            zone=REGISTER_ZONE,
        )
    return ReceiptView(
        transaction_id=card.txn,
        kind=card.kind,
        title=KINDS.get(card.kind, "Без чека"),
        state=card.state,
        reason=card.detail,
        text=explained(card.state, card.detail, kind=card.kind, provider=card.provider),
        amount_kop=card.amount_kop,
        fee_kop=card.fee_kop,
        total_kop=card.total_kop,
        at=card.at,
        given_at=card.given_at,
        fn=card.drive,
        fd=card.document,
        fpd=card.sign,
        qr=qr,
    )

"""What an order has besides its sum: its receipt's addressee, a card to keep, or the kept one that is charged (RULES D11, D12)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from connectors.kit.payment import Order, ReceiptAsked, ReceiptLine
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.phones import e164
from hub.flows.top_up.words import DESCRIPTIONS
from hub.ledger.model import Purpose
from hub.store import preferences
from hub.store.wishes import autopay, demands, receipt_contacts
from hub.store.wishes.top_ups import TopUpCard
from identity.model import PersonId
from identity.store.accounts.whole import contacts_of

FEE_LINE = "Комиссия за приём платежа"
"""Of its own in the receipt, as it is in the ledger (RULES D11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """`client` asks the acquirer to keep the card; `binding` is the kept one; `contact` is a mail or a phone;
    `phone` is what this way to pay needs."""

    client: str = ""
    binding: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


def keep_contact(deps: Deps, card: TopUpCard) -> None:
    """In the caller's unit, together with the wish: the payer's own contact, as it is now and in every repeat."""
    value = _contact(deps, card.person)
    if value:
        receipt_contacts.put(deps.keys, card.id, card.person, value)


def _contact(deps: Deps, person: str) -> str:
    """The chosen contact, else one that a sign-in has told; mail first, for it is free."""
    chosen = preferences.of_person(deps.keys, person)
    known = contacts_of(deps.keys, PersonId(person))
    told = [str(one["value"]) for kind in ("email", "phone") for one in known if one["kind"] == kind]
    return next((one for one in (chosen.email, chosen.phone, *told) if "@" in one or e164(one)), "")


def dress_of(deps: Deps, card: TopUpCard) -> Dress:
    """In the caller's unit; the same for the same wish, whenever it is asked."""
    rule = autopay.of_top_up(card.id)
    contact = receipt_contacts.of_top_up(deps.keys, card.id)
    if rule is None:
        return Dress(contact=contact, phone=demands.phone_of(deps.keys, card.id))
    if rule.first == card.id:
        return Dress(client=card.id, contact=contact)
    return Dress(binding=autopay.binding_of(deps.keys, rule), contact=contact)


def dressed(order: Order, card: TopUpCard, purpose: Purpose, dress: Dress) -> Order:
    receipt = _receipt(card, purpose, dress.contact)
    return replace(order, client=dress.client, binding=dress.binding, receipt=receipt, phone=Secret(dress.phone))


def _receipt(card: TopUpCard, purpose: Purpose, contact: str) -> ReceiptAsked | None:
    if not contact:
        return None
    lines = [ReceiptLine(text=DESCRIPTIONS[purpose], amount_kop=card.amount_kop)]
    if card.fee_kop:
        lines.append(ReceiptLine(text=FEE_LINE, amount_kop=card.fee_kop))
    if "@" in contact:
        return ReceiptAsked(lines=tuple(lines), email=Secret(contact))
    return ReceiptAsked(lines=tuple(lines), phone=Secret(e164(contact).removeprefix("+")))

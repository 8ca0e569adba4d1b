"""A contract as a paper: its parties, its offer, who accepted; a benefit; what is paid out at its end."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.money import AccountView, PaidChild


class PartyView(View, frozen=True, kw_only=True):
    """`role`: payer, school, supplier, agent, holder. `for_what` are the purposes where not all have the same."""

    role: str
    title: str
    name: str
    inn: str
    for_what: str = ""


class OfferView(View, frozen=True, kw_only=True):
    """`text` in paragraphs, apart by an empty line."""

    version: str
    since: dt.date
    title: str
    text: str


class AcceptedView(View, frozen=True, kw_only=True):
    """One person's word; `phone` is shown to that person alone, and masked."""

    party: str
    who: str
    at: dt.datetime
    where: str
    offer_version: str
    phone: str = ""


class BenefitView(View, frozen=True, kw_only=True):
    """`basis` is what the family or the school named; `reason` why it was refused or ended."""

    id: str
    state: str
    basis: str
    asked_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: str
    since: dt.date | None
    until: dt.date | None
    amount_kop: int
    reason: str


class RefundPart(View, frozen=True, kw_only=True):
    """How much may go back to the acquirer by whom it was paid."""

    provider: str
    title: str
    amount_kop: int


class SiblingView(View, frozen=True, kw_only=True):
    contract: str
    number: str
    first_name: str


class PayoutView(View, frozen=True, kw_only=True):
    """`days_left` falls below zero when the term is over. `way`: refund, requisites, sibling, or nothing while none is chosen.
    `contract` is empty for a payer who may not look at the child's contract: the money is still owed."""

    id: str
    contract: str
    number: str
    state: str
    said: str
    reason: str
    amount_kop: int
    created_at: dt.datetime
    due_at: dt.datetime
    last_day: dt.date
    days_left: int
    way: str
    way_said: str
    may_choose: bool
    ways: tuple[str, ...]
    refunds: tuple[RefundPart, ...]
    siblings: tuple[SiblingView, ...]
    note: str
    done_at: dt.datetime | None


class PayoutList(View, frozen=True, kw_only=True):
    items: tuple[PayoutView, ...]


class ContractPaper(View, frozen=True, kw_only=True):
    """`may_accept`: this person's word is wanted; `waits`: whose it is; `needs_consent`: the address of the consent that comes before.

    `may_close` and `debt_kop`: a contract with a debt is closed once the debt is paid. `code` names the child without a name (F103)."""

    id: str
    number: str
    code: str
    state: str
    said: str
    zone: str
    school: str
    class_name: str
    child: PaidChild | None
    parties: tuple[PartyView, ...]
    offer: OfferView | None
    accepted: tuple[AcceptedView, ...]
    waits: tuple[str, ...]
    may_accept: bool
    why_not: str
    needs_consent: str
    phone: str
    has_pin: bool
    is_payer: bool
    may_close: bool
    debt_kop: int
    first_payment_min_kop: int
    accounts: tuple[AccountView, ...]
    benefits: tuple[BenefitView, ...]
    may_ask_benefit: bool
    payouts: tuple[PayoutView, ...]
    ends: str


class AcceptDone(View, frozen=True, kw_only=True):
    """`pin` stands here once: only its hash is kept."""

    id: str
    number: str
    state: str
    waits: tuple[str, ...]
    pin: str | None


class PinMade(View, frozen=True, kw_only=True):
    pin: str


class CloseDone(View, frozen=True, kw_only=True):
    """What the contract left, as payouts with their terms."""

    id: str
    state: str
    payouts: tuple[PayoutView, ...]


class DraftMade(View, frozen=True, kw_only=True):
    id: str
    number: str
    state: str

"""What a person asked for and has not finished: a form kept over a fresh sign-in, two records joined, profiles exchanged, a payment."""

from __future__ import annotations

from hub.store.fields import SealedColumn
from hub.store.wishes.autopay import AutopayConsent, AutopayRule, AutopayTry
from hub.store.wishes.card_orders import CardOrder
from hub.store.wishes.demands import DemandRow, PayPhone
from hub.store.wishes.forms import KeptForm
from hub.store.wishes.limits import DailyLimit
from hub.store.wishes.mergers import MergeWish
from hub.store.wishes.receipt_contacts import ReceiptContact
from hub.store.wishes.swaps import SwapWish
from hub.store.wishes.top_ups import PayFee, TopUp

TABLES = (
    KeptForm,
    MergeWish,
    SwapWish,
    TopUp,
    PayFee,
    DailyLimit,
    CardOrder,
    AutopayRule,
    AutopayConsent,
    AutopayTry,
    ReceiptContact,
    DemandRow,
    PayPhone,
)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(KeptForm, "fields"),
    SealedColumn(AutopayRule, "binding"),
    SealedColumn(ReceiptContact, "value"),
    SealedColumn(PayPhone, "value"),
)

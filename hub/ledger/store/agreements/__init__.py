"""Contracts as papers in the database: offers, acceptances, benefits, closing and what is paid out (RULES D9)."""

from __future__ import annotations

from hub.ledger.store.agreements.tables import (
    Acceptance,
    Benefit,
    Ending,
    FirstPayment,
    Offer,
    Paper,
    Payout,
    PayoutPart,
    PayoutRefund,
)
from hub.store.fields import SealedColumn

TABLES = (Offer, Acceptance, Paper, FirstPayment, Benefit, Payout, PayoutPart, PayoutRefund, Ending)
SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(Acceptance, "phone"),
    SealedColumn(Acceptance, "inn"),
    SealedColumn(Benefit, "basis"),
    SealedColumn(Benefit, "note"),
    SealedColumn(Payout, "details"),
    SealedColumn(Payout, "note"),
    SealedColumn(Ending, "document"),
)

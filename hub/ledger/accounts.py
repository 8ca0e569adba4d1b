"""The accounts that no family has: where money comes from and where it goes; each is known by its name."""

from __future__ import annotations

from hub.ledger.model import AccountId, Purpose

BUDGET = AccountId("budget:benefit")
"""Money of the benefit: it comes from here and what is left returns here."""
CLEARING = AccountId("clearing:transfer")
"""Between a refund and the top-up that it becomes."""
PAYOUTS = AccountId("clearing:payout")
"""What a closed contract leaves, until it is paid out."""


PAID_OUT = AccountId("payout:bank")
"""What the holder of the money sent to families' own bank accounts."""


def provider(name: str) -> AccountId:
    """The provider owes us what its payers gave: minus the register's total (RULES D10)."""
    return AccountId(f"provider:{name}")


def fees(name: str) -> AccountId:
    return AccountId(f"fee:{name}")


def suspense(name: str) -> AccountId:
    """Money that came for an account that nobody knows."""
    return AccountId(f"suspense:{name}")


def income(purpose: Purpose, supplier: str = "") -> AccountId:
    """What was earned, for food by supplier."""
    return AccountId(f"income:{purpose}:{supplier}" if supplier else f"income:{purpose}")


def corrections(purpose: Purpose) -> AccountId:
    """The other side of a correction."""
    return AccountId(f"correction:{purpose}")

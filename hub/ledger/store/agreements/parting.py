"""What of the papers goes when a person is erased: phones, INN, requisites of what is done, why a family had a benefit (RULES A14)."""

from __future__ import annotations

from hub.ledger.store.agreements import benefits, papers, payouts


def forget(person: str) -> None:
    """In the caller's unit. Sums, days and opaque ids stay; money that is still owed keeps whither it goes."""
    papers.forget(person)
    payouts.forget(person)
    benefits.forget(person)

"""Debits that somebody does not recognise: asked about with one tap, decided by the school in time, told to the family (RULES D7, D8)."""

from hub.flows.disputes.ask import ask_as_staff, dispute_debit, list_mine, withdraw
from hub.flows.disputes.decide import give_back, list_at_desk, refuse, show_at_desk
from hub.flows.disputes.overdue import warn_overdue

__all__ = [
    "ask_as_staff",
    "dispute_debit",
    "give_back",
    "list_at_desk",
    "list_mine",
    "refuse",
    "show_at_desk",
    "warn_overdue",
    "withdraw",
]

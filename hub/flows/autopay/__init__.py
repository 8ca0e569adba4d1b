"""Automatic top-up: a rule, a stored consent, a kept card; charged by the worker, off with one tap (RULES A14, D3, D6, D12)."""

from hub.flows.autopay.begin import begin_autopay, resume
from hub.flows.autopay.bind import bind_cards
from hub.flows.autopay.charge import charge_due, follow_charges
from hub.flows.autopay.end import end_autopay, unbind_ended
from hub.flows.autopay.rules import Wish
from hub.flows.autopay.show import list_autopay, show_autopay, show_rule

__all__ = [
    "Wish",
    "begin_autopay",
    "bind_cards",
    "charge_due",
    "end_autopay",
    "follow_charges",
    "list_autopay",
    "resume",
    "show_autopay",
    "show_rule",
    "unbind_ended",
]

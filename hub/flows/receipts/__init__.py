"""Fiscal receipts: the record of each, where its marks come from, what is missing (RULES D11)."""

from hub.flows.receipts.desk import Said, settle_group, settle_receipt, show_missing, show_missing_of_school
from hub.flows.receipts.follow import Receipts, ask_receipts, miss_overdue
from hub.flows.receipts.show import show_receipt, show_receipt_of

__all__ = [
    "Receipts",
    "Said",
    "ask_receipts",
    "miss_overdue",
    "settle_group",
    "settle_receipt",
    "show_missing",
    "show_missing_of_school",
    "show_receipt",
    "show_receipt_of",
]

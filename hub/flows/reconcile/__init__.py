"""Registers of providers against the ledger: matched line by line, or refused whole (RULES D10)."""

from hub.flows.reconcile.forms import BadForm, Form
from hub.flows.reconcile.import_register import Reconciled, read_register, take
from hub.flows.reconcile.reading import BadRegister
from hub.flows.reconcile.refunds import take_refunds
from hub.flows.reconcile.show_book import settle, show_book, take_upload
from hub.flows.reconcile.show_school import show_school

__all__ = [
    "BadForm",
    "BadRegister",
    "Form",
    "Reconciled",
    "read_register",
    "settle",
    "show_book",
    "show_school",
    "take",
    "take_refunds",
    "take_upload",
]

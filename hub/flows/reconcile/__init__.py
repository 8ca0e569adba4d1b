"""Registers of providers against the ledger: matched line by line, or refused whole (RULES D10)."""

from hub.flows.reconcile.forms import BadForm, Form
from hub.flows.reconcile.import_register import Reconciled, read_register, take
from hub.flows.reconcile.reading import BadRegister

__all__ = ["BadForm", "BadRegister", "Form", "Reconciled", "read_register", "take"]

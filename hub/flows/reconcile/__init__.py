"""Registers of providers against the ledger: matched line by line, or refused whole (RULES D10)."""

from hub.flows.reconcile.doubtful import doubtful_at_school, doubtful_of_everybody
from hub.flows.reconcile.forms import BadForm, Form
from hub.flows.reconcile.import_register import Reconciled, read_register, take
from hub.flows.reconcile.reading import BadRegister
from hub.flows.reconcile.refunds import take_refunds
from hub.flows.reconcile.show_book import settle, show_book, take_upload
from hub.flows.reconcile.show_school import show_school
from hub.flows.reconcile.suspense import propose_move, refuse_move, show_suspense, sign_move

__all__ = [
    "BadForm",
    "BadRegister",
    "Form",
    "Reconciled",
    "doubtful_at_school",
    "doubtful_of_everybody",
    "propose_move",
    "read_register",
    "refuse_move",
    "settle",
    "show_book",
    "show_school",
    "show_suspense",
    "sign_move",
    "take",
    "take_refunds",
    "take_upload",
]

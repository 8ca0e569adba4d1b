"""Automatic top-up: rules, the words agreed to, and every try."""

from __future__ import annotations

from hub.store.wishes.autopay.rules import (
    add,
    binding_of,
    change,
    decided,
    due,
    forget,
    get,
    keep_binding,
    living,
    locked,
    of_account,
    of_person,
    of_top_up,
    part,
    rebind,
    to_unbind,
    unbound,
)
from hub.store.wishes.autopay.tables import (
    ACTIVE,
    DECLINED,
    ENDED,
    LOST,
    MONTHLY,
    PAID,
    PAUSED,
    THRESHOLD,
    WAITING,
    Agreed,
    AutopayConsent,
    AutopayRule,
    AutopayTry,
    Rule,
    Try,
)
from hub.store.wishes.autopay.words import agree, begin_try, consent, consents_of, end_try, spent, tries_of, withdraw

TABLES = (AutopayRule, AutopayConsent, AutopayTry)

__all__ = [
    "ACTIVE", "DECLINED", "ENDED", "LOST", "MONTHLY", "PAID", "PAUSED", "TABLES", "THRESHOLD", "WAITING", "Agreed", "AutopayConsent",
    "AutopayRule", "AutopayTry", "Rule", "Try", "add", "agree", "begin_try", "binding_of", "change", "consent", "consents_of", "decided",
    "due", "end_try", "forget", "get", "keep_binding", "living", "locked", "of_account", "of_person", "of_top_up", "part", "rebind",
    "spent", "to_unbind", "tries_of", "unbound", "withdraw",
]  # fmt: skip

"""How the hub reaches a person: which phone, e-mail, profile and browsers are the person's own, and which of them are used."""

from __future__ import annotations

from hub.store.reach.addresses import Address, Channel, address_gone, addresses_of, of_person
from hub.store.reach.changes import may_take_secrets
from hub.store.reach.tables import SEALED, TABLES
from hub.store.reach.whole import forget, leave_behind, start_anew

__all__ = [
    "SEALED",
    "TABLES",
    "Address",
    "Channel",
    "address_gone",
    "addresses_of",
    "forget",
    "leave_behind",
    "may_take_secrets",
    "of_person",
    "start_anew",
]

"""Where a top-up's receipt goes: sealed, and the same in every repeat of the order."""

from __future__ import annotations

from datetime import datetime, timedelta

import peewee

from hub.store.fields import delete, delete_ids, rows, to_micros
from identity.sealing import Keys

KEPT = timedelta(days=30)
"""As long as an order may be asked about, and some more."""


class ReceiptContact(peewee.Model):
    """Where a top-up's receipt goes, sealed; the same in every repeat of the order."""

    id = peewee.TextField(primary_key=True)
    person = peewee.TextField(index=True)
    value = peewee.TextField()

    class Meta:
        table_name = "receipt_contact"


def put(keys: Keys, top_up: str, person: str, value: str) -> None:
    ReceiptContact.insert(
        id=top_up, person=person, value=keys.seal("receipt_contact", "value", top_up, value)
    ).on_conflict_ignore().execute()


def of_top_up(keys: Keys, top_up: str) -> str:
    found = rows(ReceiptContact, "SELECT value FROM receipt_contact WHERE id = ?", (top_up,))
    return keys.open("receipt_contact", "value", top_up, found[0][0]) if found else ""


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """A month after its top-up was asked for."""
    sql = "SELECT c.id FROM receipt_contact AS c JOIN top_up AS t ON t.id = c.id WHERE t.created_at < ? LIMIT ?"
    return delete_ids(ReceiptContact, sql, (to_micros(now - KEPT), limit))


def forget(person: str) -> None:
    delete(ReceiptContact, ReceiptContact.person == person)

"""What becomes of a person's addresses when the person leaves, or when two records turn out to be one."""

from __future__ import annotations

from datetime import datetime

import msgspec

from hub.store import preferences
from hub.store.fields import delete
from hub.store.reach.tables import TABLES, ReachCode, ReachContact, ReachPush
from identity.sealing import Keys


def forget(person: str) -> None:
    for table in TABLES:
        delete(table, table.person == person)


def leave_behind(former: str) -> None:
    """A merge ends the other side's sign-ins: its browsers take no pushes any more, and a contact that it confirmed alone is not the
    owner's until the owner confirms it (RULES A10, A11)."""
    forget(former)


def start_anew(keys: Keys, person: str, *, now: datetime) -> bool:
    """A strong identity came, or another account of the owner's: whoever was here before may have put a phone, an e-mail or a browser
    of his own, so only what the identity itself tells is used from now on (RULES A10). Says whether there was anything."""
    found = sum(delete(table, table.person == person) for table in (ReachContact, ReachPush, ReachCode))
    chosen = preferences.of_person(keys, person)
    after = msgspec.structs.replace(chosen, phone="", email="", no_phone=False, no_email=False)
    if after != chosen:
        preferences.save(keys, person, after, now=now)
    return bool(found) or after != chosen

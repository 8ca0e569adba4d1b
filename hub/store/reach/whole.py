"""What becomes of a person's addresses when the person leaves, or when two records turn out to be one."""

from __future__ import annotations

from hub.store.fields import delete
from hub.store.reach.tables import TABLES


def forget(person: str) -> None:
    for table in TABLES:
        delete(table, table.person == person)


def leave_behind(former: str) -> None:
    """A merge ends the other side's sign-ins: its browsers take no pushes any more, and a contact that it confirmed alone is not the
    owner's until the owner confirms it (RULES A10, A11)."""
    forget(former)

"""Leases: one process at a time does a steady job, and another takes over when it falls silent."""

from __future__ import annotations

from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, SealedColumn, delete


class Lease(peewee.Model):
    """`until` is wall-clock time, never the demo's: processes compare it with each other."""

    name = peewee.CharField(60, primary_key=True)
    holder = peewee.CharField(60)
    until = InstantField()

    class Meta:
        table_name = "lease"


TABLES = (Lease,)
SEALED: tuple[SealedColumn, ...] = ()


def hold(name: str, holder: str, *, now: datetime, life: timedelta) -> bool:
    """Takes a free or lapsed lease, or prolongs the own one; False while another holds it."""
    free = (Lease.holder == holder) | (Lease.until <= now)
    if Lease.update(holder=holder, until=now + life).where(Lease.name == name, free).execute():
        return True
    added = Lease.insert(name=name, holder=holder, until=now + life).on_conflict_ignore().as_rowcount().execute()
    return bool(added)


def give_back(name: str, holder: str) -> None:
    """Frees the lease at once, so that the next process need not wait for its end."""
    delete(Lease, Lease.name == name, Lease.holder == holder)


def holder(name: str, *, now: datetime) -> str | None:
    """Who holds the lease now."""
    lease = Lease.get_or_none(Lease.name == name, Lease.until > now)
    return None if lease is None else str(lease.holder)

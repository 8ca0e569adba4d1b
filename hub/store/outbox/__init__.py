"""Notices on their way out: what was decided for whom, what goes by which channel, and quiet hours (RULES F1-F3)."""

from __future__ import annotations

from hub.store.fields import SealedColumn
from hub.store.outbox import log, quiet, told
from hub.store.outbox.tables import TABLES

SEALED: tuple[SealedColumn, ...] = ()


def forget(person: str) -> None:
    """An erasure."""
    quiet.forget(person)
    told.forget(person)
    log.forget(person)


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another."""
    quiet.rebind(former=former, to=to)
    log.rebind(former=former, to=to)


__all__ = ["SEALED", "TABLES", "forget", "rebind"]

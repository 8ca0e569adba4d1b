"""The composition root: the only place that builds clients, stores and the clock."""

from __future__ import annotations

import identity.store
from hub.store.database import tables as hub_tables
from hub.store.database.tables import Table
from hub.store.fields import SealedColumn


def tables() -> tuple[Table, ...]:
    """The models that the hub's database holds: its own and identity's."""
    return (*identity.store.TABLES, *hub_tables.tables())


def sealed() -> tuple[SealedColumn, ...]:
    """Every sealed column, for `hub keys rotate`."""
    return (*getattr(identity.store, "SEALED", ()), *hub_tables.sealed())

"""Identity's tables and the functions that read and write them inside one unit of work."""

from __future__ import annotations

from identity.store.tables import TABLES

__all__ = ["TABLES"]

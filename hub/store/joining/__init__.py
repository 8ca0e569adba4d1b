"""Applications to join a school: bundles, their requests and history, what is still to be told outside, the schools' own choices."""

from hub.store.joining.tables import SEALED, TABLES

__all__ = ["SEALED", "TABLES"]

"""What storage says when it cannot do a unit of work now."""

from __future__ import annotations

import peewee


class StorageError(Exception):
    """Base of the storage errors; nothing of the unit was kept."""


class Overloaded(StorageError):
    """Too much is waiting, or another process holds the database: try again after `retry_after_s` seconds (429 or 503)."""

    def __init__(self, detail: str, *, retry_after_s: int = 1) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Unreachable(StorageError):
    """The database server cannot be reached, or refuses us."""


class NoSpace(StorageError):
    """The disk is full: reading goes on, nothing can be written until somebody makes room."""


class Closed(StorageError):
    """The hub is stopping; no new unit is taken."""


def own_fault(error: Exception) -> bool:
    """Whether what a unit was given may be to blame; otherwise it is the database's trouble or its schema's, and another try may do."""
    if isinstance(error, peewee.PeeweeException):
        return isinstance(error, (peewee.DataError, peewee.IntegrityError))
    return not isinstance(error, StorageError)

"""Schools of the directory, and the rosters that their offices load."""

from hub.store.school import roster, schools

TABLES = (*schools.TABLES, *roster.TABLES)
SEALED = (*schools.SEALED, *roster.SEALED)

__all__ = ["SEALED", "TABLES", "roster", "schools"]

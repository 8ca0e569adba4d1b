"""Schools of the directory, and the rosters that their offices load."""

from hub.store.school import contacts, roster, schools

TABLES = (*schools.TABLES, *roster.TABLES, *contacts.TABLES)
SEALED = (*schools.SEALED, *roster.SEALED, *contacts.SEALED)

__all__ = ["SEALED", "TABLES", "contacts", "roster", "schools"]

"""Schools of the directory with their contacts, the rosters that their offices load, codes for staff, what a school chose and tells."""

from hub.store.school import announcements, choices, contacts, roster, schools, staff_codes

_STORES = (schools, roster, contacts, staff_codes, choices, announcements)
TABLES = tuple(table for store in _STORES for table in store.TABLES)
SEALED = tuple(column for store in _STORES for column in store.SEALED)

__all__ = ["SEALED", "TABLES", "announcements", "choices", "contacts", "roster", "schools", "staff_codes"]

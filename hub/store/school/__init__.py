"""Schools with their contacts, rosters, staff codes, what a school tells, what passes its doors, and the chats of its classes."""

from hub.store.school import announcements, carriers, chats, contacts, devices, roster, schools, staff_codes

_STORES = (schools, roster, contacts, staff_codes, announcements, carriers, devices, chats)
TABLES = tuple(table for store in _STORES for table in store.TABLES)
SEALED = tuple(column for store in _STORES for column in store.SEALED)

__all__ = ["SEALED", "TABLES", "announcements", "carriers", "chats", "contacts", "devices", "roster", "schools", "staff_codes"]

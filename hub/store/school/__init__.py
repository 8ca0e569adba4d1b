"""Schools with their contacts, holidays, rosters, staff codes, what a school tells, what passes its doors, and the chats of its classes."""

from hub.store.school import (
    announcements,
    breaks,
    canteen,
    carriers,
    chats,
    contacts,
    devices,
    kiosks,
    roster,
    schools,
    services,
    staff_codes,
)

_STORES = (schools, roster, contacts, staff_codes, announcements, carriers, devices, breaks, chats, canteen, services, kiosks)
TABLES = tuple(table for store in _STORES for table in store.TABLES)
SEALED = tuple(column for store in _STORES for column in store.SEALED)

__all__ = [
    "SEALED",
    "TABLES",
    "announcements",
    "breaks",
    "canteen",
    "carriers",
    "chats",
    "contacts",
    "devices",
    "kiosks",
    "roster",
    "schools",
    "services",
    "staff_codes",
]

"""Schools with contacts, holidays, rosters, staff codes, what a school tells and cooks, what passes its doors, its classes' chats."""

from hub.store.school import (
    announcements,
    breaks,
    canteen,
    carriers,
    chats,
    contacts,
    devices,
    kiosks,
    meals,
    roster,
    schools,
    services,
    staff_codes,
)

_STORES = (schools, roster, contacts, staff_codes, announcements, carriers, devices, breaks, chats, canteen, services, kiosks, meals)
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
    "meals",
    "roster",
    "schools",
    "services",
    "staff_codes",
]

"""The school's registers for the door and the canteen: cards to pass with, and the devices that read them."""

from hub.store.registers import carriers, devices

TABLES = (*carriers.TABLES, *devices.TABLES)
SEALED = (*carriers.SEALED, *devices.SEALED)

__all__ = ["SEALED", "TABLES", "carriers", "devices"]

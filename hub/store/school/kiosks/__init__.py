"""A school's kiosks: codes sent to a parent's phone, open cabinets, wrong PINs, and calls that were heard already."""

from __future__ import annotations

from hub.store.fields import SealedColumn
from hub.store.school.kiosks import codes, doors, tries
from hub.store.school.kiosks.codes import KioskCode
from hub.store.school.kiosks.doors import KioskCall, KioskSession
from hub.store.school.kiosks.tries import KioskTry

TABLES = (KioskCode, KioskSession, KioskCall, KioskTry)
SEALED: tuple[SealedColumn, ...] = codes.SEALED

__all__ = ["SEALED", "TABLES", "codes", "doors", "tries"]

"""What a school cooks by day, what a family lets a child eat, and what its tills did against that (RULES D7, E8, E9)."""

from hub.store.school.meals import menu, till_records, words

_STORES = (menu, words, till_records)
TABLES = tuple(table for store in _STORES for table in store.TABLES)
SEALED = tuple(column for store in _STORES for column in store.SEALED)

__all__ = ["SEALED", "TABLES", "menu", "till_records", "words"]

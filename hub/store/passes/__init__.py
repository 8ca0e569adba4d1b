"""What passed a door without an owner: unknown carriers and their meals, and the photos that a guard compares."""

from hub.store.passes import photos, unknown_carriers, unowned_meals

_STORES = (unowned_meals, unknown_carriers, photos)
TABLES = tuple(table for store in _STORES for table in store.TABLES)
SEALED = photos.SEALED

__all__ = ["SEALED", "TABLES", "photos", "unknown_carriers", "unowned_meals"]

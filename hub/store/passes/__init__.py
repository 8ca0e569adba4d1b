"""What passed a door without an owner: unknown carriers and their meals, uses of closed ones, and the photos that a guard compares."""

from hub.store.passes import closed_uses, photos, unknown_carriers, unowned_meals

_STORES = (unowned_meals, unknown_carriers, closed_uses, photos)
TABLES = tuple(table for store in _STORES for table in store.TABLES)
SEALED = photos.SEALED

__all__ = ["SEALED", "TABLES", "closed_uses", "photos", "unknown_carriers", "unowned_meals"]

"""What leaves the hub: the feed of changes of each diary, the secret links of calendars, and who may ask by the federal contract."""

from hub.store.outputs import calendars, feeds, fgis

TABLES = (*feeds.TABLES, *calendars.TABLES, *fgis.TABLES)
SEALED = (*feeds.SEALED, *calendars.SEALED, *fgis.SEALED)

__all__ = ["SEALED", "TABLES", "calendars", "feeds", "fgis"]

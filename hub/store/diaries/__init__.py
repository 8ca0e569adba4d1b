"""What the hub keeps of connected diaries: the access to each, the last good copies, and who opened which."""

from hub.store.diaries import diary_copies, diary_links

TABLES = (*diary_links.TABLES, *diary_copies.TABLES)
SEALED = (*diary_links.SEALED, *diary_copies.SEALED)

"""What the hub keeps of connected diaries: the access to each, the last good copies, who opened which, and when each is read again."""

from hub.store.diaries import diary_copies, diary_links, polls, validators

TABLES = (*diary_links.TABLES, *diary_copies.TABLES, *polls.TABLES, *validators.TABLES)
SEALED = (*diary_links.SEALED, *diary_copies.SEALED, *polls.SEALED, *validators.SEALED)

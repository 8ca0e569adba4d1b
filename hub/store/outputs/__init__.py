"""What leaves the hub by itself: the feed of changes of each diary, and the secret links of calendars."""

from hub.store.outputs import calendars, feeds

TABLES = (*feeds.TABLES, *calendars.TABLES)
SEALED = (*feeds.SEALED, *calendars.SEALED)

"""What connecting a diary needs besides the account itself: a second step, counters of wrong passwords, the chosen region."""

from hub.store.connecting import choices, steps, tries, waiting

TABLES = (*steps.TABLES, *tries.TABLES, *choices.TABLES)
SEALED = (*steps.SEALED, *tries.SEALED, *choices.SEALED)

__all__ = ["SEALED", "TABLES", "choices", "steps", "tries", "waiting"]

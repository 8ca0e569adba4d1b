"""What connecting an account needs besides it: the intent, the browser's way and back, a second step, tries, the chosen region."""

from hub.store.connecting import checklist, choices, flow_records, intents, registrations, steps, tries, waiting

TABLES = (*intents.TABLES, *flow_records.TABLES, *steps.TABLES, *tries.TABLES, *choices.TABLES, *registrations.TABLES, *checklist.TABLES)
SEALED = (*intents.SEALED, *flow_records.SEALED, *steps.SEALED, *tries.SEALED, *choices.SEALED, *registrations.SEALED, *checklist.SEALED)

__all__ = ["SEALED", "TABLES", "checklist", "choices", "flow_records", "intents", "registrations", "steps", "tries", "waiting"]

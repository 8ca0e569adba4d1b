"""What connecting an account needs besides it: the intent, the browser's way and back, a second step, tries, the chosen region."""

from hub.store.connecting import choices, flow_records, intents, registrations, steps, tries, waiting

TABLES = (*intents.TABLES, *flow_records.TABLES, *steps.TABLES, *tries.TABLES, *choices.TABLES, *registrations.TABLES)
SEALED = (*intents.SEALED, *flow_records.SEALED, *steps.SEALED, *tries.SEALED, *choices.SEALED, *registrations.SEALED)

__all__ = ["SEALED", "TABLES", "choices", "flow_records", "intents", "registrations", "steps", "tries", "waiting"]

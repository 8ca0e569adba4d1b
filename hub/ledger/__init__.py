"""Money as entries that are never changed: who paid what for what, and what is left (RULES D)."""

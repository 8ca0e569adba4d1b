"""Forward-only migrations with frozen copies of the tables; they import nothing of ours (ADR on migrations)."""

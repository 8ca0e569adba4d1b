"""What processes share or remember: leases, health, repeated writes, and memory that may be lost."""

from hub.store.process import console, lease, memory, repeats, steady_keys

TABLES = (*lease.TABLES, *console.TABLES, *repeats.TABLES, *steady_keys.TABLES)
SEALED = (*repeats.SEALED, *steady_keys.SEALED)

__all__ = ["SEALED", "TABLES", "console", "lease", "memory", "repeats", "steady_keys"]

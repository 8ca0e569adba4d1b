"""What processes share or remember: leases, health, repeated writes, and memory that may be lost."""

from hub.store.process import console, lease, memory, repeats

TABLES = (*lease.TABLES, *console.TABLES, *repeats.TABLES)
SEALED = repeats.SEALED

__all__ = ["SEALED", "TABLES", "console", "lease", "memory", "repeats"]

"""What processes share or remember: leases, health, repeated writes, and memory that may be lost."""

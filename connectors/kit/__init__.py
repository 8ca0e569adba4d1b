"""What every connector shares: errors, ports, canonical records, the call policy and the registry."""

"""What the gateway remembers: orders, saved cards, notices to shops."""

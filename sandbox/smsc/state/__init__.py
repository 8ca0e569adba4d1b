"""What the gateway remembers: accounts, messages, and which requests it has just had."""

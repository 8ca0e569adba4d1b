"""What the played SMS gateways share: messages that move with the clock, accounts, what numbers do, the control calls."""

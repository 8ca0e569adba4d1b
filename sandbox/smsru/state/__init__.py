"""What the gateway counts: equal messages to one number, and all of a day."""

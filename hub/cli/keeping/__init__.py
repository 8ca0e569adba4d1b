"""What keeps the hub's data: its schema, its keys, copies of it, and the log taken out."""

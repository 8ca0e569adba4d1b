"""What leaves the hub: the change feed, the calendar, a child's diary as a file, OneRoster (RULES A13, C7, C8)."""

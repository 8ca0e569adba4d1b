"""What the terminals took: the payments that a register lists at the end of the day."""

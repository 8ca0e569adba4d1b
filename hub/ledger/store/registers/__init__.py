"""What providers' registers said: the files, their lines, and what somebody has to look at (RULES D10)."""

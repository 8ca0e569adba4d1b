"""Schools of the directory, and the rosters that their offices load."""

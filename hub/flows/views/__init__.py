"""What the stories return: typed records that JSON answers and pages render alike (API.md names the fields)."""

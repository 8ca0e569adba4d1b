"""MAX's wire: its errors and its objects."""

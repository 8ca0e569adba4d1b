"""OneRoster 1.2 as a zip of CSV files: a family's own children, or a school's roster (docs/oneroster.md)."""

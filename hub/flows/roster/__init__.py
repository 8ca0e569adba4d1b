"""The school's roster: its classes and pupils, import with a dry run, export, and the slips with codes (RULES A7, A8, B5, B6)."""

"""The timetable in a family's own calendar: a secret link a person and child, and the file behind it (RULES C7)."""

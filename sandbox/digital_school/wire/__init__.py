"""The shapes of the cabinet's answers (docs/wire/digital_school.md)."""

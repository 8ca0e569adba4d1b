"""The shapes of the cabinet's answers (docs/wire/iv_edu.md)."""

"""A parent looks into a child's diary: each linked system asked or shown from its last good copy, with its state (RULES C)."""

"""A family sees when a child came and went, what it ate and what it cost, with the source of each (RULES E4, E5, E6)."""
